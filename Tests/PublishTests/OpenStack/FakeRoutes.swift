import Foundation
import NIOCore
import NIOHTTP1
import TestSupport

@testable import Publish

/// What the fakes of these tests have in common.
enum FakeRoutes {
    static let id = "11111111-2222-4333-8444-555555555555"

    /// A list of versions whose links lead nowhere, as behind a proxy.
    static let glanceVersions = FakeCloud.Answer.json(
        300,
        #"{"versions": [{"id": "v2.15", "status": "CURRENT", "links": [{"rel": "self", "href": "http://internal.invalid/v2/"}]}, {"id": "v2.0"}]}"#
    )
    static let keystoneVersions = FakeCloud.Answer.json(
        300,
        #"{"versions": {"values": [{"id": "v3.14", "status": "stable", "links": [{"rel": "self", "href": "http://internal.invalid/v3/"}]}]}}"#
    )

    static func image(_ status: String, size: Int? = nil, more: String = "") -> FakeCloud.Answer {
        .json(
            200,
            """
            {"id": "\(id)", "status": "\(status)", "size": \(size.map(String.init) ?? "null"), "name": "n", "visibility": "shared", "tags": [],
             "checksum": "abc" \(more)}
            """
        )
    }

    /// A token with a catalogue that names this server.
    static func token(_ number: Int, _ host: String, life: TimeInterval = 3600, skew: TimeInterval = 0)
        -> FakeCloud.Answer
    {
        let now = Date(timeIntervalSinceNow: skew)
        func text(_ date: Date) -> String { date.formatted(Date.ISO8601FormatStyle()).replacing("Z", with: ".000000Z") }
        let body = """
            {"token": {"issued_at": "\(text(now))", "expires_at": "\(text(now.addingTimeInterval(life)))", "user": {"id": "uid"},
             "project": {"id": "pid", "name": "red"}, "roles": [{"name": "member"}], "catalog": [{"type": "image", "name": "glance", "endpoints": [
             {"interface": "public", "region": "R", "region_id": "R", "url": "http://\(host)/image"}]}]}}
            """
        return .json(201, body, [("x-subject-token", "token-\(number)")])
    }

    static func cloud(_ fake: FakeCloud) -> Cloud {
        Cloud(name: "fake", .password(url: "\(fake.url)/identity", .id("uid"), Secret("hunter2"), .projectID("pid")))
    }

    static func open(_ fake: FakeCloud) -> Cloud {
        Cloud(name: "fake", .adminToken(endpoint: "\(fake.url)/v2", Secret("hunter2")))
    }

    /// Short waits.
    static var retry: RetryPolicy {
        var policy = RetryPolicy()
        policy.backoff = .milliseconds(10)
        policy.attempts = 4
        return policy
    }

    static var timeouts: CloudTimeouts {
        var timeouts = CloudTimeouts()
        timeouts.settling = .seconds(2)
        return timeouts
    }

    /// Runs something with a client of a fake.
    static func with<Value>(
        _ cloud: Cloud,
        timeouts: CloudTimeouts = timeouts,
        environment: [String: String] = [:],
        onRetry: (@Sendable (GlanceRetry) -> Void)? = nil,
        _ body: (GlanceClient) async throws -> Value
    ) async throws -> Value {
        let session = try CloudSession(cloud, timeouts: timeouts, retry: retry, environment: environment)
        do {
            let value = try await body(GlanceClient(session, onRetry: onRetry))
            await session.close()
            return value
        } catch {
            await session.close()
            throw error
        }
    }

    /// What is thrown.
    static func failure(_ body: () async throws -> Void) async throws -> OpenStackError? {
        do {
            try await body()
            return nil
        } catch let error as OpenStackError {
            return error
        }
    }
}
