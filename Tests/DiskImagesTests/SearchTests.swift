import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import DiskImages

/// The search of all the bytes of a disk.
@Suite struct SearchTests {
    static let key =
        "-----BEGIN RSA PRIVATE KEY-----\nMIIEogIBAAKCAQEA6yCv+BLrRP/dMPBXJWK21c0aMIIEogIBAAKCAQEA6yCv+BLr\n-----END RSA PRIVATE KEY-----\n"

    private func results(_ text: [UInt8], pieces: Int, at offset: Int64 = 0) throws -> [SearchResult] {
        var search = ByteSearch([.privateKey, try #require(SearchPattern("word", Array("swordfish".utf8)))])
        var start = 0
        while start < text.count {
            let end = min(start + pieces, text.count)
            text[start..<end].withUnsafeBytes { search.take($0, at: offset + Int64(start)) }
            start = end
        }
        search.finish()
        return search.results
    }

    @Test("what stands across pieces is found, and each once", arguments: [1, 2, 7, 64, 100, 4096])
    func pieces(_ size: Int) throws {
        let text = Array("swordfish swordswordfish \(Self.key) swordfis \(Self.key)swordfish".utf8)
        let found = try results(text, pieces: size)
        #expect(found.map(\.count) == [2, 3])
        #expect(found[1].offsets == [0, 15, Int64(text.count - 9)])
    }

    @Test(
        "a private key counts where a file may hold it, not among the texts of a program",
        arguments: [
            (SearchTests.key, 1),
            ("text\n" + SearchTests.key, 1),
            ("\0" + SearchTests.key, 0),
            (String(repeating: "\0", count: 512) + SearchTests.key, 1),
            (
                "key: |\n  -----BEGIN PRIVATE KEY-----\n  MIIEogIBAAKCAQEA6yCv+BLrRP/dMPBXJWK21c0aMIIEogIBAAKCAQEA6yCv+BLr\n",
                1
            ),
            (
                "-----BEGIN ENCRYPTED PRIVATE KEY-----\r\nMIIEogIBAAKCAQEA6yCv+BLrRP/dMPBXJWK21c0aMIIEogIBAAKCAQEA6yCv+BLr\r\n",
                1
            ),
            ("-----BEGIN DSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n", 1),
            (
                "-----BEGIN OPENSSH PRIVATE KEY-----\nMIIEogIBAAKCAQEA6yCv+BLrRP/dMPBXJWK21c0aMIIEogIBAAKCAQEA6yCv+BLr\n",
                1
            ),
            ("-----BEGIN OPENSSH PRIVATE KEY-----\n\0-----END OPENSSH PRIVATE KEY-----", 0),
            ("-----BEGIN PUBLIC KEY-----\nMIIEogIBAAKCAQEA6yCv+BLrRP/dMPBXJWK21c0aMIIEogIBAAKCAQEA6yCv+BLr\n", 0),
            ("-----BEGIN CERTIFICATE-----\nMIIEogIBAAKCAQEA6yCv+BLrRP/dMPBXJWK21c0aMIIEogIBAAKCAQEA6yCv+BLr\n", 0),
            (
                "    -----BEGIN RSA PRIVATE KEY-----\n    MIIBxwIBAAJhAKD0YSHy73nUgysO13XsJmd4fHiFyQ+00R7VVu2iV9Qco\n    ...\n",
                0
            ),
            ("looks for -----BEGIN PRIVATE KEY----- in files", 0),
        ]
    )
    func privateKeys(_ text: String, _ count: Int) throws {
        #expect(try results(Array(text.utf8), pieces: 1000)[0].count == count)
        #expect(try results(Array(text.utf8), pieces: 3)[0].count == count)
    }

    @Test("a text that any image may hold by chance is not looked for")
    func short() {
        #expect(SearchPattern("short", Array("12345".utf8)) == nil)
    }

    @Test("qemu-nbd is found on PATH where qemu-img is somebody's wrapper")
    func wrapper() throws {
        let directory = try Scratch()
        try directory.write("qemu-img", Data())
        _ = try DiskSearch(beside: QemuImg(executable: directory.appending("qemu-img")))
    }

    @Test("an image is searched as the disk that it is: compressed, sparse, and in the blocks that no file system has")
    func image() async throws {
        let directory = try Scratch()
        let raw = directory.appending("disk.raw")
        let tool = try QemuImg.find()
        try await tool.create(raw, format: .raw, size: 3 << 30)
        // Far away, across a boundary of what is read at once, and in the last bytes.
        let places: [Int64] = [100, 2 << 30, (1 << 30) + Int64(DiskSearch.piece) - 4, (3 << 30) - 9]
        let file = try FileDescriptor.open(raw, .writeOnly)
        try file.closeAfter {
            for place in places { try file.writeAll(toAbsoluteOffset: place, "swordfish".utf8) }
        }
        let packed = directory.appending("disk.qcow2")
        try await tool.convert(raw, format: .raw, to: packed, output: .qcow2(.zstd))
        let pattern = try #require(SearchPattern("word", Array("swordfish".utf8)))
        let search = try DiskSearch(beside: tool)
        for (image, format) in [(raw, DiskFormat.raw), (packed, .qcow2)] {
            let found = try await search.run(image, format: format, for: [pattern])
            #expect(found.map(\.offsets) == [places.sorted()])
        }
        #expect(try await tool.compare(raw, format: .raw, packed, format: .qcow2))

        let overlay = directory.appending("overlay.qcow2")
        try await tool.createOverlay(overlay, backing: packed, backingFormat: .qcow2)
        await #expect(throws: DiskImageError.self) { try await search.run(overlay, format: .qcow2, for: [pattern]) }
        // Not an image, whatever its name says.
        await #expect(throws: DiskImageError.self) { try await search.run(raw, format: .qcow2, for: [pattern]) }
        try change(raw)
        #expect(try await !tool.compare(raw, format: .raw, packed, format: .qcow2))
    }

    private func change(_ path: FilePath) throws {
        let file = try FileDescriptor.open(path, .writeOnly)
        try file.closeAfter { _ = try file.writeAll(toAbsoluteOffset: 4096, "x".utf8) }
    }
}
