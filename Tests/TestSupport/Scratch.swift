package import Foundation
package import SystemPackage

/// A directory of its own for one test, removed with everything in it.
package final class Scratch {
    package let path: FilePath

    package init() throws {
        let name = "imagebake-tests-\(UUID().uuidString)"
        path = FilePath(FileManager.default.temporaryDirectory.path).appending(name)
        try FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path.string)
    }

    package func appending(_ name: String) -> FilePath { path.appending(name) }

    /// Everything in the directory, hidden names too.
    package var names: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path.string)) ?? []).sorted()
    }

    @discardableResult
    package func write(_ name: String, _ bytes: Data) throws -> FilePath {
        try bytes.write(to: URL(fileURLWithPath: appending(name).string))
        return appending(name)
    }
}

package func contents(_ path: FilePath) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: path.string))
}

/// Bytes that do not compress, the same for the same seed.
package func noise(_ count: Int, seed: UInt64 = 1) -> Data {
    var state = seed &* 0x9e37_79b9_7f4a_7c15 | 1
    var bytes = [UInt8](repeating: 0, count: count)
    bytes.withUnsafeMutableBytes { buffer in
        for offset in stride(from: 0, to: count & ~7, by: 8) {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            buffer.storeBytes(of: state, toByteOffset: offset, as: UInt64.self)
        }
    }
    return Data(bytes)
}
