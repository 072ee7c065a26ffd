import DiskImages
import Foundation
import Publish
import SystemPackage
import TestSupport
import Testing

/// Rotation on every Glance of the lab.
@Suite(.enabled(if: OpenStackLab.canRun, Lab.missing), .serialized)
struct RotationTests {
    private func with<Value: Sendable>(
        _ lab: Lab,
        _ user: String = "red-member",
        _ body: (GlanceRegistry) async throws -> Value
    ) async throws -> Value {
        let registry = try GlanceRegistry(lab.cloud(user), environment: [:])
        do {
            let value = try await body(registry)
            await registry.close()
            return value
        } catch {
            await registry.close()
            throw error
        }
    }

    /// Name, state and whether it is hidden, of all images of a name, the newest first.
    private func state(_ name: String, _ registry: GlanceRegistry) async throws -> [String] {
        var hidden = ImageQuery()
        hidden.isHidden = true
        let images = try await registry.list() + registry.list(hidden)
        return images.filter { $0.publicationName == name }
            .sorted {
                $0.properties["imagebake_published", default: ""] > $1.properties["imagebake_published", default: ""]
            }
            .map { image in
                let marks = [
                    image.properties["imagebake_bake_id"] ?? "?", image.name == name ? "named" : "dated",
                    image.isHidden ? "hidden" : nil, image.status == .active ? nil : image.status.rawValue,
                ]
                return marks.compactMap(\.self).joined(separator: " ")
            }
    }

    @Test(arguments: Lab.regions)
    func `four publications with keep 2, a rollback, and a second run that uploads nothing`(
        _ region: String
    ) async throws {
        guard let lab = try await Lab(region) else { return }
        let name = lab.name("web")
        try await with(lab) { registry in
            func publish(_ seed: UInt64) async throws -> ImagePublisher.Outcome {
                let file = try lab.file(1 << 20, seed: seed)
                var request = ImageRequest(file: file, name: name, diskFormat: .raw)
                request.visibility = .community
                request.bakeID = "\(seed)"
                let rule = RotationRule(name: name, keep: 2, retire: .hide)
                return try await ImagePublisher(registry: registry, rule: rule, publisher: "test").publish(request)
            }
            for seed in 1...4 as ClosedRange<UInt64> {
                let outcome = try await publish(seed)
                #expect(outcome.isUploaded)
                #expect(try await registry.show(name).id == outcome.image.id)
                #expect(outcome.image.visibility == .community)
            }
            #expect(try await state(name, registry) == ["4 named", "3 dated", "2 dated hidden", "1 dated hidden"])

            let again = try await publish(4)
            #expect(!again.isUploaded)
            #expect(again.steps.map(\.action) == [.skip])

            let steps = try await ImageRollback(of: name, in: registry, retire: .deactivate).run()
            #expect(steps.map(\.action) == [.publish, .withdraw, .deactivate])
            #expect(
                try await state(name, registry)
                    == ["4 dated hidden deactivated", "3 named", "2 dated hidden", "1 dated hidden"]
            )
            let error = await #expect(throws: RegistryError.self) { _ = try await publish(4) }
            #expect(error?.code == .conflict)

            // The openstack client finds one image by the name.
            let shown = try await lab.lab.openstack(
                "red-member",
                lab.region,
                ["image", "show", name, "-f", "value", "-c", "status"]
            )
            #expect(shown.output == "active\n", "\(shown)")
            let visibilities = try await registry.list().filter { $0.publicationName == name }.map(\.visibility)
            #expect(Set(visibilities) == [.community])
            for image in try await images(name, registry) { try await registry.delete(image.id.description) }
        }
    }

    @Test(arguments: Lab.regions)
    func `images that are too old are deleted, but not protected ones`(_ region: String) async throws {
        guard let lab = try await Lab(region) else { return }
        let name = lab.name("old")
        try await with(lab) { registry in
            for seed in 1...3 as ClosedRange<UInt64> {
                var request = ImageRequest(file: try lab.file(1 << 20, seed: seed), name: name, diskFormat: .raw)
                request.bakeID = "\(seed)"
                request.isProtected = seed == 1
                let rule = RotationRule(name: name, keep: 1, retire: .delete)
                try await ImagePublisher(registry: registry, rule: rule, publisher: "test").publish(request)
            }
            #expect(try await state(name, registry) == ["3 named", "1 dated"])
            for image in try await images(name, registry) {
                var update = ImageUpdate()
                update.isProtected = false
                try await registry.update(image.id, update)
                try await registry.delete(image.id.description)
            }
        }
    }

    @Test(arguments: Lab.regions)
    func `an image is promoted as far as Glance allows its user`(_ region: String) async throws {
        guard let lab = try await Lab(region) else { return }
        let name = lab.name("promoted")
        try await with(lab) { registry in
            let request = ImageRequest(file: try lab.file(1 << 20), name: name, diskFormat: .raw)
            let rule = RotationRule(name: name)
            try await ImagePublisher(registry: registry, rule: rule, publisher: "test").publish(request)
            #expect(try await ImagePromotion(to: .shared, in: registry).run(name).visibility == .shared)
            #expect(try await ImagePromotion(to: .community, in: registry).run(name).visibility == .community)
            let error = await #expect(throws: RegistryError.self) {
                _ = try await ImagePromotion(to: .public, in: registry).run(name)
            }
            #expect(error?.code == .forbidden)
            #expect(try await registry.show(name).visibility == .community)
        }
        try await with(lab, "red-admin") { registry in
            #expect(try await ImagePromotion(to: .public, in: registry).run(name).visibility == .public)
            try await registry.delete(name)
        }
    }

    private func images(_ name: String, _ registry: GlanceRegistry) async throws -> [Image] {
        var hidden = ImageQuery()
        hidden.isHidden = true
        return try await (registry.list() + registry.list(hidden)).filter { $0.publicationName == name }
    }
}
