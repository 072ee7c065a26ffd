/// Why a recipe cannot be rendered.
public struct RenderError: Error, Sendable, Equatable {
    /// The kinds of error.
    public enum Code: String, Sendable {
        /// A template directory or file cannot be read.
        case unreadable

        /// There is no template of this name.
        case noSuchTemplate

        /// A template is not Mustache, or uses a part of it that is not supported.
        case malformedTemplate

        /// A template uses a name that nobody defines, or uses one in the wrong way.
        case undefinedName

        /// A template does not use what the recipe says.
        case ignoredKey

        /// A value does not fit where it would land.
        case unfitValue

        /// A secret that the recipe uses is not given.
        case missingSecret

        /// The kickstart needs a payload, and none is given.
        case missingPayload
    }

    /// The kind of error.
    public let code: Code

    /// What is wrong, in lower case and without a full stop; several undefined names are on one line each.
    public let message: String

    /// The template file, where it is about one.
    public let file: String?

    /// The single problems of a template, each at its line; empty where it is about no template.
    var problems: [Problem] = []

    /// The keys of the recipe that a template passes over.
    var keys: [String] = []

    /// The exit status that a command ends with: 65 for a template that a recipe brings along or a value, 66 for a missing file,
    /// 78 for imagebake's own templates.
    public let exitStatus: Int32

    init(_ code: Code, _ message: String, file: String? = nil, exitStatus: Int32 = 65) {
        self.code = code
        self.message = message
        self.file = file
        self.exitStatus = exitStatus
    }
}

extension RenderError {
    /// One thing that is wrong with a template.
    struct Problem: Sendable, Hashable {
        /// The file.
        let file: String

        /// The line, counted from 1.
        let line: Int

        /// What is wrong, in lower case and without a full stop.
        let message: String

        /// Place and message.
        var text: String { "\(file):\(line): \(message)" }
    }

    /// What is wrong with a template.
    init(_ code: Code, _ problems: [Problem], file: String, exitStatus: Int32 = 65) {
        self.init(code, problems.map(\.text).joined(separator: "\n"), file: file, exitStatus: exitStatus)
        self.problems = problems
    }
}

extension RenderError: CustomStringConvertible {
    /// The message.
    public var description: String { message }
}
