import DiskImages
import Foundation
import Publish
import SystemPackage
import TestSupport
import Testing

/// What `openstack image create` makes of the faults that imagebake survives: the table of docs/publishing.md.
@Suite(.serialized)
struct FaultReportTests {
    /// `make fault-report` names the page.
    private static let page = ProcessInfo.processInfo.environment["IMAGEBAKE_FAULT_REPORT"]
    private static let (begin, end) = ("<!-- make fault-report -->", "<!-- end -->")

    private static let document = FilePath(#filePath).removingLastComponent().removingLastComponent()
        .removingLastComponent().removingLastComponent().appending("docs").appending("publishing.md")

    @Test func `the page tells of every fault`() throws {
        let text = String(decoding: try contents(Self.document), as: UTF8.self)
        for fault in Fault.publication + Fault.outages {
            #expect(text.contains("| \(fault) |"), "run make fault-report")
        }
    }

    @Test(.enabled(if: page != nil, "make fault-report"))
    func `the page is written from what happens`() async throws {
        let page = FilePath(try #require(Self.page))
        guard let lab = try await Lab() else { return }
        let cloud = try FaultyCloud(lab)
        defer { cloud.proxy.stop() }
        let client = try OpenStackClient()
        defer { client.stop() }
        let digests = try await FileDigester.digest(cloud.file)
        var lines = [
            "| what goes wrong | `image create --file`: status | what it leaves | after a second run | `image create < file`: status | what it leaves | imagebake: first run | after a second run |",
            "|---|---|---|---|---|---|---|---|",
        ]
        for fault in Fault.publication + Fault.outages {
            let file = try await theirs(cloud, client, fault, digests, isInput: false)
            let input = try await theirs(cloud, client, fault, digests, isInput: true)
            let ours = try await ours(cloud, fault, digests)
            lines.append("| " + ([fault.description] + file + input.prefix(2) + ours).joined(separator: " | ") + " |")
        }
        let text = String(decoding: try contents(page), as: UTF8.self)
        let head = try #require(text.firstRange(of: Self.begin)).upperBound
        let tail = try #require(text.firstRange(of: Self.end)).lowerBound
        let written = text[..<head] + "\n" + lines.joined(separator: "\n") + "\n" + text[tail...]
        try Data(written.utf8).write(to: URL(fileURLWithPath: page.string))
    }

    /// - Returns: The exit status of the openstack client, what is there after it, and after it was run again where that was no success.
    private func theirs(
        _ cloud: FaultyCloud,
        _ client: OpenStackClient,
        _ fault: Fault,
        _ digests: FileDigests,
        isInput: Bool
    ) async throws -> [String] {
        let name = cloud.lab.name("fault")
        var environment = cloud.lab.lab.environment("red-member", region: cloud.lab.region)
        environment["OS_IMAGE_ENDPOINT_OVERRIDE"] = cloud.proxy.url
        let arguments =
            ["image", "create", name, "--disk-format", "raw"] + (isInput ? [] : ["--file", cloud.file.string])
        cloud.proxy.arm(fault)
        let first = try await client.run(arguments, environment, seconds: 60, input: isInput ? cloud.file : nil)
        let happened = cloud.proxy.happened
        cloud.proxy.heal()
        guard happened > 0 else {
            try await cloud.remove(name)
            return ["not asked for", "", ""]
        }
        let left = try await words(cloud, name, digests)
        var after = "-"
        if first.status != 0 {
            let second = try await client.run(arguments, environment, seconds: 60, input: isInput ? cloud.file : nil)
            after = try await words(cloud, name, digests) + (second.status == 0 ? "" : ", fails")
        }
        try await cloud.remove(name)
        return [first.status.map { "\($0)" } ?? "hangs", left, after]
    }

    private func ours(_ cloud: FaultyCloud, _ fault: Fault, _ digests: FileDigests) async throws -> [String] {
        let name = cloud.lab.name("fault")
        cloud.proxy.arm(fault)
        let registry = try cloud.registry()
        var isDone = true
        do { try await registry.publish(cloud.request(name)) } catch is RegistryError { isDone = false }
        await registry.close()
        cloud.proxy.heal()
        let left = try await words(cloud, name, digests)
        var after = "-"
        if !isDone {
            let second = try cloud.registry(isPatient: true)
            try await second.publish(cloud.request(name))
            await second.close()
            after = try await words(cloud, name, digests)
        }
        try await cloud.remove(name)
        return [isDone ? "done: \(left)" : "fails, leaves \(left)", after]
    }

    /// The images of a name, and whether they are what they should be.
    private func words(_ cloud: FaultyCloud, _ name: String, _ digests: FileDigests) async throws -> String {
        let images = try await cloud.images(name)
        let words = images.map { image in
            if image.status != .active { return "\(image.status)" }
            if image.size != digests.size { return "**active, \(image.size ?? 0) bytes**" }
            return image.osHashValue == digests.sha512 ? "whole" : "**active, other bytes**"
        }
        return words.isEmpty ? "nothing" : words.sorted().joined(separator: ", ")
    }
}
