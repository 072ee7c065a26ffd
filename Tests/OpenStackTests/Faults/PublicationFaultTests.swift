import DiskImages
import Foundation
import Publish
import TestSupport
import Testing

/// Whatever goes wrong between imagebake and a real Glance: after it, and a plain second run, there is one image, whole and right.
@Suite(.enabled(if: OpenStackLab.canRun, Lab.missing), .serialized)
struct PublicationFaultTests {
    /// Publishes while something goes wrong, and again where that failed, as somebody does who types the same command.
    ///
    /// - Returns: What the first run failed with, and what was there after it.
    private func publish(
        _ fault: Fault,
        _ judge: (FaultyCloud, _ name: String, FileDigests) async throws -> Void
    ) async throws -> (error: RegistryError?, left: [GlanceImage])? {
        guard let lab = try await Lab() else { return nil }
        let cloud = try FaultyCloud(lab)
        defer { cloud.proxy.stop() }
        let name = lab.name("fault")
        let registry = try cloud.registry()
        cloud.proxy.arm(fault)
        var failure: RegistryError?
        do { try await registry.publish(cloud.request(name)) } catch let error as RegistryError { failure = error }
        await registry.close()
        #expect(cloud.proxy.happened > 0, "the fault never happened")
        let left = try await cloud.images(name)
        cloud.proxy.heal()
        if failure != nil {
            let second = try cloud.registry(isPatient: true)
            let image = try await second.publish(cloud.request(name))
            await second.close()
            #expect(image.status == .active)
        }
        try await judge(cloud, name, FileDigester.digest(cloud.file))
        try await cloud.remove(name)
        return (failure, left)
    }

    private func check(_ image: GlanceImage, _ digests: FileDigests) {
        #expect(image.status == .active)
        #expect(image.size == digests.size)
        #expect(image.checksum == digests.md5)
        #expect(image.osHashValue == digests.sha512)
        #expect(image.visibility == "shared")
        #expect(image.tags == ["golden"])
    }

    @Test(arguments: Fault.publication)
    func `after every fault and a second run there is one image, and nothing else`(_ fault: Fault) async throws {
        let result = try await publish(fault) { cloud, name, digests in
            let images = try await cloud.images(name)
            #expect(images.count == 1, "\(images)")
            if let image = images.first { check(image, digests) }
        }
        // A run that failed has cleaned up after itself.
        if let result, result.error != nil { #expect(result.left.isEmpty, "\(result.left)") }
    }

    @Test(arguments: Fault.outages)
    func `a network that goes and does not come back leaves nothing that anybody else sees`(_ fault: Fault) async throws
    {
        let result = try await publish(fault) { cloud, name, digests in
            let images = try await cloud.images(name)
            let active = images.filter { $0.visibility != "private" }
            #expect(active.count == 1, "\(images)")
            if let image = active.first { check(image, digests) }
        }
        guard let result else { return }
        #expect(result.error?.code == .unavailable, "\(String(describing: result.error))")
        #expect(result.left.allSatisfy { $0.visibility == "private" })
    }
}
