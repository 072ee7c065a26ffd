import DiskImages
import Foundation
import GRDB
import NIOCore
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import Publish

/// Images that the local registry fetches itself.
@Suite("web-download")
struct WebDownloadTests {
    private let fixture: Fixture

    init() throws {
        fixture = try Fixture()
    }

    private func registry(_ ports: Int...) -> LocalRegistry {
        var filter = ImportFilter()
        filter.ports.formUnion(ports)
        return LocalRegistry(root: fixture.registry.root, importFilter: filter)
    }

    private func draft(_ format: String? = "raw") -> ImageDraft {
        var draft = ImageDraft(name: "web")
        draft.diskFormat = format.map { DiskFormatName(rawValue: $0) }
        draft.containerFormat = .bare
        return draft
    }

    private static let bytes = String(repeating: "an image, ", count: 50_000)

    /// Makes an image and imports it from a fake server; the image as it then is, and the error.
    private func fetch(
        _ path: String = "/web.raw?token=secret",
        format: String? = "raw",
        _ answer: @escaping @Sendable (FakeCloud.Request, Int) -> FakeCloud.Answer
    ) async throws -> (image: Image, error: RegistryError?, requests: [String]) {
        try await withFakeCloud(answer) { fake in
            let registry = registry(fake.port)
            let image = try await registry.create(draft(format))
            var error: RegistryError?
            do {
                try await registry.importData(
                    .webDownload(fake.url + path),
                    into: image.id,
                    stores: .usual,
                    allMustSucceed: true
                )
            } catch let thrown as RegistryError {
                error = thrown
            }
            return (try await registry.show("web"), error, fake.requests.map(\.target))
        }
    }

    private func expectNothing(_ image: Image, _ location: SourceLocation = #_sourceLocation) {
        #expect(image.status == .queued && image.size == nil, sourceLocation: location)
        #expect(fixture.files == [], sourceLocation: location)
        let staging = fixture.registry.root.appending("staging").string
        let names = (try? FileManager.default.contentsOfDirectory(atPath: staging)) ?? []
        #expect(names == [], sourceLocation: location)
    }

    @Test("an image is fetched, and is what was there")
    func works() async throws {
        let result = try await fetch { _, _ in .init(body: Self.bytes) }
        #expect(result.error == nil && result.image.status == .active && result.image.size == 500_000)
        #expect(result.requests == ["/web.raw?token=secret"])
        try await fixture.registry.save("web", to: .file(fixture.scratch.appending("saved")))
        #expect(try contents(fixture.scratch.appending("saved")) == Data(Self.bytes.utf8))
        #expect(try await fixture.registry.check(isVerifying: true).problems == [])
    }

    @Test("what cannot be fetched, or is not what it is to be, leaves the image as it was")
    func failures() async throws {
        let missing = try await fetch { _, _ in .init(status: 404) }
        #expect(missing.error?.code == .notFound && missing.error?.message.contains("secret") == false)
        expectNothing(missing.image)
        try await fixture.registry.delete("web")
        let cut = try await fetch { _, _ in .init(body: Self.bytes, truncated: 1000) }
        #expect(cut.error?.code == .unavailable)
        expectNothing(cut.image)
        try await fixture.registry.delete("web")
        let wrong = try await fetch(format: "qcow2") { _, _ in .init(body: Self.bytes) }
        #expect(wrong.error?.code == .unsafe)
        expectNothing(wrong.image)
        try await fixture.registry.delete("web")
        let unset = try await fetch(format: nil) { _, _ in .init(body: Self.bytes) }
        #expect(unset.error?.code == .conflict && unset.error?.message == "'disk_format' needs to be set before import")
        #expect(unset.requests == [])
    }

    @Test(
        "what the filter does not let through is not asked for",
        arguments: [
            "http://127.0.0.1:8080/web.raw", "ftp://example.org/web.raw", "file:///etc/passwd", "web.raw", "",
            "http://user:password@example.org/web.raw", "http://forbidden.example/web.raw", "https://example.org:22/",
            "http://forbidden.example./web.raw",
        ]
    )
    func filter(url: String) async throws {
        var filter = ImportFilter()
        filter.disallowedHosts = ["forbidden.example"]
        let registry = LocalRegistry(root: fixture.registry.root, importFilter: filter)
        let image = try await registry.create(draft())
        let error = await #expect(throws: RegistryError.self) {
            try await registry.importData(.webDownload(url), into: image.id, stores: .usual, allMustSucceed: true)
        }
        #expect(error?.code == .invalid)
        #expect(error?.message.hasPrefix("URI for web-download does not pass filtering:") == true)
        #expect(try await registry.show("web").status == .queued)
    }

    @Test("redirects are followed where the filter lets them through, to another path and to another server")
    func redirects() async throws {
        let result = try await fetch { request, _ in
            request.target.hasPrefix("/web.raw")
                ? .init(status: 302, headers: [("location", "/other.raw?x=1")]) : .init(body: Self.bytes)
        }
        #expect(result.error == nil && result.requests == ["/web.raw?token=secret", "/other.raw?x=1"])
        try await fixture.registry.delete("web")
        for location in ["http://127.0.0.1:22/", "file:///etc/passwd", "gopher://x/"] {
            let refused = try await fetch { _, _ in .init(status: 302, headers: [("location", location)]) }
            #expect(refused.error?.code == .invalid && refused.requests.count == 1, "\(location)")
            expectNothing(refused.image)
            try await fixture.registry.delete("web")
        }
        let endless = try await fetch { request, _ in .init(status: 302, headers: [("location", request.target)]) }
        #expect(endless.error?.code == .invalid && endless.requests.count == 6)
        expectNothing(endless.image)
    }

    @Test("from outside nobody sends us inside")
    func privateAddresses() async throws {
        let filter = ImportFilter()
        let outside = try filter.require("http://203.0.114.1/web.raw", after: nil)
        for inside in [
            "http://127.0.0.1/", "http://169.254.169.254/latest/meta-data", "http://[::1]/", "http://10.1.2.3/",
            "http://localhost/",
        ] {
            let place = try filter.require(inside, after: outside)
            await #expect(throws: RegistryError.self) {
                try await filter.requireAddress(of: place, isFirstPrivate: false)
            }
            try await filter.requireAddress(of: place, isFirstPrivate: true)
            try await filter.requireAddress(of: filter.require(inside, after: nil), isFirstPrivate: false)
        }
        try await filter.requireAddress(
            of: filter.require("http://203.0.114.2/x", after: outside),
            isFirstPrivate: false
        )
        // A name of which nothing is known may be anything by the time that it is asked for.
        let unknown = try filter.require("http://nothing.invalid/", after: outside)
        let error = await #expect(throws: RegistryError.self) {
            try await filter.requireAddress(of: unknown, isFirstPrivate: false)
        }
        #expect(error?.message.contains("has no address") == true)
    }

    @Test(
        "special addresses are known",
        arguments: [
            ("127.0.0.1", true), ("10.0.0.1", true), ("172.16.0.1", true), ("172.32.0.1", false), ("192.168.1.1", true),
            ("169.254.169.254", true), ("100.64.0.1", true), ("0.0.0.0", true), ("224.0.0.1", true), ("8.8.8.8", false),
            ("::1", true), ("fe80::1", true), ("fd00::1", true), ("ff02::1", true), ("::ffff:127.0.0.1", true),
            ("2606:4700::1", false), ("::ffff:8.8.8.8", false), ("64:ff9b::7f00:1", true), ("64:ff9b::808:808", false),
            ("64:ff9b:1::1", true), ("2002:a00:1::", true), ("2002:808:808::", false), ("::10.0.0.1", true),
            ("fec0::1", true), ("192.0.0.1", true), ("192.0.1.1", false), ("198.18.0.1", true), ("198.19.255.1", true),
            ("198.20.0.1", false),
        ]
    )
    func special(address: String, isPrivate: Bool) throws {
        #expect(ImportFilter.isPrivate(try SocketAddress(ipAddress: address, port: 80)) == isPrivate)
    }

    @Test("the environment names schemes, ports and hosts as Glance's configuration does")
    func environment() throws {
        #expect(try ImportFilter(environment: [:]) == ImportFilter())
        let filter = try ImportFilter(environment: [
            "IMAGEBAKE_IMPORT_ALLOWED_SCHEMES": "https", "IMAGEBAKE_IMPORT_ALLOWED_PORTS": "443, 8443",
            "IMAGEBAKE_IMPORT_DISALLOWED_HOSTS": "A.example,b.example",
        ])
        #expect(filter.schemes == ["https"] && filter.ports == [443, 8443])
        #expect(filter.disallowedHosts == ["a.example", "b.example"])
        let error = #expect(throws: RegistryError.self) {
            try ImportFilter(environment: ["IMAGEBAKE_IMPORT_ALLOWED_PORTS": "all"])
        }
        #expect(error?.code == .configuration)
    }

    @Test("while it is fetched the image is 'importing', and a process that is killed then leaves no such image")
    func killed() async throws {
        let image = try await fixture.registry.create(draft())
        let root = fixture.registry.root.string
        try await withFakeCloud({ _, _ in .init(body: Self.bytes, stalled: 1000) }) { fake in
            let (port, id) = (fake.port, image.id.description)
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [root = root as String, port = port as Int, id = id as String] in
                var filter = ImportFilter()
                filter.ports = [port]
                let registry = LocalRegistry(root: FilePath(root), importFilter: filter)
                guard let id = ImageID(id) else { return }
                Task {
                    while try await registry.show("web").status != .importing {
                        try await Task.sleep(for: .milliseconds(5))
                    }
                    try await Task.sleep(for: .milliseconds(200))
                    // While somebody is at work with it, it is left alone.
                    guard try await registry.check().problems.isEmpty else { exit(1) }
                    kill(getpid(), SIGKILL)
                }
                try await registry.importData(
                    .webDownload("http://127.0.0.1:\(port)/web.raw"),
                    into: id,
                    stores: .usual,
                    allMustSucceed: true
                )
            }
        }
        #expect(try await fixture.registry.show("web").status == .importing)
        #expect(try await fixture.registry.check().problems.map(\.kind) == [.leftover, .leftover, .state])
        try await fixture.registry.sweepLeftovers(isHasty: true)
        #expect(try await fixture.registry.show("web").status == .queued)
        #expect(try await fixture.registry.check().problems == [])
    }

    @Test(
        "a download that fills the disk leaves the image as it was",
        .enabled(if: SmallFileSystem.isPossible, "only root may mount a tmpfs")
    )
    func fullDisk() async throws {
        let large = String(repeating: "x", count: 3 << 20)
        try await SmallFileSystem.with("size=4m", in: fixture.scratch) { mount in
            let root = mount.appending("registry")
            let answer: @Sendable (FakeCloud.Request, Int) -> FakeCloud.Answer = { _, _ in
                // Somebody else takes the room meanwhile.
                _ = FileManager.default.createFile(
                    atPath: mount.appending("filler").string,
                    contents: Data(count: 2 << 20)
                )
                return .init(body: large)
            }
            try await withFakeCloud(answer) { fake in
                var filter = ImportFilter()
                filter.ports.insert(fake.port)
                let registry = LocalRegistry(root: root, importFilter: filter)
                let image = try await registry.create(draft())
                let error = await #expect(throws: RegistryError.self) {
                    try await registry.importData(
                        .webDownload(fake.url + "/web.raw"),
                        into: image.id,
                        stores: .usual,
                        allMustSucceed: true
                    )
                }
                #expect(error?.code == .noSpace, "\(String(describing: error))")
                #expect(try await registry.show("web").status == .queued)
                let left = try FileManager.default.contentsOfDirectory(atPath: root.appending("staging").string)
                #expect(left == [])
            }
        }
    }

    @Test("where the image cannot be taken back at once, that is said and the next command does it")
    func laterRequeue() async throws {
        let registry = fixture.registry
        _ = try await registry.create(draft("qcow2"))
        try await registry.delete("web")
        let queue = try DatabaseQueue(path: registry.root.appending("index.sqlite").string)
        try await queue.write { database in
            try database.execute(
                sql: """
                    CREATE TRIGGER refuse BEFORE UPDATE ON image WHEN NEW.status = 'queued'
                    BEGIN SELECT RAISE(ABORT, 'refused'); END
                    """
            )
        }
        let result = try await fetch { _, _ in .init(status: 404) }
        #expect(result.error?.code == .notFound)
        #expect(
            result.error?.message.hasSuffix("is left 'importing', and the next command takes it back to 'queued'")
                == true
        )
        #expect(result.image.status == .importing)
        try await queue.write { try $0.execute(sql: "DROP TRIGGER refuse") }
        try queue.close()
        try await registry.sweepLeftovers(isHasty: true)
        expectNothing(try await registry.show("web"))
    }

    @Test(
        "a server does not send more than there is room for, whether it says how much or not",
        arguments: [true, false]
    )
    func limit(hasLength: Bool) async throws {
        try await fixture.registry.setQuotas([.sizeTotal: 1], of: "default")
        let large = String(repeating: "x", count: 3 << 20)
        let result = try await fetch { _, _ in .init(body: large, hasLength: hasLength) }
        #expect(result.error?.code == .tooLarge)
        #expect(result.error?.message.contains("is larger than 2097151 bytes, and the project default has") == true)
        expectNothing(result.image)
        // Parts of a MiB do not count, as for Glance.
        try await fixture.registry.delete("web")
        let fits = try await fetch { _, _ in
            .init(body: String(repeating: "x", count: (2 << 20) - 1), hasLength: hasLength)
        }
        #expect(fits.error == nil && fits.image.size == (2 << 20) - 1)
    }

    @Test("an image that is too much for its project is not kept")
    func quota() async throws {
        try await fixture.registry.setQuotas([.countUploading: 0], of: "default")
        let result = try await fetch { _, _ in .init(body: Self.bytes) }
        #expect(result.error?.code == .tooLarge && result.requests == [])
        expectNothing(result.image)
    }
}
