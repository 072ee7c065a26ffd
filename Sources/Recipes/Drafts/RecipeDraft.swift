import SystemPackage
import Yams

/// The few answers from which `imagebake init` writes a recipe.
public struct RecipeDraft: Sendable, Equatable {
    /// The operating system.
    public var os: OperatingSystem

    /// The name of the recipe and of its image.
    public var name: String

    /// The install tree; nil for the operating system's own.
    public var location: String?

    /// The virtual size of the image.
    public var disk: String

    /// The user that cloud-init makes; nil for the distribution's.
    public var user: String?

    /// Public keys that every clone lets in.
    public var sshKeys: [String]

    /// Packages beside the default ones.
    public var packages: [String]

    /// The format of the image file.
    public var format: Recipe.Output.Format

    /// Makes a draft with the defaults of an operating system.
    public init(os: OperatingSystem, name: String) {
        self.os = os
        self.name = name
        disk = "10 GiB"
        sshKeys = []
        packages = []
        format = .qcow2
    }
}

extension RecipeDraft {
    /// One question.
    public enum Question: String, Sendable, CaseIterable {
        case os, name, location, disk, user, sshKey, package, format
    }

    /// What is wrong with an answer, under the rules by which recipes are read; nil where nothing is.
    public static func problem(with answer: String, to question: Question, os: OperatingSystem) -> String? {
        let context = ReadingContext(file: "")
        let reader = RecipeReader(file: "", context: context)
        let node = Node(answer, Tag(.str))
        switch question {
        case .os:
            _ = ValueReader.choice(standIn: os, label: "operating system").read(node, at: "os", context)
        case .name: _ = ValueReader.text(.name).read(node, at: "name", context)
        case .location: _ = reader.location(for: os) { _ in "/" }.read(node, at: "location", context)
        case .disk:
            _ = reader.machine(for: os, .x86_64)
                .read(.mapping(.init([(Node("disk", Tag(.str)), node)])), at: "", context)
        case .user:
            _ = ValueReader.text(.account).read(node, at: "user", context)
            if answer == "root" { context.report("the default user must not be root", at: node) }
        case .sshKey: _ = ValueReader.text(.publicKey).read(node, at: "ssh-key", context)
        case .package: _ = ValueReader.text(.package).read(node, at: "package", context)
        case .format: _ = ValueReader.choice(standIn: Recipe.Output.Format.qcow2).read(node, at: "format", context)
        }
        return context.diagnostics.first.map { $0.message + ($0.hint.map { "; \($0)" } ?? "") }
    }

    /// The public keys in a file's text: its lines, without comments.
    ///
    /// - Returns: The keys; or, as an error, the line that is none. A private key is not repeated in it.
    public static func publicKeys(in text: String) -> Result<[String], Diagnostic> {
        var keys: [String] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            var key = Substring(line)
            while key.last?.isWhitespace ?? false { key.removeLast() }
            if key.isEmpty || key.hasPrefix("#") { continue }
            guard TextRule.publicKey.accepts(String(key)) else {
                let hint = text.contains("PRIVATE KEY") ? "the public key is the file that ends in .pub" : nil
                let message = "is not \(TextRule.publicKey.requirement)"
                return .failure(Diagnostic(file: "", line: index + 1, column: 1, message: message, hint: hint))
            }
            keys.append(String(key))
        }
        return keys.isEmpty ? .failure(Diagnostic(file: "", message: "holds no public key")) : .success(keys)
    }
}
