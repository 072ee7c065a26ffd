import Foundation
import Glibc
import SystemPackage
import TestSupport
import Testing

@testable import Recipes

/// Recipes and kickstarts that nobody would write: each is read or refused with a place, soon, and nothing crashes.
///
/// `make fuzz` runs this for minutes with other numbers each time; `make test` for a second with the same.
@Suite("Fuzz", .serialized)
struct FuzzTests {
    /// How long each test runs.
    private static let seconds = Double(ProcessInfo.processInfo.environment["IMAGEBAKE_FUZZ_SECONDS"] ?? "") ?? 1

    /// The first random number's seed; the same one gives the same inputs.
    private static let seed = UInt64(ProcessInfo.processInfo.environment["IMAGEBAKE_FUZZ_SEED"] ?? "") ?? 1

    /// Where the input lies that is being read; after a crash it is the one.
    private static let directory = ProcessInfo.processInfo.environment["IMAGEBAKE_FUZZ_DIRECTORY"]

    @Test("mutated recipes")
    func mutatedRecipes() throws {
        let seeds = try SampleRecipes.files().map { try RecipeFile.read($0) }
        try run("recipe") { random, _ in
            var bytes = seeds.randomElement(using: &random) ?? []
            // Halves of two recipes.
            if Int.random(in: 0..<4, using: &random) == 0, let other = seeds.randomElement(using: &random) {
                bytes =
                    Array(bytes.prefix(.random(in: 0...bytes.count, using: &random)))
                    + other.suffix(.random(in: 0...other.count, using: &random))
            }
            return Mutation.mutated(bytes, words: Mutation.yaml, &random)
        } check: {
            try Self.problems(ofRecipe: $0)
        }
    }

    @Test("recipes made up from the schema")
    func generatedRecipes() throws {
        let schema = RecipeSchema().root
        try run("recipe") { random, _ in
            var generator = RecipeGenerator(random: random)
            let text = generator.text(of: schema)
            random = generator.random
            return Array(text.utf8)
        } check: {
            try Self.problems(ofRecipe: $0)
        }
    }

    @Test("kickstarts of one's own")
    func kickstarts() throws {
        let seeds = try ShippedRecipe.allCases.map { Array(try $0.rendered().kickstart.utf8) }
        try run("ks") { random, _ in
            Mutation.mutated(seeds.randomElement(using: &random) ?? [], words: Mutation.kickstart, &random)
        } check: {
            try Self.problems(ofKickstart: $0)
        }
    }

    private func run(
        _ suffix: String,
        make: (inout Noise, Int) -> [UInt8],
        check: (FilePath) throws -> [String]
    ) throws {
        let scratch = try TemporaryDirectory()
        let directory = Self.directory.map { FilePath($0) } ?? scratch.path
        let input = directory.appending("input.\(suffix)")
        let watchdog = Watchdog(input: input)
        defer { watchdog.stop() }
        var random = Noise(seed: Self.seed)
        let clock = ContinuousClock()
        let begin = clock.now
        var count = 0
        while clock.now - begin < .seconds(Self.seconds) {
            try Data(make(&random, count)).write(to: URL(filePath: input.string))
            let start = Self.processorTime()
            watchdog.begin()
            var problems = try check(input)
            watchdog.end()
            let time = Self.processorTime() - start
            if time > 2 { problems.append("it took \(time) seconds") }
            guard problems.isEmpty else {
                let kept = FilePath(Self.directory ?? NSTemporaryDirectory())
                    .appending("fuzz-\(Self.seed)-\(count).\(suffix)")
                try? FileManager.default.removeItem(atPath: kept.string)
                try FileManager.default.copyItem(atPath: input.string, toPath: kept.string)
                Issue.record("\(kept): \(problems.joined(separator: "; "))")
                return
            }
            count += 1
        }
        #expect(count > 0)
        if Self.directory != nil { print("fuzz: \(count) inputs for \(suffix), seed \(Self.seed)") }
    }

    /// The seconds that this thread has worked: other processes do not make an input slow.
    private static func processorTime() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private static let renderer = Result { try Repository.renderer() }
    private static let formatter = RecipeFormatter()

    /// What is wrong with the answer to a kickstart.
    private static func problems(ofKickstart file: FilePath) throws -> [String] {
        let bytes = try RecipeFile.read(file)
        let document = KickstartDocument(String(decoding: bytes, as: UTF8.self))
        let lines = 1...(bytes.count { $0 == UInt8(ascii: "\n") } + 1)
        var problems: [String] = []
        if !(document.commands.map(\.line) + document.sections.map(\.line)).allSatisfy(lines.contains) {
            problems.append("a command has a line that there is not")
        }
        // As a template and as a kickstart it goes through every lint.
        for key in ["kickstart", "kickstart_template"] {
            let recipe = file.removingLastComponent().appending("with-kickstart.recipe")
            let name = file.lastComponent?.string ?? ""
            let text = "version: 1\nname: web\nos: rocky9\ninstall: {\(key): \(name)}\n"
            try Data(text.utf8).write(to: URL(filePath: recipe.string))
            let check = RecipeLoader().check(recipe, renderer: try renderer.get())
            if ![0, 65].contains(check.exitStatus) { problems.append("status \(check.exitStatus)") }
        }
        return problems
    }

    /// What is wrong with the answer to a recipe.
    private static func problems(ofRecipe file: FilePath) throws -> [String] {
        let bytes = try RecipeFile.read(file)
        let text = String(decoding: bytes, as: UTF8.self)
        let loader = RecipeLoader(shipped: Repository.recipes, environment: [:])
        let check = loader.check(file, renderer: try renderer.get())
        var problems: [String] = []
        if ![0, 65, 66, 77].contains(check.exitStatus) { problems.append("status \(check.exitStatus)") }
        if (check.exitStatus == 0) == check.diagnostics.contains(where: { $0.severity == .error }) {
            problems.append("the status is not that of the errors")
        }
        // A text that is refused before it is YAML has lines as editors have them.
        let counts = [
            Self.lines(of: text),
            text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map(\.count),
        ]
        for problem in check.diagnostics {
            if problem.message.isEmpty || problem.description.contains(where: \.isNewline) {
                problems.append("no message of one line: \(problem)")
            }
            guard problem.file == file.string, problem.line > 0 else { continue }
            let isThere = counts.contains { lines in
                // What is missing at the end of a file is missing in the line behind its last.
                let width = problem.line <= lines.count ? lines[problem.line - 1] : 0
                return problem.line <= lines.count + 1 && (0...width + 2).contains(problem.column)
            }
            if !isThere { problems.append("no such place: \(problem)") }
        }
        do throws(RecipeProblems) {
            let formatted = try formatter.format(bytes, file: file.string)
            if try formatter.format(Array(formatted.utf8), file: file.string) != formatted {
                problems.append("formatted twice it is another one")
            }
        } catch {
            if error.exitStatus != 65 || error.diagnostics.isEmpty { problems.append("not formatted: \(error)") }
            // The check before writing has found what the formatter did not understand; then it should.
            if error.description.contains("is not understood") { problems.append("\(error)") }
        }
        return problems
    }

    /// The widths of the lines, which end as YAML has it: at line feeds, carriage returns and both.
    private static func lines(of text: String) -> [Int] {
        var widths = [0]
        var previous: Unicode.Scalar = " "
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n" where previous == "\r": break
            case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}": widths.append(0)
            default: widths[widths.count - 1] += 1
            }
            previous = scalar
        }
        return widths
    }
}
