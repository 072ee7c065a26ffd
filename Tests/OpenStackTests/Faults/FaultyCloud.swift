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

    /// Publishes as `imagebake publish --keep 2` does.
    ///
    /// - Parameters:
    ///   - file: What; nil for the usual one.
    ///   - isPatient: As ``registry(isPatient:)`` has it.
    @discardableResult
    func publish(
        _ name: String,
        file: FilePath? = nil,
        isPatient: Bool = false
    ) async throws -> ImagePublisher.Outcome {
        let registry = try registry(isPatient: isPatient)
        let rule = RotationRule(name: name, keep: 2)
        do {
            let outcome = try await ImagePublisher(registry: registry, rule: rule, publisher: "fault")
                .publish(request(name, file))
            await registry.close()
            return outcome
        } catch {
            await registry.close()
            throw error
        }
    }

    /// What is to be published.
    func request(_ name: String, _ other: FilePath? = nil) -> ImageRequest {
        var request = ImageRequest(file: other ?? file, name: name, diskFormat: .raw)
        request.visibility = .shared
        request.tags = ["golden"]
        request.bakeID = name
        return request
    }

    /// The images that have a name, had it or are to have it, hidden ones too, as Glance itself tells of them.
    func images(_ name: String) async throws -> [GlanceImage] {
        try await lab.with("red-member") { client in
            var found: [String: GlanceImage] = [:]
            for isHidden in [nil, true] {
                var byName = GlanceQuery()
                byName.isHidden = isHidden
                var byProperty = byName
                byName.names = [name]
                byProperty.properties = ["imagebake_name": name]
                for query in [byName, byProperty] {
                    for image in try await client.images(query).all() { found[image.id] = image }
                }
            }
            return Array(found.values)
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
