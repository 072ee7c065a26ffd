import Foundation
import NIOCore
import NIOHTTP1
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import Publish

/// What goes wrong between a client and Glance, against a fake that does it.
struct FaultTests {
    private let id = FakeRoutes.id
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private var bytes: Data { noise(3_000_000) }

    /// An upload to a fake whose n-th PUT is answered with the n-th answer; the state of the image is the n-th one after it.
    private func upload(
        _ answers: [FakeCloud.Answer],
        states: [FakeCloud.Answer],
        timeouts: CloudTimeouts = FakeRoutes.timeouts
    ) async throws -> (image: GlanceImage?, error: OpenStackError?, bodies: [Int], retries: Int) {
        let file = try scratch.write("image.raw", bytes)
        let puts = Mutex(0)
        let retries = Mutex(0)
        return try await withFakeCloud({ request, count in
            if request.method == "PUT" {
                puts.withLock { $0 = count + 1 }
                return answers[min(count, answers.count - 1)]
            }
            return states[min(max(0, puts.withLock { $0 } - 1), states.count - 1)]
        }) { fake in
            var image: GlanceImage?
            let error = try await FakeRoutes.failure {
                image = try await FakeRoutes.with(
                    FakeRoutes.open(fake),
                    timeouts: timeouts,
                    onRetry: { _ in retries.withLock { $0 += 1 } }
                ) {
                    try await $0.upload(id, from: file)
                }
            }
            let all = fake.requests.filter { $0.method == "PUT" }
            for put in all where put.body.count == bytes.count {
                #expect(put.body == Array(bytes), "each attempt begins at the first byte")
            }
            for put in all {
                #expect(put.headers.first(name: "content-length") == "3000000")
                #expect(put.headers.first(name: "x-openstack-image-size") == "3000000")
                #expect(put.headers.first(name: "content-type") == "application/octet-stream")
            }
            return (image, error, all.map(\.body.count), retries.withLock { $0 })
        }
    }

    // Real Glance's 204 has a type and no body.
    private let done = FakeCloud.Answer(status: 204, headers: [("content-type", "text/html; charset=UTF-8")])
    private var active: FakeCloud.Answer { FakeRoutes.image("active", size: 3_000_000) }
    private var queued: FakeCloud.Answer { FakeRoutes.image("queued") }

    @Test(arguments: [429, 500, 502, 503, 504])
    func `an upload that is answered with what may pass is sent again from its start`(_ status: Int) async throws {
        let result = try await upload([.init(status: status), done], states: [queued, active])
        #expect(result.error == nil)
        #expect(result.image?.status == .active)
        #expect(result.bodies == [3_000_000, 3_000_000])
        #expect(result.retries == 1)
    }

    @Test(arguments: [400, 403, 404, 409, 410, 413, 415, 418])
    func `an upload that is answered with what will not pass is not`(_ status: Int) async throws {
        let result = try await upload([.json(status, #"{"message": "no"}"#), done], states: [queued, active])
        #expect(result.error?.status == status)
        #expect(result.bodies.count == 1)
    }

    @Test(arguments: [0, 1, 1_000_000])
    func `an answer before the last byte is heard`(_ after: Int) async throws {
        let result = try await upload([.init(status: 413, body: "too large", after: after)], states: [queued])
        #expect(result.error?.code == .tooLarge, "\(String(describing: result.error))")
        #expect(result.bodies.count == 1)
    }

    @Test(arguments: [0, 1, 1_000_000, 3_000_000])
    func `a connection that breaks at any byte is made anew`(_ after: Int) async throws {
        let result = try await upload(
            [.init(after: after, isCut: true), .init(after: after, isCut: true), done],
            states: [queued, queued, active]
        )
        #expect(result.error == nil, "\(String(describing: result.error))")
        #expect(result.bodies.last == 3_000_000)
        #expect(result.bodies.count == 3)
    }

    @Test func `an answer that is lost after the last byte is looked for`() async throws {
        let result = try await upload([.init(isCut: true)], states: [active])
        #expect(result.error == nil)
        #expect(result.image?.size == 3_000_000)
        #expect(result.bodies == [3_000_000])
        let wrong = try await upload([.init(isCut: true)], states: [FakeRoutes.image("active", size: 0)])
        #expect(wrong.error?.code == .changed)
        #expect(wrong.error?.message == "the image \(id) holds 0 bytes, and 3000000 were to be sent")
    }

    @Test func `an image that stays in saving is not sent again, and one that leaves it is`() async throws {
        let stuck = try await upload([.init(status: 500)], states: [FakeRoutes.image("saving")])
        #expect(stuck.error?.code == .conflict)
        #expect(stuck.bodies.count == 1)
        let looks = Mutex(0)
        let file = try scratch.write("image.raw", bytes)
        var timeouts = FakeRoutes.timeouts
        timeouts.settling = .seconds(60)
        try await withFakeCloud({ request, count in
            if request.method == "PUT" { return .init(status: count == 0 ? 500 : 204) }
            let look = looks.withLock { looks in
                looks += 1
                return looks
            }
            return look < 3
                ? FakeRoutes.image("saving")
                : look == 3 ? FakeRoutes.image("queued") : FakeRoutes.image("active", size: 3_000_000)
        }) { fake in
            try await FakeRoutes.with(FakeRoutes.open(fake), timeouts: timeouts) { client in
                let found = try await client.upload(id, from: file).status
                #expect(found == .active)
            }
            #expect(fake.lines.count { $0.hasPrefix("PUT") } == 2)
        }
    }

    @Test func `it gives up after so many attempts, and says why`() async throws {
        let result = try await upload([.init(status: 503, body: "busy")], states: [queued])
        #expect(result.error?.status == 503)
        #expect(result.error?.cause == "HTTP 503 Service Unavailable: busy")
        #expect(result.bodies.count == 4)
        #expect(result.retries == 3)
    }

    @Test func `a server that takes no more bytes is given up, and one that is silent after the last is waited for`()
        async throws
    {
        var timeouts = FakeRoutes.timeouts
        timeouts.stall = .milliseconds(300)
        timeouts.connect = .seconds(1)
        let slow = try await upload(
            [.init(status: 204, delay: .milliseconds(1500))],
            states: [active],
            timeouts: timeouts
        )
        #expect(slow.error == nil)
        #expect(slow.bodies.count == 1)
        timeouts.afterLastByte = .milliseconds(400)
        let silent = try await upload([.init(isSilent: true), done], states: [queued, active], timeouts: timeouts)
        #expect(silent.error == nil)
        #expect(silent.bodies.count == 2)
        // One that reads nothing at all: a listening socket that nobody accepts from, once its buffers are full.
        let server = try SilentServer()
        let file = try scratch.write("large.raw", noise(30_000_000))
        var few = FakeRoutes.retry
        few.attempts = 1
        let cloud = Cloud(name: "c", .adminToken(endpoint: "http://127.0.0.1:\(server.port)/v2", Secret("t")))
        let session = try CloudSession(cloud, timeouts: timeouts, retry: few, environment: [:])
        let begin = ContinuousClock.now
        let transport = session.transport
        let request = HTTPRequest(
            method: .PUT,
            base: try #require(ServiceURL("http://127.0.0.1:\(server.port)/v2")),
            target: "/x",
            body: .file(try await UploadFile(file), digest: nil) { _ in }
        )
        let error = try await FakeRoutes.failure { _ = try await transport.send(request) }
        #expect(error?.code == .stalled)
        #expect(ContinuousClock.now - begin < .seconds(10))
        await session.close()
    }

    @Test func `a file that changes under way is not sent as if it were whole`() async throws {
        let file = try scratch.write("image.raw", bytes)
        try await withFakeCloud({ request, _ in
            request.method == "PUT" ? .init(status: 503) : FakeRoutes.image("queued")
        }) { fake in
            let path = file.string
            let error = try await FakeRoutes.failure {
                try await FakeRoutes.with(
                    FakeRoutes.open(fake),
                    onRetry: { _ in try? Data("shorter".utf8).write(to: URL(fileURLWithPath: path)) }
                ) { _ = try await $0.upload(id, from: file) }
            }
            #expect(error?.code == .changed)
            #expect(fake.lines.count { $0.hasPrefix("PUT") } == 1)
        }
    }

    @Test func `a page of a proxy is no success`() async throws {
        let page = FakeCloud.Answer(
            headers: [("content-type", "text/html")],
            body: "<html><title>Welcome</title></html>"
        )
        let result = try await upload([page], states: [queued])
        #expect(result.error?.code == .webPage)
        try await withFakeCloud({ _, _ in page }) { fake in
            try await FakeRoutes.with(FakeRoutes.open(fake)) { client in
                let calls: [() async throws -> Void] = [
                    { _ = try await client.show("x") }, { _ = try await client.images().all() },
                    { try await client.delete("x") },
                    { try await client.deactivate("x") }, { _ = try await client.stores() },
                    { _ = try await client.create(GlanceNewImage(name: "n")) },
                ]
                for call in calls {
                    let code = try await FakeRoutes.failure(call)?.code
                    #expect(code == .webPage || code == .malformed)
                }
            }
        }
    }

    // MARK: Small requests

    @Test func `a lost answer makes no second image`() async throws {
        let made = Mutex<String?>(nil)
        try await withFakeCloud({ request, count in
            guard request.method == "POST" else {
                return .json(200, #"{"id": "\#(made.withLock { $0 } ?? "")", "status": "queued", "name": "n"}"#)
            }
            if count == 0 { return .init(isCut: true) }
            return .json(409, #"{"message": "Image ID already exists!"}"#)
        }) { fake in
            try await FakeRoutes.with(FakeRoutes.open(fake)) { client in
                var new = GlanceNewImage(name: "n", diskFormat: "raw")
                new.id = id
                made.withLock { $0 = id }
                let found = try await client.create(new).id
                #expect(found == id)
                // Without a lost answer that is what it says.
                let again = try await FakeRoutes.failure { _ = try await client.create(new) }?.code
                #expect(again == .conflict)
            }
            let bodies = Set(fake.requests.filter { $0.method == "POST" }.map(\.json))
            #expect(bodies.count == 1)
        }
    }

    @Test func `what was done though the answer was lost is done`() async throws {
        try await withFakeCloud({ request, count in
            switch request.method {
            case "DELETE": count == 0 ? .init(status: 504) : .json(404, "{}")
            case "PATCH": count == 0 ? .init(isCut: true) : .json(409, "{}")
            case "POST": count == 0 ? .init(status: 502) : .json(409, "{}")
            case "GET" where request.target.contains("members"):
                .json(200, #"{"image_id": "i", "member_id": "p", "status": "pending"}"#)
            default: FakeRoutes.image("active", more: #", "y": "1""#)
            }
        }) { fake in
            try await FakeRoutes.with(FakeRoutes.open(fake)) { client in
                try await client.delete(id)
                #expect(try await FakeRoutes.failure { try await client.delete(id) }?.code == .notFound)
                var patch = GlancePatch()
                patch.remove("x")
                patch.add("y", "1")
                #expect(try await client.update(id, patch).properties == ["y": "1"])
                #expect(try await FakeRoutes.failure { _ = try await client.update(id, patch) }?.code == .conflict)
                #expect(try await client.addMember("p", to: "i").status == .pending)
                #expect(
                    try await FakeRoutes.failure { _ = try await client.addMember("p", to: "i") }?.code == .conflict
                )
            }
        }
    }

    @Test(arguments: ["importing", "active", "uploading"])
    func `an import whose answer was lost is looked for`(_ state: String) async throws {
        try await withFakeCloud({ request, count in
            if request.method == "GET" { return FakeRoutes.image(state) }
            return count == 0 ? .init(isCut: true) : .json(409, #"{"message": "New operation is not permitted"}"#)
        }) { fake in
            let error = try await FakeRoutes.with(FakeRoutes.open(fake)) { client in
                try await FakeRoutes.failure { try await client.importData(id, GlanceImport(.glanceDirect)) }
            }
            #expect(error?.code == (state == "uploading" ? .conflict : nil))
            #expect(fake.lines.count { $0.hasPrefix("POST") } == 2)
        }
    }

    @Test func `Retry-After is heeded`() async throws {
        try await withFakeCloud({ _, count in
            count == 0 ? .init(status: 429, headers: [("retry-after", "1")]) : FakeRoutes.image("active")
        }) { fake in
            let begin = ContinuousClock.now
            try await FakeRoutes.with(FakeRoutes.open(fake)) { _ = try await $0.show(id) }
            #expect(ContinuousClock.now - begin >= .seconds(1))
        }
    }

    @Test func `a server that never answers is given up in time`() async throws {
        var timeouts = FakeRoutes.timeouts
        timeouts.answer = .seconds(1)
        try await withFakeCloud({ _, count in count == 0 ? .init(isSilent: true) : FakeRoutes.image("active") }) {
            fake in
            try await FakeRoutes.with(FakeRoutes.open(fake), timeouts: timeouts) { client in
                let found = try await client.show(id).status
                #expect(found == .active)
            }
            #expect(fake.lines.count == 2)
        }
    }

    @Test func `pages that go round in a circle end`() async throws {
        try await withFakeCloud({ _, _ in
            .json(200, #"{"images": [{"id": "i", "status": "active"}], "next": "/v2/images?marker=i"}"#)
        }) { fake in
            try await FakeRoutes.with(FakeRoutes.open(fake)) { client in
                let found = try await FakeRoutes.failure { _ = try await client.images().all() }?.code
                #expect(found == .malformed)
            }
            #expect(fake.lines.count == 2)
        }
    }

    @Test func `a cancelled upload ends at once`() async throws {
        let file = try scratch.write("image.raw", bytes)
        try await withFakeCloud({ request, _ in .init(isSilent: true) }) { fake in
            let (id, cloud) = (id, FakeRoutes.open(fake))
            let task = Task { try await FakeRoutes.with(cloud) { try await $0.upload(id, from: file) } }
            while fake.requests.isEmpty { try await Task.sleep(for: .milliseconds(10)) }
            let begin = ContinuousClock.now
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(ContinuousClock.now - begin < .seconds(2))
        }
    }

    // MARK: Downloads

    /// A download from a fake whose n-th GET of the data is answered with the n-th answer.
    private func download(
        _ answer: @escaping @Sendable (String?, Int) -> FakeCloud.Answer,
        from first: Int64 = 0,
        timeouts: CloudTimeouts = FakeRoutes.timeouts
    ) async throws -> (text: String, error: OpenStackError?, ranges: [String?]) {
        let received = Mutex("")
        return try await withFakeCloud({ request, count in answer(request.headers.first(name: "range"), count) }) {
            fake in
            let image = try GlanceImage(["id": .string(id), "status": "active", "size": 10])
            let error = try await FakeRoutes.failure {
                try await FakeRoutes.with(FakeRoutes.open(fake), timeouts: timeouts) { client in
                    _ = try await client.download(image, from: first) { part in
                        received.withLock { $0 += String(decoding: part, as: UTF8.self) }
                    }
                }
            }
            return (received.withLock { $0 }, error, fake.requests.map { $0.headers.first(name: "range") })
        }
    }

    private static let text = "0123456789"

    private static func part(_ range: String?, truncated: Int? = nil, stalled: Int? = nil) -> FakeCloud.Answer {
        let type = ("content-type", "application/octet-stream")
        guard let first = range.flatMap({ Int($0.dropFirst("bytes=".count).dropLast()) }) else {
            return .init(headers: [type], body: text, truncated: truncated, stalled: stalled)
        }
        let range = ("content-range", "bytes \(first)-9/10")
        return .init(
            status: 206,
            headers: [type, range],
            body: String(text.dropFirst(first)),
            truncated: truncated,
            stalled: stalled
        )
    }

    @Test func `a download that breaks goes on where it was`() async throws {
        let result = try await download { range, count in Self.part(range, truncated: count < 3 ? 3 : nil) }
        #expect(result.error == nil)
        #expect(result.text == Self.text)
        #expect(result.ranges == [nil, "bytes=3-", "bytes=6-", "bytes=9-"])
    }

    @Test func `a download that stalls goes on where it was`() async throws {
        var timeouts = FakeRoutes.timeouts
        timeouts.stall = .milliseconds(200)
        let result = try await download(
            { range, count in Self.part(range, stalled: count == 0 ? 4 : nil) },
            timeouts: timeouts
        )
        #expect(result.error == nil)
        #expect(result.text == Self.text)
        #expect(result.ranges == [nil, "bytes=4-"])
    }

    @Test func `a store that has no ranges is read from its start again`() async throws {
        let refused = try await download { range, count in
            if count == 0 { return Self.part(nil, truncated: 3) }
            return range == nil ? Self.part(nil) : .json(400, #"{"message": "Invalid range"}"#)
        }
        #expect(refused.error == nil)
        #expect(refused.text == Self.text)
        #expect(refused.ranges == [nil, "bytes=3-", nil])
        let ignored = try await download { _, count in Self.part(nil, truncated: count == 0 ? 3 : nil) }
        #expect(ignored.error == nil)
        #expect(ignored.text == Self.text)
    }

    @Test func `wrong parts, wrong sizes and pages are refused`() async throws {
        let wrong = try await download({ _, _ in Self.part("bytes=2-") }, from: 5)
        #expect(wrong.error?.code == .malformed)
        #expect(wrong.text.isEmpty)
        let long = try await download { _, _ in
            .init(headers: [("content-type", "application/octet-stream")], body: "0123456789A")
        }
        #expect(long.error?.code == .changed)
        #expect(long.text.isEmpty)
        let page = try await download { _, _ in .init(headers: [("content-type", "text/html")], body: "<html>12345") }
        #expect(page.error?.code == .webPage)
        #expect(page.text.isEmpty)
        let none = try await download { _, _ in .init(status: 204) }
        #expect(none.error?.code == .noData)
        let denied = try await download { _, _ in
            .json(403, #"{"message": "The requested image has been deactivated."}"#)
        }
        #expect(denied.error?.code == .forbidden)
        #expect(denied.ranges.count == 1)
    }

    @Test func `what the receiver throws ends a download`() async throws {
        struct Full: Error {}
        try await withFakeCloud({ range, _ in Self.part(nil) }) { fake in
            let image = try GlanceImage(["id": .string(id), "status": "active", "size": 10])
            await #expect(throws: Full.self) {
                try await FakeRoutes.with(FakeRoutes.open(fake)) { try await $0.download(image) { _ in throw Full() } }
            }
            #expect(fake.lines.count == 1)
        }
    }
}
