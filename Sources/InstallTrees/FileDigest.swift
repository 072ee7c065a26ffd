import Crypto
import NIOPosix
import SystemPackage

/// Several digests of one stream of bytes, in one pass.
struct FileDigest {
    private var functions: [Checksum.Algorithm: any HashFunction] = [:]

    init(_ algorithms: Set<Checksum.Algorithm>) {
        for algorithm in algorithms {
            switch algorithm {
            case .md5: functions[algorithm] = Insecure.MD5()
            case .sha1: functions[algorithm] = Insecure.SHA1()
            case .sha256: functions[algorithm] = SHA256()
            case .sha384: functions[algorithm] = SHA384()
            case .sha512: functions[algorithm] = SHA512()
            }
        }
    }

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        for algorithm in functions.keys { functions[algorithm]?.update(bufferPointer: bytes) }
    }

    /// The digests so far, hexadecimal.
    func finish() -> [Checksum.Algorithm: String] { functions.mapValues { Self.hexadecimal($0) } }

    private static func hexadecimal(_ function: some HashFunction) -> String { function.finalize().hexadecimal }

    /// SHA-256 of bytes in memory, hexadecimal.
    static func sha256(_ bytes: some Sequence<UInt8>) -> String { SHA256.hash(data: Array(bytes)).hexadecimal }

    /// Hashes a whole file on a thread that may block; stops early when the task is cancelled.
    static func digests(
        of path: FilePath,
        _ algorithms: Set<Checksum.Algorithm>,
        progress: @escaping @Sendable (TreeFetchEvent) -> Void = { _ in }
    ) async throws(TreeError) -> [Checksum.Algorithm: String] {
        try await Blocking.run(path) { (cancelled) throws(TreeError) in
            let file = try Files.openForReading(path)
            defer { try? file.close() }
            var digest = FileDigest(algorithms)
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
            defer { buffer.deallocate() }
            let name = path.lastComponent?.string ?? path.string
            let total = try Files.status(file, path).size
            var done: Int64 = 0
            progress(.hashing(file: name, done: 0, total: total))
            while true {
                if cancelled() { throw TreeError.cancelled(path.string) }
                let count = try Files.check(path, "cannot read") { try file.read(into: buffer) }
                if count == 0 {
                    progress(.hashing(file: name, done: done, total: total))
                    return digest.finish()
                }
                digest.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                let before = done
                done += Int64(count)
                if before >> 26 != done >> 26 { progress(.hashing(file: name, done: done, total: total)) }
            }
        }
    }
}
