import Crypto
import Dispatch

/// Computes several digests of one stream of bytes.
///
/// Not safe to share: one thread feeds it. Each piece is hashed by all algorithms at once, one thread each, because
/// SHA-512 and MD5 are several times slower than reading from the page cache.
package final class DigestAccumulator {
    private let hashers: [any Hasher]

    private init(_ hashers: [any Hasher]) {
        self.hashers = hashers
    }

    /// Computes SHA-256, SHA-512 and MD5.
    package static func all() -> DigestAccumulator {
        DigestAccumulator([Box(SHA512()), Box(Insecure.MD5()), Box(SHA256())])
    }

    /// Computes SHA-256 alone.
    package static func sha256() -> DigestAccumulator {
        DigestAccumulator([Box(SHA256())])
    }

    /// Computes SHA-512 alone: on most processors it takes less time than MD5.
    package static func sha512() -> DigestAccumulator {
        DigestAccumulator([Box(SHA512())])
    }

    /// Computes MD5 alone.
    package static func md5() -> DigestAccumulator {
        DigestAccumulator([Box(Insecure.MD5())])
    }

    package func update(_ bytes: UnsafeRawBufferPointer) {
        if hashers.count == 1 || bytes.count < 64 * 1024 {
            for hasher in hashers { hasher.update(bytes) }
        } else {
            // Safe: the call returns after the last of them is done, and each hasher is fed by one of them.
            nonisolated(unsafe) let hashers = hashers
            nonisolated(unsafe) let bytes = bytes
            DispatchQueue.concurrentPerform(iterations: hashers.count) { index in
                hashers[index].update(bytes)
            }
        }
    }

    /// The digests so far, in the order in which the accumulator was made.
    private func values() -> [String] {
        hashers.map { $0.value() }
    }

    /// The digests of `size` bytes; only for an accumulator made by ``all()``.
    package func digests(size: Int64) -> FileDigests? {
        let values = values()
        guard values.count == 3 else { return nil }
        return FileDigests(size: size, sha256: values[2], sha512: values[0], md5: values[1])
    }

    /// The SHA-256 digest.
    package func sha256Value() -> String {
        hashers[hashers.count - 1].value()
    }

    /// The digest of an accumulator that computes one.
    package func onlyValue() -> String {
        hashers[0].value()
    }

    private protocol Hasher: AnyObject {
        func update(_ bytes: UnsafeRawBufferPointer)
        func value() -> String
    }

    private final class Box<Function: HashFunction>: Hasher {
        private var function: Function

        init(_ function: Function) {
            self.function = function
        }

        func update(_ bytes: UnsafeRawBufferPointer) {
            function.update(bufferPointer: bytes)
        }

        func value() -> String {
            let digits = Array("0123456789abcdef".utf8)
            var hex: [UInt8] = []
            for byte in function.finalize() {
                hex.append(digits[Int(byte >> 4)])
                hex.append(digits[Int(byte & 15)])
            }
            return String(decoding: hex, as: UTF8.self)
        }
    }
}
