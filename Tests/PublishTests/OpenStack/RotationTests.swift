import Foundation
import Publish
import Testing

/// What of a Glance the lab cannot be made to say: Ceph is too big for it, so that its answers are played by a fake here.
@Suite("Rotation on a Glance with Ceph, which is a fake")
struct RotationTests {
    /// Runs something with the registry of a fake cloud.
    private func with<Value: Sendable>(
        _ fake: FakeCloud,
        _ body: (GlanceRegistry) async throws -> Value
    ) async throws -> Value {
        let registry = try GlanceRegistry(FakeRoutes.open(fake), retry: FakeRoutes.retry, environment: [:])
        do {
            let value = try await body(registry)
            await registry.close()
            return value
        } catch {
            await registry.close()
            throw error
        }
    }

    @Test(
        "stores/detail names an rbd store: it wants raw; who may not ask is told nothing",
        arguments: [200, 403, 404]
    )
    func stores(_ status: Int) async throws {
        let answer = """
            {"stores": [{"id": "ceph", "type": "rbd", "default": "true", "properties": {"pool": "images"}},
                        {"id": "disk", "type": "file"}]}
            """
        try await withFakeCloud { request, _ in
            if request.target.hasSuffix("/info/stores/detail") {
                return .json(status, status == 200 ? answer : #"{"message": "no"}"#)
            }
            return request.target.contains("/info/") ? .json(404, "{}") : FakeRoutes.glanceVersions
        } _: { fake in
            try await with(fake) { (registry: GlanceRegistry) async throws -> Void in
                #expect(try await registry.wantsRaw(in: nil) == (status == 200))
                #expect(try await registry.wantsRaw(in: "ceph") == (status == 200))
                #expect(try await !registry.wantsRaw(in: "disk"))
            }
        }
    }

    @Test("a cloud that fails to answer has not said that its store is another one", arguments: [500, 503])
    func noAnswer(_ status: Int) async throws {
        try await withFakeCloud { request, _ in
            request.target.contains("/info/") ? .json(status, "{}") : FakeRoutes.glanceVersions
        } _: { fake in
            try await with(fake) { (registry: GlanceRegistry) async throws -> Void in
                let error = await #expect(throws: RegistryError.self) { _ = try await registry.wantsRaw(in: nil) }
                #expect(error?.code == .unavailable)
            }
        }
    }

    @Test("a 409 for the clones that Ceph made of an image is understood")
    func children() async throws {
        try await withFakeCloud { request, _ in
            switch request.method {
            case "DELETE":
                return .json(
                    409,
                    #"{"message": "Image \#(FakeRoutes.id) could not be deleted because it is in use: dependent children"}"#
                )
            default:
                return request.target.contains(FakeRoutes.id)
                    ? FakeRoutes.image("active", size: 1) : FakeRoutes.glanceVersions
            }
        } _: { fake in
            try await with(fake) { (registry: GlanceRegistry) async throws -> Void in
                let error = await #expect(throws: RegistryError.self) { try await registry.delete(FakeRoutes.id) }
                #expect(error?.code == .conflict)
                #expect(error?.message.contains("it is in use") == true)
            }
        }
    }
}
