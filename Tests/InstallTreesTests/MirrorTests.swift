import Foundation
import SystemPackage
import Testing

@testable import InstallTrees

/// Mirrors that send something else than was asked for, or break off, and how each is named or put up with.
@Suite struct MirrorTests {
    typealias Step = ScriptedServer.Step
    static let sample = SampleTree(kernel: SampleTree.noise(1000, seed: 40), initrd: SampleTree.noise(50, seed: 41))
    static let once = "Connection: close\r\n"
    static let treeinfo: [Step] = [.answer("200 OK", sample.treeinfo, extra: once), .close]
    static let initrd = whole(sample.initrd)

    static func whole(_ bytes: [UInt8], _ headers: String = "") -> [Step] {
        [.send("HTTP/1.1 200 OK\r\nContent-Length: \(bytes.count)\r\n\(headers)\(once)\r\n"), .bytes(bytes), .close]
    }

    /// A file from a byte on, cut off after so many.
    static func part(_ status: String, _ headers: String, from first: Int, count: Int) -> [Step] {
        [
            .send("HTTP/1.1 \(status)\r\nContent-Length: \(1000 - first)\r\nETag: \"1\"\r\n\(headers)\(once)\r\n"),
            .bytes(Array(sample.kernel[first...].prefix(count))), .close,
        ]
    }

    @Test(arguments: ["gzip", "br", "x-gzip, identity"], [true, false])
    func namesAMirrorThatCompresses(encoding: String, isTreeinfo: Bool) async throws {
        let answer = Self.whole([0x1F, 0x8B, 8], "Content-Encoding: \(encoding)\r\n")
        let (error, server) = try await failure(isTreeinfo ? [answer] : [Self.treeinfo, answer])
        #expect(error.code == .compressed, "\(error)")
        #expect(error.exitStatus == 66)
        #expect(error.message.contains("the mirror compresses what it sends"))
        #expect(server.requests.values.allSatisfy { $0.lowercased().contains("accept-encoding: identity\r\n") })
    }

    @Test(
        arguments: [
            ("text/html", "\u{FEFF}<!DOCTYPE html><title>x"), ("application/xhtml+xml", "<x>"),
            ("text/html; charset=utf-8", "\n <p>"), ("application/octet-stream", "<!doctype HTML>\n<html>"),
            (nil, "<html><head>"), (nil, "\r\n\u{FEFF}".dropLast() + "<HTML lang=en>"),
            (nil, "<?xml version='1.0'?><Error/>"),
        ] as [(String?, String)]
    ) func namesAWebPageByItsBytes(type: String?, text: String) async throws {
        let page = Self.whole(Array(text.utf8), type.map { "Content-Type: \($0)\r\n" } ?? "")
        let (error, _) = try await failure([Self.treeinfo, page])
        #expect(error.code == .webPage, "\(error)")
        #expect(error.exitStatus == 66)
    }

    /// Neither a kernel nor text that has a tag somewhere is a web page.
    @Test(arguments: ["MZ\u{0}<html>", "<kernel", "", "\u{FEFF}", "x <html>"])
    func takesNothingElseForAWebPage(text: String) {
        #expect(!WebPage.matches(Array(text.utf8)))
    }

    @Test func refusesAPartOfTheTreeinfo() async throws {
        let text = Self.sample.treeinfo
        let head =
            "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-9/9999\r\nContent-Length: \(text.utf8.count)\r\n"
        let (error, _) = try await failure([[.send("\(head)\(Self.once)\r\n\(text)"), .close]])
        #expect(error.code == .wrongPart, "\(error)")
        #expect(error.exitStatus == 66)
        #expect(error.description.contains("206"))
    }

    /// Another part than the one asked for: once the file comes again from its start, then the mirror is named.
    @Test(arguments: [true, false]) func startsAgainAfterAWrongPart(isMended: Bool) async throws {
        let wrong = Self.part("206 Partial Content", "Content-Range: bytes 300-999/1000\r\n", from: 400, count: 600)
        let scripts = [
            Self.treeinfo, Self.part("200 OK", "", from: 0, count: 400), wrong,
            isMended ? Self.part("200 OK", "", from: 0, count: 1000) : wrong, Self.initrd,
        ]
        let events = Recorder<TreeFetchEvent>()
        if isMended {
            let server = try await ScriptedServer.start(scripts)
            try await withTemporaryDirectory { cache in
                let tree = try await TreeFetcher(options: quickOptions())
                    .fetch(.url("http://127.0.0.1:\(server.port)"), arch: "x86_64", into: cache) { events.add($0) }
                #expect(try tree.kernel.bytes == Self.sample.kernel)
            }
            #expect(!(server.requests.values.dropFirst(3).first ?? "range:").lowercased().contains("\r\nrange:"))
            let warnings = events.values.compactMap { if case .warning(let text) = $0 { text } else { nil } }
            #expect(warnings.contains { $0.contains("'bytes 300-999/1000', not from byte 400") }, "\(warnings)")
            await server.stop()
        } else {
            let (error, server) = try await failure(scripts)
            #expect(error.code == .wrongPart, "\(error)")
            #expect(error.exitStatus == 66)
            #expect(server.requests.values.count == 4)
        }
    }

    /// A line that breaks every hundred bytes: eight cuts, of which none counts, as more came each time.
    @Test(.timeLimit(.minutes(2))) func aCutAfterProgressIsNoAttempt() async throws {
        var scripts = [Self.treeinfo, Self.part("200 OK", "", from: 0, count: 100)]
        for first in stride(from: 100, to: 1000, by: 100) {
            let range = "Content-Range: bytes \(first)-999/1000\r\n"
            scripts.append(Self.part("206 Partial Content", range, from: first, count: 100))
        }
        scripts.append(Self.initrd)
        let server = try await ScriptedServer.start(scripts)
        try await withTemporaryDirectory { cache in
            let tree = try await TreeFetcher(options: quickOptions())
                .fetch(.url("http://127.0.0.1:\(server.port)"), arch: "x86_64", into: cache)
            #expect(try tree.kernel.bytes == Self.sample.kernel)
        }
        await server.stop()
        // There is an end to it.
        let (error, other) = try await failure(scripts) { $0.cuts = 2 }
        #expect(error.code == .truncated, "\(error)")
        #expect(other.requests.values.count == 1 + 2 + 3)
    }

    @Test(
        arguments: [
            ("2", Duration.milliseconds(40)), ("0", .milliseconds(5)), ("soon", .milliseconds(5)),
            ("Fri, 31 Dec 9999 23:59:59 GMT", .milliseconds(40)), ("Sun, 06 Nov 1994 08:49:37 GMT", .milliseconds(5)),
        ]
    ) func waitsAsLongAsTheServerAsks(header: String, delay: Duration) async throws {
        let events = Recorder<TreeFetchEvent>()
        let server = try await ScriptedServer.start(
            [.answer("503 Later", extra: "Retry-After: \(header)\r\n\(Self.once)"), .close],
            Self.treeinfo,
            Self.whole(Self.sample.kernel),
            Self.initrd
        )
        try await withTemporaryDirectory { cache in
            _ = try await TreeFetcher(options: quickOptions { $0.longestRetryAfter = .milliseconds(40) })
                .fetch(.url("http://127.0.0.1:\(server.port)"), arch: "x86_64", into: cache) { events.add($0) }
        }
        let delays = events.values.compactMap { if case .retrying(_, _, _, let delay, _) = $0 { delay } else { nil } }
        #expect(delays == [delay])
        await server.stop()
    }

    @Test(
        arguments: [
            ("120", 120), ("Sun, 06 Nov 1994 08:49:37 GMT", 37), ("Sun, 06 Nov 1994 08:48:00 GMT", 0), ("-1", nil),
            ("", nil), ("Sunday, 06-Nov-94 08:49:37 GMT", nil), ("Sun, 06 Nov 1994 25:49:37 GMT", nil),
            ("99999999999999999999", 1 << 31),
        ] as [(String, Int?)]
    ) func readsRetryAfter(text: String, seconds: Int?) {
        // Half past the same hour, 784111740 being 08:49:00.
        #expect(RetryAfter.duration(text, now: 784_111_740) == seconds.map { .seconds($0) })
    }

    /// Kernel and initrd of another release are not fetched to find that out.
    @Test func aWrongReleaseIsNoticedAtTheTreeinfo() async throws {
        let (error, server) = try await failure(
            [Self.treeinfo],
            release: WantedRelease(distribution: "rocky", majorVersion: "9")
        )
        #expect(error.code == .wrongRelease, "\(error)")
        #expect(server.requests.values.count == 1)
    }

    func failure(
        _ scripts: [[Step]],
        release: WantedRelease? = nil,
        _ change: (inout TreeFetcher.Options) -> Void = { _ in }
    ) async throws -> (TreeError, ScriptedServer) {
        let server = try await ScriptedServer.start(scripts)
        let options = quickOptions(change)
        let error = try await withTemporaryDirectory { cache in
            let error = await #expect(throws: TreeError.self) {
                try await TreeFetcher(options: options).fetch(
                    .url("http://127.0.0.1:\(server.port)/tree"),
                    arch: "x86_64",
                    into: cache,
                    release: release
                )
            }
            #expect(cache.names == [])
            return error
        }
        await server.stop()
        return (try #require(error), server)
    }
}
