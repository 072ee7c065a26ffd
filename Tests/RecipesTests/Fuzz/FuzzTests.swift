import Foundation
import Glibc
import SystemPackage
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
            if Int.random(in: 0..<4, using: &random) == 0, let other = seeds.randomElement(using: &random) {
                bytes =
                    Array(bytes.prefix(.random(in: 0...bytes.count, using: &random)))
                    + other.suffix(.random(in: 0...other.count, using: &random))
            }
            return Mutation.mutated(bytes, words: Mutation.yaml, &random)
        } check: {
            try Self.checkRecipe($0)
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
            try Self.checkRecipe($0)
        }
    }

    @Test("kickstarts of one's own")
    func kickstarts() throws {
        let seeds = try ShippedRecipe.allCases.map { Array(try $0.rendered().kickstart.utf8) }
        try run("ks") { random, _ in
            Mutation.mutated(seeds.randomElement(using: &random) ?? [], words: Mutation.kickstart, &random)
        } check: { file in
            let bytes = try RecipeFile.read(file)
            let document = KickstartDocument(String(decoding: bytes, as: UTF8.self))
            let lines = bytes.count { $0 == UInt8(ascii: "\n") } + 1
            #expect(
                (document.commands.map(\.line) + document.sections.map(\.line)).allSatisfy { (1...lines).contains($0) }
            )
            // As a template and as a kickstart it goes through every lint.
            for key in ["kickstart", "kickstart_template"] {
                let recipe = file.removingLastComponent().appending("with-kickstart.recipe")
                let name = file.lastComponent?.string ?? ""
                let text = "version: 1\nname: web\nos: rocky9\ninstall: {\(key): \(name)}\n"
                try Data(text.utf8).write(to: URL(filePath: recipe.string))
                let check = RecipeLoader().check(recipe, renderer: try Repository.renderer())
                #expect([0, 65].contains(check.exitStatus))
            }
        }
    }

    private func run(
        _ suffix: String,
        make: (inout Noise, Int) -> [UInt8],
        check: (FilePath) throws -> Void
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
            let start = clock.now
            watchdog.begin()
            try check(input)
            watchdog.end()
            let time = clock.now - start
            if time > .seconds(2) {
                let kept = directory.appending("slow-\(count).\(suffix)")
                try? FileManager.default.copyItem(atPath: input.string, toPath: kept.string)
                Issue.record("an input took \(time): \(kept)")
                return
            }
            count += 1
        }
        #expect(count > 0)
        if Self.directory != nil { print("fuzz: \(count) inputs for \(suffix), seed \(Self.seed)") }
    }

    private static func checkRecipe(_ file: FilePath) throws {
        let bytes = try RecipeFile.read(file)
        let text = String(decoding: bytes, as: UTF8.self)
        let loader = RecipeLoader(shipped: Repository.recipes, environment: [:])
        let check = loader.check(file, renderer: try Repository.renderer())
        #expect([0, 65, 66, 77].contains(check.exitStatus), "\(check.diagnostics)")
        #expect((check.exitStatus == 0) == !check.diagnostics.contains { $0.severity == .error })
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(\.unicodeScalars.count)
        for problem in check.diagnostics {
            #expect(!problem.message.isEmpty && !problem.description.contains { $0.isNewline }, "\(problem)")
            guard problem.file == file.string, problem.line > 0 else { continue }
            // What is missing at the end of a file is missing in the line behind its last.
            #expect(problem.line <= lines.count + 1, "\(problem)")
            let width = problem.line <= lines.count ? lines[problem.line - 1] : 0
            #expect(problem.column >= 0 && problem.column <= width + 2, "\(problem) in \(width) columns")
        }
        do throws(RecipeProblems) {
            let formatted = try RecipeFormatter().format(bytes, file: file.string)
            let again = try RecipeFormatter().format(Array(formatted.utf8), file: file.string)
            #expect(again == formatted)
        } catch {
            #expect(error.exitStatus == 65 && !error.diagnostics.isEmpty)
            // A recipe that is right and has nothing odd in it can always be formatted.
            if check.exitStatus == 0 { #expect(error.diagnostics[0].code == Diagnostic.notFormattable) }
            let isBug = error.diagnostics.contains {
                $0.message.contains("understood") && ProcessInfo.processInfo.environment["IMAGEBAKE_FUZZ_FORMAT"] != nil
            }
            #expect(!isBug, "\(error)")
        }
    }
}
