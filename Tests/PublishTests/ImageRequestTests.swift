import DiskImages
import Publish
import SystemPackage
import TestSupport
import Testing

@Suite struct ImageRequestTests {
    private let fixture: Fixture

    init() throws {
        fixture = try Fixture()
    }

    static let wrong: [(String, @Sendable (inout ImageRequest) -> Void)] = [
        ("an image's name has 1 to 255 characters", { $0.name = "" }),
        ("an image's name has 1 to 255 characters", { $0.name = String(repeating: "ä", count: 256) }),
        ("an image's name has a control character", { $0.name = "web\u{1b}[31m" }),
        ("an image's name has a control character", { $0.name = "web\nserver" }),
        ("a tag has 1 to 255 characters", { $0.tags = [""] }),
        ("a tag has 1 to 255 characters", { $0.tags = [String(repeating: "a", count: 256)] }),
        ("at most 128 tags", { $0.tags = (0..<129).map { "tag\($0)" } }),
        (
            "at most 128 properties",
            { $0.properties = Dictionary(uniqueKeysWithValues: (0..<129).map { ("p\($0)", "") }) }
        ),
        ("a property's name has 1 to 255", { $0.properties = ["": "x"] }),
        ("'status' is reserved", { $0.properties = ["status": "killed"] }),
        ("'os_glance_x' is reserved", { $0.properties = ["os_glance_x": "1"] }),
        ("longer than 65535 bytes", { $0.properties = ["x": String(repeating: "x", count: 65_536)] }),
        (
            "'os_distro' is given twice",
            {
                $0.properties = ["os_distro": "centos"]
                $0.osDistro = "debian"
            }
        ),
        ("min_ram is out of range", { $0.minRAM = -1 }),
        ("needs 1 GiB", { $0.minDisk = 0 }),
    ]

    @Test(arguments: wrong.indices)
    func refusesMetadataOutOfRange(index: Int) async throws {
        let (expected, change) = Self.wrong[index]
        var request = try fixture.request("web")
        change(&request)
        let wrong = request
        let error = await #expect(throws: RegistryError.self) { try await fixture.registry.publish(wrong) }
        // The codes that stand for Glance's 413, 403 and 400.
        let code: RegistryError.Code =
            expected.contains("at most 128") ? .tooLarge : expected.contains("reserved") ? .forbidden : .invalid
        #expect(error?.code == code)
        #expect(error?.message.contains(expected) == true, "\(error?.message ?? "nothing")")
        #expect(!fixture.scratch.names.contains("registry"))
    }

    @Test func acceptsTheLimitsThemselves() async throws {
        var request = try fixture.request("web")
        request.name = String(repeating: "ä", count: 255)
        request.tags = (0..<128).map { "tag\($0)" }
        request.minDisk = 20
        let image = try await fixture.registry.publish(request)
        #expect(image.minDisk == 20)
        #expect(image.tags.count == 128)
    }

    @Test func refusesWhatIsNotAnImage() async throws {
        let request = try fixture.request("web")
        var wrong = request
        wrong.diskFormat = .qcow2
        let mismatched = wrong
        var error = await #expect(throws: RegistryError.self) { try await fixture.registry.publish(mismatched) }
        #expect(error?.code == .unsafe)
        #expect(error?.message.contains("is declared as qcow2 but is raw") == true)

        let overlay = fixture.scratch.appending("overlay")
        try await command(
            "qemu-img",
            ["create", "-q", "-f", "qcow2", "-F", "raw", "-b", request.file.string, overlay.string]
        )
        let backed = ImageRequest(file: overlay, name: "web", diskFormat: .qcow2)
        error = await #expect(throws: RegistryError.self) { try await fixture.registry.publish(backed) }
        #expect(error?.code == .unsafe)
        #expect(error?.message.contains("has a backing file") == true)

        let missing = ImageRequest(file: fixture.scratch.appending("nothing"), name: "web", diskFormat: .raw)
        error = await #expect(throws: RegistryError.self) { try await fixture.registry.publish(missing) }
        #expect(error?.code == .notFound)
        #expect(error?.path == missing.file)
        #expect(!fixture.scratch.names.contains("registry"))
    }

    @Test(arguments: [(1, 1), (1 << 30, 1), ((1 << 30) + 1, 2), (10 << 30, 10)] as [(Int64, Int)])
    func theSmallestDiskIsRoundedUp(bytes: Int64, gibibytes: Int) {
        #expect(Image.minimumDisk(for: bytes) == gibibytes)
    }
}
