import Foundation
import SystemPackage
import TestSupport
import Testing

/// Where the same commands are typed to the openstack client and to imagebake, by the lab's users on one Glance.
struct ClientKeyboard {
    /// Who a command is typed to.
    enum Program: String, CaseIterable {
        case imagebake, openstack
    }

    let lab: Lab
    let cloud: OpenStackLab
    let client: OpenStackClient

    /// Types a command of `image`.
    ///
    /// - Returns: Whether it succeeded, what it printed to standard output, and all of it for a failed test.
    func type(
        _ program: Program,
        _ user: String,
        _ words: [String]
    ) async throws -> (isDone: Bool, output: String, all: String) {
        let environment = cloud.environment(user)
        switch program {
        case .openstack:
            let result = try await client.run(["image"] + words, environment)
            return (result.status == 0, result.output, "openstack \(words) -> \(result)")
        case .imagebake:
            // HOME: the developer's own clouds.yaml is not this one's.
            let result = try await lab.run(
                ["image"] + words + ["--registry", "envvars"],
                environment: environment.mapValues { Optional($0) }
                    .merging(["HOME": lab.root.string, "XDG_CONFIG_HOME": nil, "OS_CLOUD": nil]) { $1 },
                directory: lab.root
            )
            return (result.status == 0, result.stdout, "\(result)")
        }
    }

    /// What a program says of something, by path: see ``JSONLeaves``.
    func json(_ program: Program, _ user: String, _ words: [String]) async throws -> [String: String] {
        let result = try await type(program, user, words + ["-f", "json"])
        try #require(result.isDone, "\(result.all)")
        return try JSONDecoder().decode(JSONLeaves.self, from: Data(result.output.utf8)).values
    }

    /// All fields of an image, but for those that only one of the programs shows.
    ///
    /// The openstack client puts among the properties what is none, and leaves out what has no value; `file` and `schema` are URLs of the API.
    func fields(_ program: Program, _ user: String, _ id: String) async throws -> [String: String] {
        var fields: [String: String] = [:]
        var stores: [Substring] = []
        for (key, value) in try await json(program, user, ["show", id]) where value != "null" {
            let name = key.replacing("properties.os_h", with: "os_h").replacing("properties.stores", with: "stores")
            // Written by the SDK at its own uploads.
            if name.hasPrefix("properties.owner_specified.") { continue }
            if name == "stores" || name.hasPrefix("stores.") {
                stores += value.split(separator: ",")
            } else {
                fields[name] = value
            }
        }
        if !stores.isEmpty { fields["stores"] = stores.sorted().joined(separator: ",") }
        for name in ["file", "schema", "direct_url", "locations"] { fields[name] = nil }
        return fields
    }
}
