import Foundation

/// Files of this checkout.
enum Repository {
    static let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    static let root = tests.deletingLastPathComponent().deletingLastPathComponent()
    static let logs = tests.appending(path: "Logs")

    static func text(_ file: URL) throws -> String { try String(contentsOf: file, encoding: .utf8) }
}
