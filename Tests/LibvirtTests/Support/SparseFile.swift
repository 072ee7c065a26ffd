import Foundation
import SystemPackage
import TestSupport

/// A large file of little: a MiB of data at its beginning, in its middle and near to its end each, and holes between them.
enum SparseFile {
    static func make(_ file: FilePath, length: Int64) async throws {
        try await command("truncate", ["--size=\(length)", file.string])
        let handle = try FileHandle(forWritingTo: URL(filePath: file.string))
        // The second begins at no block's boundary; the file ends with a hole.
        for (seed, offset) in [0, length / 2 + 1234, length - (5 << 20)].enumerated() {
            try handle.seek(toOffset: UInt64(offset))
            try handle.write(contentsOf: noise(1 << 20, seed: UInt64(seed + 1)))
        }
        try handle.close()
    }

    /// All blocks of 4 KiB that are not zeros, by their offset: what the file is, without reading its holes, which takes most of a minute.
    static func blocks(of file: FilePath) throws -> [Int64: [UInt8]] {
        let descriptor = try FileDescriptor.open(file, .readOnly)
        defer { try? descriptor.close() }
        var found: [Int64: [UInt8]] = [:]
        var block = [UInt8](repeating: 0, count: 4096)
        var offset = 0
        // SEEK_DATA, whose name Glibc hides.
        while case let data = lseek(descriptor.rawValue, offset, 3), data >= 0 {
            offset = data & ~4095
            let count = try block.withUnsafeMutableBytes { bytes in
                try descriptor.read(fromAbsoluteOffset: Int64(offset), into: bytes)
            }
            guard count > 0 else { break }
            if block.prefix(count).contains(where: { $0 != 0 }) { found[Int64(offset)] = Array(block.prefix(count)) }
            offset += count
        }
        return found
    }
}
