import DiskImages
import Foundation
import Publish
import SystemPackage
import TestSupport
import Testing

/// A real Glance behind a proxy that fails.
struct FaultyCloud {
    /// Some megabytes: more than the buffers of a connection hold.
    static let size = 6_000_000

    let lab: Lab
    let proxy: FaultProxy
    let file: FilePath

    init(_ lab: Lab) throws {
        self.lab = lab
        let port = URL(string: lab.region.url)?.port.flatMap { UInt16(exactly: $0) }
        proxy = try FaultProxy(to: try #require(port))
        file = try lab.file(Self.size)
    }

    /// The registry, asked by way of the proxy.
    ///
    /// - Parameter isPatient: Whether with the patience that users have; else with little, so that a fault costs seconds.
    func registry(isPatient: Bool = false) throws -> GlanceRegistry {
        var cloud = try lab.cloud("red-member")
        cloud.imageEndpointOverride = proxy.url
        if isPatient { return try GlanceRegistry(cloud, environment: [:]) }
        var timeouts = CloudTimeouts()
        timeouts.connect = .seconds(2)
        timeouts.answer = .seconds(10)
        timeouts.stall = .milliseconds(500)
        timeouts.afterLastByte = .seconds(2)
        timeouts.settling = .seconds(10)
        var retry = RetryPolicy()
        retry.attempts = 3
        retry.backoff = .milliseconds(50)
        return try GlanceRegistry(cloud, timeouts: timeouts, retry: retry, environment: [:])
    }

    /// What is to be published.
    func request(_ name: String) -> ImageRequest {
        var request = ImageRequest(file: file, name: name, diskFormat: .raw)
        request.visibility = .shared
        request.tags = ["golden"]
        request.bakeID = name
        return request
    }

    /// The images of a name, hidden ones too, as Glance itself tells of them.
    func images(_ name: String) async throws -> [GlanceImage] {
        try await lab.with("red-member") { client in
            var query = GlanceQuery()
            query.names = [name]
            let images = try await client.images(query).all()
            query.isHidden = true
            return try await images + client.images(query).all()
        }
    }

    /// Removes the images of a name.
    func remove(_ name: String) async throws {
        let images = try await images(name)
        try await lab.with("red-member") { client in
            for image in images { try await client.delete(image.id) }
        }
    }
}
