import Foundation
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
            "member get",
            "stage", "import", "import info", "stores list",
        ]

        /// What the openstack client has beside, and why it is not here.
        private static let absent: [String: Set<String>] = [
            // Volumes are Cinder's; signatures want a key manager; progress is shown without being asked for; a size is the file's own.
            "create": ["--volume", "--force", "--sign-key-path", "--sign-cert-id", "--progress", "--size"],
            "stage": ["--progress", "--size"],
            // `--limit` is what people mean.
            "list": ["--max-items"],
            // The table's sizes are for people already, the other formats' for programs.
            "show": ["--human-readable"],
            // How large the parts of a download are is nothing to choose; any store that has the image will do.
            "save": ["--chunk-size", "--store-preference"],
            // A project is looked for where it is.
            "member list": ["--project-domain"],
            // Of another Glance than the registry's.
            "import": ["--remote-image", "--remote-region", "--remote-service-interface"],
        ]

        /// How the openstack client prints tables (cliff's own).
        private static let printing: Set<String> = [
            "--column", "--fit-width", "--max-width", "--noindent", "--prefix", "--print-empty", "--quote",
            "--sort-ascending",
            "--sort-column", "--sort-descending", "--help",
        ]

        private func options(of text: String) -> Set<String> {
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
                let missing = options(of: usage).subtracting(options(of: ours.stdout)).subtracting(Self.printing)
                #expect(missing == Self.absent[verb] ?? [], "openstack image \(verb)")
            }
        }
    }
}
