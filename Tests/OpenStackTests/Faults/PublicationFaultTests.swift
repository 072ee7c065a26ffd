import DiskImages
import Foundation
import Publish
import TestSupport
import Testing

/// Whatever goes wrong between imagebake and a real Glance: after it, and a plain second run, there is one image under the name, whole and
/// right, the one before has its date, and nothing else is there.
@Suite(.enabled(if: OpenStackLab.canRun, Lab.missing), .serialized)
struct PublicationFaultTests {
    /// Publishes while something goes wrong, and again as somebody does who types the same command, and looks at what is there then.
    ///
    /// - Returns: What the first run failed with, and what it left besides the image that had the name before.
    private func publish(_ fault: Fault) async throws -> (error: RegistryError?, left: [GlanceImage])? {
        guard let lab = try await Lab() else { return nil }
        let cloud = try FaultyCloud(lab)
        defer { cloud.proxy.stop() }
        let name = lab.name("fault")
        let earlier = try await cloud.publish(name, file: lab.file(1 << 20, seed: 2), isPatient: true).image
        cloud.proxy.arm(fault)
        var failure: RegistryError?
        do { try await cloud.publish(name) } catch let error as RegistryError { failure = error }
        #expect(cloud.proxy.happened > 0, "the fault never happened")
        let images = try await cloud.images(name)
        cloud.proxy.heal()
        let holders = images.filter { $0.name == name && $0.status == .active }
        #expect(!holders.isEmpty, "at no moment the name means nothing: \(images)")
        let outcome = try await cloud.publish(name, isPatient: true)
        try await judge(
            cloud.images(name),
            name,
            FileDigester.digest(cloud.file),
            outcome.image.id.description,
            earlier.id.description
        )
        try await cloud.remove(name)
        return (failure, images.filter { $0.id != earlier.id.description })
    }

    /// That there is what is to be there, and nothing else.
    private func judge(
        _ images: [GlanceImage],
        _ name: String,
        _ digests: FileDigests,
        _ id: String,
        _ earlier: String
    ) throws {
        #expect(Set(images.map(\.id)) == [id, earlier], "\(images)")
        let image = try #require(images.first { $0.id == id })
        #expect(image.name == name)
        #expect(image.status == .active && !image.isHidden)
        #expect(image.size == digests.size)
        #expect(image.checksum == digests.md5)
        #expect(image.osHashValue == digests.sha512)
        #expect(image.visibility == "shared")
        #expect(image.tags == ["golden"])
        #expect(image.properties["imagebake_incoming"] == nil)
        #expect(image.properties["imagebake_image"] == id)
        let old = try #require(images.first { $0.id == earlier })
        #expect(old.name?.hasPrefix("\(name)-") == true && old.status == .active && !old.isHidden, "\(old)")
    }

    @Test(arguments: Fault.publication)
    func `after every fault and a second run there is one image, and nothing else`(_ fault: Fault) async throws {
        let result = try await publish(fault)
        // A run that failed has cleaned up after itself.
        if let result, result.error != nil { #expect(result.left.isEmpty, "\(result.left)") }
    }

    @Test(arguments: Fault.rotation)
    func `a rotation that was interrupted is ended by the second run`(_ fault: Fault) async throws {
        _ = try await publish(fault)
    }

    /// Those that an image which is not private in the end meets when its bytes are there.
    private static let changes = Fault.publication.filter { $0.step == .change }

    @Test(arguments: changes + Fault.outages)
    func `an image of its own is whole, or private and named by the failure`(_ fault: Fault) async throws {
        guard let lab = try await Lab() else { return }
        let cloud = try FaultyCloud(lab)
        defer { cloud.proxy.stop() }
        let name = lab.name("fault")
        var draft = ImageDraft(name: name)
        draft.diskFormat = DiskFormatName(.raw)
        draft.containerFormat = .bare
        let registry = try cloud.registry()
        cloud.proxy.arm(fault)
        var failure: RegistryError?
        do { _ = try await ImageTransfer(registry: registry).create(draft, of: cloud.file) } catch let error
            as RegistryError
        { failure = error }
        await registry.close()
        #expect(cloud.proxy.happened > 0, "the fault never happened")
        let images = try await cloud.images(name)
        cloud.proxy.heal()
        if let failure {
            #expect(Self.changes.contains(fault) == false && failure.code == .unavailable, "\(failure)")
            #expect(images.allSatisfy { $0.visibility == "private" && failure.message.contains($0.id) }, "\(failure)")
        } else {
            #expect(images.map(\.status) == [.active] && images.first?.visibility == "shared")
        }
        try await cloud.remove(name)
    }

    @Test(arguments: Fault.outages)
    func `a network that goes and does not come back leaves what the next run takes up or removes`(
        _ fault: Fault
    ) async throws {
        guard let result = try await publish(fault) else { return }
        #expect(result.error?.code == .unavailable, "\(String(describing: result.error))")
        #expect(result.left.allSatisfy { $0.visibility == "private" && $0.properties["imagebake_incoming"] != nil })
    }
}
