import Foundation
import Recipes

extension Validate {
    /// One problem, for programs.
    private struct Problem: Encodable {
        let file: String
        /// Counted from 1; 1 too where the problem is that of the whole file.
        let line: Int
        let column: Int
        let severity: String
        let code: String
        let message: String
        let hint: String?

        init(_ diagnostic: Diagnostic) {
            file = diagnostic.file
            line = max(diagnostic.line, 1)
            column = max(diagnostic.column, 1)
            severity = diagnostic.severity.rawValue
            code = diagnostic.code
            message = diagnostic.message
            hint = diagnostic.hint
        }

        private enum CodingKeys: CodingKey {
            case file, line, column, severity, code, message, hint
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(file, forKey: .file)
            try container.encode(line, forKey: .line)
            try container.encode(column, forKey: .column)
            try container.encode(severity, forKey: .severity)
            try container.encode(code, forKey: .code)
            try container.encode(message, forKey: .message)
            // A key that is always there is easier to read.
            try container.encode(hint, forKey: .hint)
        }
    }

    /// The array of all problems.
    static func json(_ diagnostics: [Diagnostic]) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(diagnostics.map(Problem.init)), as: UTF8.self)
    }
}
