import ArgumentParser
import Pipeline
import Recipes
import SystemPackage

/// `imagebake init`.
struct Init: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write a recipe that builds: ask a few questions, or take the answers as options.",
        discussion: """
            Where --os and --name are given nothing is asked, and what is not given has its default. Otherwise it asks for \
            what is missing; without a terminal it says what that is and ends with status 64. A file that is there is \
            never replaced without --force (status 64).
            """
    )

    @Option(help: "The operating system, such as rocky9; 'fedora' is the newest one.")
    var os: String?

    @Option(help: "The name of the recipe and of its image.")
    var name: String?

    @Option(help: "The install tree: a URL, a directory or an ISO. Default: the distribution's own mirror.")
    var location: String?

    @Option(help: "The virtual size of the image.")
    var disk: String?

    @Option(help: "The user that cloud-init makes. Default: the distribution's, such as 'rocky'.")
    var user: String?

    @Option(
        help: ArgumentHelp("A file with SSH public keys that every clone lets in.", valueName: "file"),
        completion: .file()
    )
    var sshKey: String?

    @Option(name: .customLong("package"), help: "A package beside the default ones; can be given several times.")
    var packages: [String] = []

    @Option(help: "The format of the image file: qcow2 or raw.")
    var format: String?

    @Option(name: .shortAndLong, help: ArgumentHelp("The recipe to write. Default: NAME.recipe.", valueName: "file"))
    var output: String?

    @Flag(help: "Replace a file that is there.")
    var force = false

    mutating func run() async throws {
        let isAsking = (os == nil || name == nil) && Questioner.isPossible
        if !isAsking { try requireFlags() }
        let questioner = isAsking ? Questioner() : nil
        let draft = try draft(questioner)
        if let problem = draft.problems.first {
            throw Failure(.usage, "the answers make no recipe: \(problem.message)", ["hint": problem.hint])
        }
        let file = FilePath(
            try output ?? questioner?.ask("Recipe file", default: "\(draft.name).recipe") ?? "\(draft.name).recipe"
        )
        do {
            try RecipeFile.create(file, with: draft.text, overwrites: force)
        } catch {
            Output.error(error.description)
            throw ExitCode(error.exitStatus)
        }
        Output.data(file.string)
        Output.error("wrote \(file); next: imagebake build \(Self.shellQuoted(file.string))")
    }

    private func requireFlags() throws {
        let missing = [("--os", os == nil), ("--name", name == nil)].filter(\.1).map(\.0)
        guard !missing.isEmpty else { return }
        throw Failure(
            .usage,
            "there is no terminal to ask on, and \(missing.joined(separator: " and ")) \(missing.count == 1 ? "is" : "are") not given",
            [
                "next":
                    "imagebake init --os OS --name NAME; OS is one of \(OperatingSystem.allCases.map(\.rawValue).joined(separator: ", "))"
            ]
        )
    }

    private func draft(_ questioner: Questioner?) throws -> RecipeDraft {
        if questioner != nil, os == nil {
            Output.error("Operating systems: " + OperatingSystem.allCases.map(\.rawValue).joined(separator: ", "))
        }
        let standard = OperatingSystem.debian12
        let given = os.map { OperatingSystem.newestByName[$0]?.rawValue ?? $0 }
        let word = try answer(given, to: .os, "Operating system", standard.rawValue, standard, questioner)
        let system = OperatingSystem(rawValue: word) ?? standard
        var draft = RecipeDraft(
            os: system,
            name: try answer(name, to: .name, "Name", system.rawValue, system, questioner)
        )
        if system.defaultLocation(for: .x86_64) == nil {
            guard location != nil || questioner != nil else {
                throw Failure(
                    .usage,
                    "\(system.rawValue) has no public install tree, and --location is not given",
                    ["next": "give the URL, the directory or the ISO of your own with --location"]
                )
            }
            draft.location = try answer(
                location,
                to: .location,
                "Install tree (URL, directory or ISO)",
                "",
                system,
                questioner
            )
        } else if let location {
            draft.location = try answer(location, to: .location, "", "", system, nil)
        }
        draft.disk = try answer(disk, to: .disk, "Disk size", draft.disk, system, questioner)
        let users = system.defaultUserName
        let name = try answer(user, to: .user, "Default user", users, system, questioner)
        if name != users { draft.user = name }
        draft.sshKeys = try keys(questioner, system)
        draft.packages = try extraPackages(questioner, system)
        let image = try answer(
            format,
            to: .format,
            "Image format (qcow2, raw, ami)",
            draft.format.rawValue,
            system,
            questioner
        )
        draft.format = Recipe.Output.Format(rawValue: image) ?? .qcow2
        return draft
    }

    /// What was given, or asked for until it will do.
    private func answer(
        _ given: String?,
        to question: RecipeDraft.Question,
        _ text: String,
        _ standard: String,
        _ os: OperatingSystem,
        _ questioner: Questioner?
    ) throws -> String {
        if let given {
            if let problem = RecipeDraft.problem(with: given, to: question, os: os) {
                throw Failure(.usage, "--\(question.option): \(problem)")
            }
            return given
        }
        guard let questioner else { return standard }
        return try questioner.ask(text, default: standard) { RecipeDraft.problem(with: $0, to: question, os: os) }
    }

    private func keys(_ questioner: Questioner?, _ os: OperatingSystem) throws -> [String] {
        if let sshKey { return try Self.keys(in: sshKey) }
        guard let questioner else { return [] }
        let file = try questioner.ask("File with SSH public keys for every clone (empty for none)", default: "") {
            name in
            guard !name.isEmpty else { return nil }
            do { _ = try Self.keys(in: name) } catch { return "\((error as? Failure)?.message ?? "\(error)")" }
            return nil
        }
        return file.isEmpty ? [] : try Self.keys(in: file)
    }

    private static func keys(in file: String) throws -> [String] {
        do throws(RecipeProblems) {
            let text = String(decoding: try RecipeFile.read(FilePath(file)), as: UTF8.self)
            switch RecipeDraft.publicKeys(in: text) {
            case .success(let keys): return keys
            case .failure(let problem):
                let place = problem.line > 0 ? "\(file):\(problem.line)" : file
                throw RecipeProblems(file: place, message: problem.message, hint: problem.hint)
            }
        } catch {
            let problem = error.diagnostics.first
            let text =
                (problem?.file ?? file) + ": "
                + (problem?.message ?? "cannot be read").replacing("no such recipe", with: "no such file")
            throw Failure(ExitStatus(rawValue: error.exitStatus) ?? .badRecipe, text, ["next": problem?.hint])
        }
    }

    private func extraPackages(_ questioner: Questioner?, _ os: OperatingSystem) throws -> [String] {
        var names = packages
        if names.isEmpty, let questioner {
            let text = try questioner.ask("Packages beside the default ones (empty for none)", default: "") { answer in
                answer.split(separator: " ").lazy
                    .compactMap { RecipeDraft.problem(with: String($0), to: .package, os: os) }.first
            }
            names = text.split(separator: " ").map(String.init)
        }
        var distinct: [String] = []
        for name in names where !distinct.contains(name) {
            if let problem = RecipeDraft.problem(with: name, to: .package, os: os) {
                throw Failure(.usage, "--package: \(problem)")
            }
            distinct.append(name)
        }
        return distinct
    }

    private static func shellQuoted(_ text: String) -> String {
        let isPlain = text.unicodeScalars.allSatisfy {
            $0.properties.isAlphabetic || "0123456789./_-".unicodeScalars.contains($0)
        }
        return isPlain ? text : "'" + text.replacing("'", with: "'\\''") + "'"
    }
}

extension RecipeDraft.Question {
    /// The option that answers it.
    fileprivate var option: String { self == .sshKey ? "ssh-key" : rawValue }
}
