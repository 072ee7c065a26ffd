import Foundation
import Publish
import SystemPackage
import TestSupport
import Testing

/// Clients of the lab's users.
struct Lab {
    static let missing: Comment = "Keystone and Glance are not installed; run scripts/openstack.sh"
    /// The names of the lab's Glances; Debian's is there on Debian 12 alone.
    static let regions = ["RegionOne", "Debian"]

    let lab: OpenStackLab
    let region: OpenStackLab.Region
    let scratch: Scratch

    /// - Returns: nil where this machine has no such Glance, which is no failure but on Debian 12.
    init?(_ region: String = "RegionOne") async throws {
        lab = try await OpenStackLab.shared()
        scratch = try Scratch()
        guard let found = lab.regions.first(where: { $0.name == region }) else {
            let system = (try? String(contentsOfFile: "/etc/os-release", encoding: .utf8)) ?? ""
            try #require(
                !system.contains("VERSION_ID=\"12\""),
                "Debian's Glance was not unpacked: run scripts/openstack.sh"
            )
            return nil
        }
        self.region = found
    }

    /// The cloud as a user sees it, by way of the variables that an openrc file would set.
    func cloud(_ user: String, project: String? = nil) throws -> Cloud {
        try CloudsConfiguration(
            environment: lab.environment(user, project: project, region: region),
            directory: scratch.path,
            system: scratch.path
        ).cloud()
    }

    /// Runs something with a user's client.
    func with<Value>(_ user: String, _ body: (GlanceClient) async throws -> Value) async throws -> Value {
        try await with(try cloud(user), body)
    }

    /// Runs something with a client of a cloud.
    func with<Value>(_ cloud: Cloud, _ body: (GlanceClient) async throws -> Value) async throws -> Value {
        let session = try CloudSession(cloud, environment: [:])
        do {
            let value = try await body(GlanceClient(session))
            await session.close()
            return value
        } catch {
            await session.close()
            throw error
        }
    }

    /// A name that no other test uses.
    func name(_ what: String = "image") -> String { "\(what)-\(UUID().uuidString.prefix(8).lowercased())" }

    /// A raw image of a size.
    func file(_ count: Int, seed: UInt64 = 1) throws -> FilePath {
        try scratch.write("image-\(seed)-\(count).raw", noise(count, seed: seed))
    }

    /// An image with data.
    func image(
        _ client: GlanceClient,
        size: Int = 1 << 20,
        seed: UInt64 = 1,
        _ change: (inout GlanceNewImage) -> Void = { _ in }
    ) async throws
        -> GlanceImage
    {
        var new = GlanceNewImage(name: name(), diskFormat: "raw")
        change(&new)
        let created = try await client.create(new)
        return try await client.upload(created.id, from: try file(size, seed: seed))
    }
}

/// The code of what is thrown; nil where nothing is.
func code(_ body: () async throws -> Void) async throws -> OpenStackError.Code? {
    do {
        try await body()
        return nil
    } catch let error as OpenStackError {
        return error.code
    }
}
