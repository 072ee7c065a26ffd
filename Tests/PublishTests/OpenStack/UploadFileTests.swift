import Crypto
import Foundation
import NIOCore
import SystemPackage
import TestSupport
import Testing

@testable import Publish

/// The bytes of a file on their way to a Glance.
struct UploadFileTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// A file by its size and where it has data; between is nothing.
    struct Layout: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let size: Int
        var data: [Range<Int>] = []

        static let all = [
            Layout(testDescription: "empty", size: 0),
            Layout(testDescription: "a byte", size: 1, data: [0..<1]),
            Layout(testDescription: "one piece", size: 1 << 20, data: [0..<1 << 20]),
            Layout(testDescription: "pieces and a bit", size: (5 << 20) + 7, data: [0..<(5 << 20) + 7]),
            Layout(testDescription: "nothing but a hole", size: (3 << 20) + 1),
            Layout(testDescription: "a hole at its end", size: 9 << 20, data: [0..<(2 << 20) + 5]),
            Layout(testDescription: "a hole at its beginning", size: 6 << 20, data: [4 << 20..<6 << 20]),
            Layout(
                testDescription: "data and holes in turn",
                size: (12 << 20) + 3,
                data: [0..<4096, 3 << 20..<(5 << 20) + 4096, 9 << 20..<(9 << 20) + 1, (12 << 20) + 1..<(12 << 20) + 3]
            ),
        ]
    }

    private func write(_ layout: Layout) throws -> FilePath {
        let path = try scratch.write("image.raw", Data())
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path.string))
        for (number, part) in layout.data.enumerated() {
            try file.seek(toOffset: UInt64(part.lowerBound))
            try file.write(contentsOf: noise(part.count, seed: UInt64(number + 1)))
        }
        try file.truncate(atOffset: UInt64(layout.size))
        try file.close()
        return path
    }

    @Test("all bytes go in order, those of holes as zeros, and the digest is that of what went", arguments: Layout.all)
    func whole(layout: Layout) async throws {
        let path = try write(layout)
        let expected = try Data(contentsOf: URL(fileURLWithPath: path.string))
        #expect(expected.count == layout.size)
        let file = try await UploadFile(path)
        let digest = UploadDigest()
        // As each attempt does, from the first byte.
        for _ in 0..<2 {
            var sent = Data()
            for try await piece in file.chunks(digest, { _ in }) {
                #expect(piece.readableBytes > 0 && piece.readableBytes <= 1 << 20)
                sent.append(contentsOf: piece.readableBytesView)
            }
            #expect(sent == expected)
        }
        #expect(digest.value?.size == Int64(layout.size))
        #expect(digest.value?.sha512 == SHA512.hash(data: expected).map { String(format: "%02x", $0) }.joined())
    }

    @Test("a piece that is kept is not written over by those that follow")
    func kept() async throws {
        let path = try write(Layout(testDescription: "", size: 8 << 20, data: [0..<8 << 20]))
        var pieces: [ByteBuffer] = []
        for try await piece in try await UploadFile(path).chunks(nil, { _ in }) { pieces.append(piece) }
        let expected = try Data(contentsOf: URL(fileURLWithPath: path.string))
        #expect(Data(pieces.flatMap { Array($0.readableBytesView) }) == expected)
    }

    @Test("an attempt that was broken off knows no digest")
    func broken() async throws {
        let path = try write(Layout(testDescription: "", size: 4 << 20, data: [0..<4 << 20]))
        let digest = UploadDigest()
        for try await _ in try await UploadFile(path).chunks(digest, { _ in }) { break }
        #expect(digest.value == nil)
    }
}
