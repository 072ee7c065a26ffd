import DiskImages
import Foundation
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import Publish

/// What a Glance, or what answers in its place, says of an image that was just sent.
@Suite("What was sent is looked at before anybody sees it")
struct StoredTests {
    private let fixture: Fixture

    init() throws { fixture = try Fixture() }

    /// What came of an upload to a fake.
    private struct Outcome {
        let image: Image?
        let error: RegistryError?
        let lines: [String]
        var isShown: Bool { lines.contains { $0.hasPrefix("PATCH") } }
        var isRemoved: Bool { lines.contains { $0.hasPrefix("DELETE") } }
    }

    private static func image(_ status: String, _ fields: String) -> FakeCloud.Answer {
        .json(
            200,
            """
            {"id": "\(FakeRoutes.id)", "status": "\(status)", "visibility": "private", "tags": [], "disk_format": "raw"\(fields)}
            """
        )
    }

    /// Runs something with the registry of a Glance that says the same of its image whenever it is asked after the bytes have come.
    private func with<Value: Sendable>(
        _ stored: FakeCloud.Answer,
        sent: FakeCloud.Answer = .init(status: 204),
        deletion: Int = 204,
        _ body: (GlanceRegistry, FakeCloud) async throws -> Value
    ) async throws -> Value {
        let isSent = Mutex(false)
        return try await withFakeCloud { request, _ in
            guard request.target.contains("/images") else { return FakeRoutes.glanceVersions }
            switch request.method {
            case "PUT":
                isSent.withLock { $0 = true }
                return request.target.hasSuffix("/stage") ? .init(status: 204) : sent
            case "POST":
                return request.target.hasSuffix("/import")
                    ? .init(status: 202) : Self.image("queued", #", "size": null"#)
            case "DELETE": return deletion == 204 ? .init(status: 204) : .json(deletion, #"{"message": "no"}"#)
            default: return isSent.withLock(\.self) ? stored : Self.image("queued", #", "size": null"#)
            }
        } _: { fake in
            let registry = try GlanceRegistry(
                FakeRoutes.open(fake),
                timeouts: FakeRoutes.timeouts,
                retry: FakeRoutes.retry,
                environment: [:]
            )
            do {
                let value = try await body(registry, fake)
                await registry.close()
                return value
            } catch {
                await registry.close()
                throw error
            }
        }
    }

    private func create(
        _ stored: FakeCloud.Answer,
        sent: FakeCloud.Answer = .init(status: 204),
        deletion: Int = 204,
        isImport: Bool = false,
        digests: FileDigests? = nil
    ) async throws -> Outcome {
        let file = try fixture.image()
        return try await with(stored, sent: sent, deletion: deletion) { registry, fake in
            var draft = ImageDraft(name: "web")
            draft.id = ImageID(FakeRoutes.id)
            draft.diskFormat = DiskFormatName(.raw)
            draft.containerFormat = .bare
            draft.visibility = .public
            var image: Image?
            var failure: RegistryError?
            do {
                image = try await ImageTransfer(registry: registry, isImport: isImport)
                    .create(draft, of: file, digests: digests)
            } catch let error as RegistryError {
                failure = error
            }
            return Outcome(image: image, error: failure, lines: fake.lines)
        }
    }

    private func expectRefusal(_ outcome: Outcome, _ words: String) {
        #expect(outcome.error?.code == .mismatch, "\(String(describing: outcome.error))")
        #expect(outcome.error?.message.contains(words) == true, "\(String(describing: outcome.error))")
        #expect(!outcome.isShown, "\(outcome.lines)")
        #expect(outcome.isRemoved, "\(outcome.lines)")
    }

    @Test("a success in Glance's place leaves no image", arguments: [200, 204])
    func middlebox(_ status: Int) async throws {
        let outcome = try await create(Self.image("queued", #", "size": null"#), sent: .init(status: status))
        expectRefusal(outcome, "is 'queued' and has no bytes")
    }

    @Test(
        "an active image without a size, or of another one, is refused",
        arguments: [("null", "has no bytes"), ("0", "it has 0 bytes instead of 1048576"), ("7", "it has 7 bytes")]
    )
    func sizes(_ size: String, _ words: String) async throws {
        expectRefusal(try await create(Self.image("active", #", "size": \#(size)"#)), words)
    }

    @Test("a wrong size that is found after a lost answer is no fault of this machine's either")
    func lostAnswer() async throws {
        expectRefusal(
            try await create(Self.image("active", #", "size": 7"#), sent: .init(isCut: true)),
            "holds 7 bytes, and 1048576 were to be sent"
        )
    }

    @Test(
        "other digests are refused, of whatever algorithm Glance's is, and the right ones taken",
        arguments: ["sha512", "sha256", "md5", "sha384", "sha3_512", "blake2b", nil],
        [false, true]
    )
    func digests(_ algorithm: String?, isImport: Bool) async throws {
        let digests = try await FileDigester.digest(try fixture.image())
        let wrong = String(repeating: "0", count: 32)
        let known = ["sha512": digests.sha512, "sha256": digests.sha256, "md5": digests.md5]
        func fields(_ isRight: Bool) -> String {
            let hash = algorithm.map { name in
                // Of the others no digest is known here.
                let value = known[name].map { isRight ? $0 : wrong } ?? wrong
                return #", "os_hash_algo": "\#(name)", "os_hash_value": "\#(value)""#
            }
            return #", "size": 1048576, "checksum": "\#(isRight ? digests.md5 : wrong)""# + (hash ?? "")
        }
        for known in [digests, nil] {
            let bad = try await create(Self.image("active", fields(false)), isImport: isImport, digests: known)
            expectRefusal(bad, "is not what was sent")
            let good = try await create(Self.image("active", fields(true)), isImport: isImport, digests: known)
            #expect(good.error == nil && good.image?.status == .active && good.isShown && !good.isRemoved)
        }
    }

    @Test(
        "an image that the cloud's import converted is told from a damaged one",
        arguments: [("qcow2", "bare", "from raw to qcow2"), ("raw", "docker", "from bare to docker")]
    )
    func conversion(_ format: String, _ container: String, _ words: String) async throws {
        let fields = #", "size": 7, "container_format": "\#(container)""#
        let stored = FakeCloud.Answer.json(
            200,
            """
            {"id": "\(FakeRoutes.id)", "status": "active", "visibility": "private", "tags": [], "disk_format": "\(format)"\(fields)}
            """
        )
        let outcome = try await create(stored, isImport: true)
        expectRefusal(outcome, "the cloud converted image \(FakeRoutes.id) \(words) while it imported it")
        #expect(outcome.error?.message.contains("is not what was sent") == false)
        // What was not converted is not excused.
        let damaged = try await create(
            Self.image("active", #", "size": 7, "container_format": "bare""#),
            isImport: true
        )
        expectRefusal(damaged, "is not what was sent: it has 7 bytes instead of 1048576")
        #expect(damaged.error?.message.contains("convert") == false)
    }

    @Test(
        "of a download the one digest is computed that the cloud has",
        arguments: [
            ("sha512", "00", "00", ["sha512"]), ("sha256", "00", "00", ["sha256"]), ("sha384", "00", "00", ["md5"]),
            (nil, nil, "00", ["md5"]), (nil, nil, nil, []),
        ] as [(String?, String?, String?, [String])]
    )
    func oneDigest(_ algorithm: String?, _ value: String?, _ checksum: String?, _ expected: [String]) async throws {
        var image = Image(ImageDraft(name: "web"), id: ImageID(), owner: nil, at: Date())
        (image.osHashAlgorithm, image.osHashValue, image.checksum) = (algorithm, value, checksum)
        let sink = try DownloadSink(.file(fixture.scratch.appending("saved")), for: image)
        let bytes = [UInt8](repeating: 7, count: 3_000_000)
        try bytes.withUnsafeBytes { try sink.write($0) }
        let digests = try sink.digests()
        #expect(digests.size == 3_000_000 && digests.values.keys.sorted() == expected)
        let known = try await FileDigester.digest(try fixture.scratch.write("same", Data(bytes)))
        let all = ["sha512": known.sha512, "sha256": known.sha256, "md5": known.md5]
        #expect(digests.values.allSatisfy { all[$0.key] == $0.value })
        sink.end()
    }

    @Test("where what is half-made cannot be removed, its id is said")
    func leftBehind() async throws {
        let stored = Self.image("active", #", "size": 7"#)
        let left = try await create(stored, deletion: 403)
        #expect(left.error?.code == .mismatch)
        #expect(left.error?.message.contains("the private image \(FakeRoutes.id) is left in 'fake'") == true)
        let gone = try await create(stored, deletion: 404)
        #expect(gone.error?.message.contains("is left") == false)
    }

    @Test("an import of which nothing changes any more is given up")
    func stuckImport() async throws {
        let stored = Self.image("importing", #", "size": null, "os_glance_import_task": "t""#)
        let file = try fixture.image()
        let error = try await with(stored) { registry, _ in
            let id = try #require(ImageID(FakeRoutes.id))
            try await registry.stage(file, for: id, progress: nil)
            return await #expect(throws: RegistryError.self) {
                try await registry.waitForImport(into: id, patience: .milliseconds(600))
            }
        }
        #expect(error?.code == .unavailable)
        #expect(error?.message.hasSuffix("it is 'importing', and nothing of it has changed for 600 ms") == true)
    }
}
