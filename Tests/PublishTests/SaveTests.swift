import DiskImages
import Foundation
import Publish
import SystemPackage
import TestSupport
import Testing

@Suite struct SaveTests {
    private let fixture: Fixture
    private var registry: LocalRegistry { fixture.registry }

    init() throws {
        fixture = try Fixture()
    }

    @Test func replacesAFileInOneStep() async throws {
        let request = try fixture.request("web")
        try await registry.publish(request)
        let target = try fixture.scratch.write("target", Data("old".utf8))
        try await registry.save("web", to: .file(target))
        #expect(try contents(target) == contents(request.file))
        #expect(fixture.scratch.names == ["registry", "target", "web-1.raw"])
    }

    @Test func keepsTheLinkAtTheTarget() async throws {
        let request = try fixture.request("web")
        try await registry.publish(request)
        let target = try fixture.scratch.write("target", Data("old".utf8))
        let link = fixture.scratch.appending("link")
        try FileManager.default.createSymbolicLink(atPath: link.string, withDestinationPath: target.string)
        try await registry.save("web", to: .file(link))
        #expect(try contents(target) == contents(request.file))
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link.string) == target.string)
    }

    @Test func keepsHoles() async throws {
        let file = fixture.scratch.appending("sparse.raw")
        try await command("truncate", ["-s", "64M", file.string])
        try await registry.publish(ImageRequest(file: file, name: "sparse", diskFormat: .raw))
        let target = fixture.scratch.appending("target")
        try await registry.save("sparse", to: .file(target))
        let blocks = try await command("stat", ["-c", "%b %s", target.string]).split(separator: " ")
        #expect(try #require(blocks.first.flatMap { Int($0) }) < 100)
        #expect(blocks.last?.hasPrefix("67108864") == true)
    }

    @Test func writesToADescriptorAndToAPipe() async throws {
        let file = fixture.scratch.appending("sparse.raw")
        try await command("truncate", ["-s", "3M", file.string])
        try await command(
            "dd",
            ["if=/dev/urandom", "of=\(file)", "bs=1M", "seek=1", "count=1", "conv=notrunc", "status=none"]
        )
        try await registry.publish(ImageRequest(file: file, name: "web", diskFormat: .raw))

        let output = fixture.scratch.appending("output")
        let descriptor = try FileDescriptor.open(
            output,
            .writeOnly,
            options: [.create],
            permissions: [.ownerReadWrite]
        )
        try await registry.save("web", to: .descriptor(descriptor))
        try descriptor.close()
        #expect(try contents(output) == contents(file))

        let pipe = fixture.scratch.appending("pipe")
        try await command("mkfifo", [pipe.string])
        async let received = command("sha256sum", [pipe.string])
        let image = try await registry.save("web", to: .file(pipe))
        #expect(try await received.hasPrefix(try #require(image.sha256)))
    }

    @Test(arguments: [0, 500_000, (1 << 20) - 1])
    func aDamagedBlobSavesNothing(offset: Int) async throws {
        let image = try await registry.publish(try fixture.request("web"))
        let blob = fixture.blob(image)
        var bytes = try contents(blob)
        bytes[offset] ^= 1
        try FileManager.default.removeItem(atPath: blob.string)
        try bytes.write(to: URL(fileURLWithPath: blob.string))
        let kept = try fixture.scratch.write("kept", Data("kept".utf8))
        for target in [fixture.scratch.appending("target"), kept] {
            let error = await #expect(throws: RegistryError.self) {
                try await registry.save("web", to: .file(target))
            }
            #expect(error?.code == .corrupt)
            #expect(error?.message.contains(blob.string) == true)
        }
        #expect(try contents(kept) == Data("kept".utf8))
        #expect(fixture.scratch.names == ["kept", "registry", "web-1.raw"])
    }

    @Test func publishingTheBytesAgainHealsTheBlob() async throws {
        let request = try fixture.request("web")
        let image = try await registry.publish(request)
        try FileManager.default.removeItem(atPath: fixture.blob(image).string)
        try Data("damaged".utf8).write(to: URL(fileURLWithPath: fixture.blob(image).string))
        try await registry.publish(request)
        let target = fixture.scratch.appending("target")
        try await registry.save(image.id.description, to: .file(target))
        #expect(try contents(target) == contents(request.file))
    }

    @Test func aMissingOrShorterBlobIsNoticedBeforeAnythingIsWritten() async throws {
        let image = try await registry.publish(try fixture.request("web"))
        let output = fixture.scratch.appending("output")
        let descriptor = try FileDescriptor.open(
            output,
            .writeOnly,
            options: [.create],
            permissions: [.ownerReadWrite]
        )
        defer { try? descriptor.close() }
        try FileManager.default.removeItem(atPath: fixture.blob(image).string)
        var error = await #expect(throws: RegistryError.self) {
            try await registry.save("web", to: .descriptor(descriptor))
        }
        #expect(error?.code == .corrupt)
        #expect(error?.message.contains("is missing") == true)
        try Data("short".utf8).write(to: URL(fileURLWithPath: fixture.blob(image).string))
        error = await #expect(throws: RegistryError.self) {
            try await registry.save("web", to: .descriptor(descriptor))
        }
        #expect(error?.code == .corrupt)
        #expect(try contents(output).isEmpty)
    }

    @Test func refusesADirectory() async throws {
        try await registry.publish(try fixture.request("web"))
        let directory = fixture.scratch.path
        let error = await #expect(throws: RegistryError.self) {
            try await registry.save("web", to: .file(directory))
        }
        #expect(error?.code == .invalid)
    }
}
