import Foundation
import Recipes
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import Pipeline

@Suite("The log of a guest")
struct GuestLogTests {
    private final class Collector: Sendable {
        private let collected = Mutex<[GuestLog.Line]>([])

        var lines: [GuestLog.Line] { collected.withLock { $0 } }

        func add(_ line: GuestLog.Line) { collected.withLock { $0.append(line) } }
    }

    @Test("a secret is in no line and not in the file, however the reads cut it", arguments: 1...12)
    func secrets(size: Int) throws {
        let scratch = try Scratch()
        let file = scratch.appending("console.log")
        let collector = Collector()
        let shown = Mutex<[UInt8]>([])
        let log = try GuestLog(
            file,
            masker: SecretMasker(["hunter2!"]),
            onBytes: { bytes in shown.withLock { $0 += bytes } },
            onLine: collector.add
        )
        let long = String(repeating: "x", count: 4092) + "hunter2!"
        let text = "a hunter2! b\r\nbase64 \(Data("key=hunter2!".utf8).base64EncodedString())\r\n\(long)\r\nend hunter2"
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            try log.record(Array(rest.prefix(size)))
            rest = rest.dropFirst(size)
        }
        try log.finish()
        let written = try String(decoding: contents(file), as: UTF8.self)
        #expect(written.hasPrefix("a (hidden) b\r\nbase64 a2V5PW(hidden)"))
        #expect(written.hasSuffix("x(hidden)\r\nend hunter2"))
        #expect(shown.withLock { String(decoding: $0, as: UTF8.self) } == written)
        #expect(collector.lines.first?.text == "a (hidden) b")
        #expect(!collector.lines.map(\.text).joined().contains("hunter2!"))
    }

    @Test("bytes reach the file as they came; lines are joined across pieces, cut where they never end, and numbered")
    func recording() throws {
        let scratch = try Scratch()
        let file = scratch.appending("console.log")
        let collector = Collector()
        let log = try GuestLog(file, onLine: collector.add)
        let pieces = [
            "first\r\nsec", "ond\r\n", String(repeating: "x", count: 10_000), "\r\n\u{1B}[1mlast\n", "and a question? ",
        ]
        for piece in pieces { try log.record(Array(piece.utf8)) }
        #expect(log.rest.text == "and a question?")
        #expect(log.rest.number == 5)
        #expect(log.lastLine == "last")
        #expect(log.received == Int64(pieces.joined().utf8.count))
        try log.finish()
        #expect(try String(decoding: contents(file), as: UTF8.self) == pieces.joined())
        #expect(collector.lines.prefix(2).map(\.text) == ["first", "second"])
        #expect(collector.lines.allSatisfy { $0.text.utf8.count <= 4096 })
        #expect(collector.lines.last == .init(text: "last", number: 4, isKept: true))
    }

    @Test("of a flood the beginning and the end are kept, and what is between them is said to be left out")
    func flood() throws {
        let scratch = try Scratch()
        let file = scratch.appending("console.log")
        let collector = Collector()
        let log = try GuestLog(file, head: 1000, tail: 100, onLine: collector.add)
        var sent = 0
        for number in 0..<2000 {
            let line = Array("line \(number) of a flood\n".utf8)
            sent += line.count
            try log.record(line)
        }
        try log.finish()
        let written = try String(decoding: contents(file), as: UTF8.self)
        #expect(written.hasPrefix("line 0 of a flood\n"))
        #expect(written.hasSuffix("line 1999 of a flood\n"))
        #expect(written.contains("\n[imagebake: \(sent - 1000 - 100) bytes are left out here]\n"))
        #expect(written.utf8.count < 1200)
        // Each line is still looked at, though not all are for the journal.
        #expect(collector.lines.count == 2000)
        #expect(collector.lines.filter(\.isKept).count < 60)
    }

    /// What a guest prints, in MiB: more than the log keeps; `make test-faults` has a gigabyte.
    private static let floodMebibytes =
        ProcessInfo.processInfo.environment["IMAGEBAKE_FLOOD_MIB"].flatMap { Int($0) } ?? 40

    @Test("a flood takes no more memory and disk than there is meant for it")
    func bounds() throws {
        let scratch = try Scratch()
        let file = scratch.appending("console.log")
        let count = Mutex(0)
        let log = try GuestLog(file, masker: SecretMasker(["hunter2!"])) { _ in count.withLock { $0 += 1 } }
        let line = Array(String(repeating: "a flood of lines that say nothing; ", count: 29).utf8) + [0x0A]
        let piece = Array([[UInt8]](repeating: line, count: 64).joined())
        let before = Self.residentKibibytes
        let pieces = (Self.floodMebibytes << 20) / piece.count
        for _ in 0..<pieces { try log.record(piece) }
        try log.finish()
        #expect(log.received == Int64(pieces * piece.count))
        #expect(count.withLock { $0 } == pieces * 64)
        let size = try FileManager.default.attributesOfItem(atPath: file.string)[.size] as? Int
        #expect((33 << 20..<34 << 20).contains(size ?? 0))
        // Where other tests run beside it, their memory counts too.
        if Self.floodMebibytes > 40 { #expect(Self.residentKibibytes - before < 64 << 10) }
    }

    /// What this process has in memory (proc(5), VmRSS).
    private static var residentKibibytes: Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        return status.firstMatch(of: #/VmRSS:\s+(\d+) kB/#).flatMap { Int($0.1) } ?? 0
    }

    @Test(
        "what is written whole is whole, up to the last byte of the room that there is",
        arguments: [999, 1000, 1001]
    )
    func edges(count: Int) throws {
        let scratch = try Scratch()
        let file = scratch.appending("console.log")
        let log = try GuestLog(file, head: 1000, tail: 100) { _ in }
        let text = String(repeating: "y", count: count)
        try log.record(Array(text.utf8))
        try log.finish()
        #expect(try String(decoding: contents(file), as: UTF8.self) == text)
    }
}
