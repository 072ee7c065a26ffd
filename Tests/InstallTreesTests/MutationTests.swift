import TestSupport
import Testing

@testable import InstallTrees

/// Good files with bytes changed at random: they are read or refused, and what is read is safe.
@Suite struct MutationTests {
    static let seeds = 0..<8

    @Test(.timeLimit(.minutes(2)), arguments: seeds) func treeinfos(seed: Int) {
        var random = Noise(seed: UInt64(seed))
        for round in 0..<150 {
            let layout = TreeLayout.all[(seed + round) % TreeLayout.all.count]
            let bytes = Self.mutated(Array(layout.text.utf8), &random)
            guard let info = Self.attempt({ () throws(TreeError) in try TreeInfo(parsing: bytes, location: "here") })
            else { continue }
            let paths =
                info.images.values.flatMap { [$0.kernel, $0.initrd, $0.bootISO ?? "x"] } + info.checksums.keys
                + [info.mainImage, info.instImage].compactMap(\.self)
            for path in paths {
                #expect(!path.hasPrefix("/") && !path.split(separator: "/").contains(".."))
                #expect(path == path.escapingControls)
            }
            for path in info.variants.flatMap({ [$0.packages, $0.repository].compactMap(\.self) }) {
                #expect(!path.hasPrefix("/") && !path.contains("://"))
            }
        }
    }

    @Test(.timeLimit(.minutes(2)), arguments: seeds) func checksumFiles(seed: Int) {
        var random = Noise(seed: UInt64(seed) + 100)
        let digest = String(repeating: "0a", count: 32)
        let text = "# a\nSHA256 (x.iso) = \(digest)\n\(digest) *y.iso\n\(digest)  z.iso\n"
        for _ in 0..<300 {
            let bytes = Self.mutated(Array(text.utf8), &random)
            let file = Self.attempt { () throws(TreeError) in
                try ChecksumFile(parsing: String(decoding: bytes, as: UTF8.self), location: "here")
            }
            let checksum = Self.attempt { () throws(TreeError) in try file?.checksum(of: "x.iso") }
            #expect(checksum??.isWeak != true)
        }
    }

    @Test(.timeLimit(.minutes(2)), arguments: seeds) func keys(seed: Int) {
        var random = Noise(seed: UInt64(seed) + 200)
        let armor =
            "-----BEGIN PGP PUBLIC KEY BLOCK-----\nVersion: 1\n\nmDMEZUPCLBYJKwYBBAHaRw8BAQdA\n=abcd\n"
            + "-----END PGP PUBLIC KEY BLOCK-----\n"
        for _ in 0..<300 {
            let bytes = Self.mutated(Array(armor.utf8), &random)
            _ = Self.attempt { () throws(TreeError) in try OpenPGPKey.binary(bytes, location: "here") }
        }
    }

    @Test(arguments: seeds) func urls(seed: Int) {
        var random = Noise(seed: UInt64(seed) + 300)
        for _ in 0..<300 {
            let bytes = Self.mutated(Array("http://user:pw@mirror.example.org:8080/a/b%20c/".utf8), &random)
            let text = String(decoding: bytes, as: UTF8.self)
            guard let url = Self.attempt({ () throws(TreeError) in try TreeURL(text) }) else { continue }
            // What goes into a request line and a Host header.
            for part in [url.target, url.authority] {
                #expect(part.utf8.allSatisfy { $0 > 32 && $0 < 127 }, "\(text.debugDescription)")
            }
        }
    }

    /// The value, nil for a refusal; anything else than a `TreeError` would not compile.
    static func attempt<Value>(_ body: () throws(TreeError) -> Value) -> Value? {
        do throws(TreeError) {
            return try body()
        } catch {
            #expect(error.message == error.message.escapingControls)
            #expect(error.description.utf8.count < 2000)
            return nil
        }
    }

    static func mutated(_ bytes: [UInt8], _ random: inout Noise) -> [UInt8] {
        let words = [
            "..", "/", "://", "\r\n", "[", "]", "=", ":", "\n  ", "\u{1B}", "é", "\u{202E}", "a", "%", "@", "#", "(",
        ]
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            let at = Int.random(in: 0...bytes.count, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes.insert(contentsOf: (words.randomElement(using: &random) ?? "").utf8, at: at)
            case 1: bytes.insert(.random(in: .min ... .max, using: &random), at: at)
            case 2 where at < bytes.count: bytes[at] = .random(in: .min ... .max, using: &random)
            case 3: bytes.removeSubrange(at..<min(bytes.count, at + Int.random(in: 0..<20, using: &random)))
            default: bytes.insert(contentsOf: bytes.prefix(at).suffix(30), at: at)
            }
        }
        return bytes
    }
}
