import Foundation
import SystemPackage

/// Runs a test in a directory of its own, removed afterwards.
func withTemporaryDirectory<Value>(_ body: (FilePath) async throws -> Value) async throws -> Value {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("install-trees-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    let path = FilePath(url.path)
    defer { try? FileManager.default.removeItem(atPath: path.string) }
    return try await body(path)
}

extension FilePath {
    /// What is in the directory, sorted; empty where there is none.
    var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: string)) ?? []).sorted() }

    /// The file's bytes.
    var bytes: [UInt8] {
        get throws { Array(try Data(contentsOf: URL(fileURLWithPath: string))) }
    }

    /// Writes a file, its directories included.
    func write(_ bytes: some Collection<UInt8>) throws {
        try FileManager.default.createDirectory(
            atPath: removingLastComponent().string,
            withIntermediateDirectories: true
        )
        try Data(bytes).write(to: URL(fileURLWithPath: string))
    }
}
