import Crypto
import Foundation
import InstallTrees
import SystemPackage

/// A small tree on disk with real checksums.
struct SampleTree {
    var kernel = SampleTree.noise(300_001, seed: 1)
    var initrd = SampleTree.noise(2_000_003, seed: 2)
    var name = ".treeinfo"
    var arch = "x86_64"
    /// The `[checksums]` section, nil for those that match.
    var checksums: String?

    var treeinfo: String {
        let sums =
            checksums
                ?? """
                images/pxeboot/vmlinuz = sha256:\(Self.sha256(kernel))
                images/pxeboot/initrd.img = sha256:\(Self.sha256(initrd))
                LiveOS/rootfs.tar = sha256:\(String(repeating: "ab", count: 32))
                """
        return """
            [checksums]
            \(sums)

            [general]
            ; productmd's warning
            # and another comment
            family = Debian
            version = 12
            arch = \(arch)
            name = Debian 12

            [images-\(arch)]
            kernel = images/pxeboot/vmlinuz
            initrd = images/pxeboot/initrd.img

            """
    }

    /// Writes the tree.
    func write(to directory: FilePath) throws {
        try directory.appending(name).write(treeinfo.utf8)
        try directory.appending("images").appending("pxeboot").appending("vmlinuz").write(kernel)
        try directory.appending("images").appending("pxeboot").appending("initrd.img").write(initrd)
    }

    /// The least that is an ISO 9660 image: its primary volume descriptor.
    static let emptyImage: [UInt8] =
        [UInt8](repeating: 0, count: 16 * 2048) + [1] + Array("CD001".utf8) + [UInt8](repeating: 32, count: 2042)

    static func sha256(_ bytes: [UInt8]) -> String {
        SHA256.hash(data: bytes).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    static func md5(_ bytes: [UInt8]) -> String {
        Insecure.MD5.hash(data: bytes).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    /// Bytes that do not repeat, the same in every run.
    static func noise(_ count: Int, seed: UInt64) -> [UInt8] {
        // Whole words at a time: a test built without optimisation is slow enough.
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        let words = [UInt64](unsafeUninitializedCapacity: count / 8 + 1) { buffer, initialized in
            for index in 0..<(count / 8 + 1) {
                state ^= state << 13
                state ^= state >> 7
                state ^= state << 17
                buffer[index] = state
            }
            initialized = count / 8 + 1
        }
        return words.withUnsafeBytes { Array($0.prefix(count)) }
    }
}

/// Options that do not make a test wait.
func quickOptions(_ change: (inout TreeFetcher.Options) -> Void = { _ in }) -> TreeFetcher.Options {
    var options = TreeFetcher.Options()
    options.backoff = .milliseconds(5)
    options.readTimeout = .seconds(20)
    options.environment = [:]
    change(&options)
    return options
}
