import Foundation
import SystemPackage
import TestSupport
import Testing

extension SideBySide {
    /// Whoever knows `openstack image` knows `imagebake image`.
    @Suite(
        "The flags of 'image' and the openstack client's",
        .enabled(if: OpenStackLab.canRun, "run scripts/openstack.sh")
    )
    struct ClientFlagTests {
        /// Verbs of both, word for word.
        private static let verbs = [
            "create", "list", "show", "save", "delete", "set", "unset", "add project", "remove project", "member list",
            "member get", "stage", "import", "import info", "stores list",
        ]

        /// What the openstack client has beside: the table of docs/registry.md that says why it is not here.
        private static func absent() throws -> [String: Set<String>] {
            let text = try Disk.text(Checkout.root.appending("docs").appending("registry.md"))
            let section = try #require(text.components(separatedBy: "\n## The client's flags\n").dropFirst().first)
            var absent: [String: Set<String>] = [:]
            for row in section.components(separatedBy: "\n## ").first?.split(separator: "\n") ?? [] {
                let cells = row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
                guard row.hasPrefix("| `"), cells.count == 3, !cells[2].isEmpty else { continue }
                let verb = cells[0].replacing("`", with: "")
                #expect(verbs.contains(verb), "\(row)")
                absent[verb, default: []].formUnion(options(of: cells[1]))
            }
            return absent
        }

        private static func options(of text: String) -> Set<String> {
            Set(text.matches(of: /--[a-z][a-z-]*[a-z]/).map { String($0.output) })
        }

        @Test("every flag of the openstack client is here, or absent for a reason", arguments: verbs)
        func flags(_ verb: String) async throws {
            let cloud = try await OpenStackLab.shared()
            let client = try OpenStackClient()
            defer { client.stop() }
            let words = verb.split(separator: " ").map(String.init)
            let help = try await client.run(["image"] + words + ["--help"], cloud.environment("red-member"))
            // The usage has all flags; the text after it names those of other commands.
            let usage = try #require(help.output.components(separatedBy: "\n\n").first)
            #expect(usage.contains("usage: openstack"), "\(help)")
            try await withLab { lab in
                let ours = try await lab.run(["image"] + (verb == "import" ? ["import", "start"] : words) + ["--help"])
                    .required()
                let missing = Self.options(of: usage).subtracting(Self.options(of: ours.stdout)).subtracting(["--help"])
                #expect(try missing == Self.absent()[verb] ?? [], "openstack image \(verb)")
            }
        }
    }
}
