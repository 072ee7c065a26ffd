import Foundation
import SystemPackage
import TestSupport
import Testing

extension SideBySide {
    /// What the openstack client prints of images of a real Glance, imagebake prints, byte for byte.
    @Suite(
        "The output of 'image' beside the openstack client's",
        .enabled(if: OpenStackLab.canRun, "run scripts/openstack.sh")
    )
    struct ClientFormatTests {
        /// The flags of output, and what they are typed after; `MARK` is the images' tag, `IMAGE` one of them.
        private static let lines =
            [
                // Lists of images.
                "-f table", "-f csv", "-f json", "-f json --noindent", "-f yaml", "-f value", "-fvalue -cID",
                "--format csv",
                "-c ID -c Status -f csv", "-c id --column name", "-c NAME -f value", "-f csv --quote all",
                "-f csv --quote minimal", "-f csv --quote none", "-f csv --quote nonnumeric --long", "--max-width 50",
                "--long --max-width 120", "--fit-width", "--long -f csv -c Size -c Protected -c Tags -c Project",
                "--long -f json -c Disk_Format -c hash_algorithm", "--long -f value", "--long -f yaml",
                "--sort-descending", "--sort-ascending -f value",
            ].map { "list --tag MARK \($0) --sort-column Name" }
            + [
                "list --tag MARK -f csv --sort-column Status --sort-column name --sort-descending",
                "list --tag MARK -f csv --sort-column nothing --sort-column name",
                "list --tag none --print-empty", "list --tag none -f csv", "list --tag none -f json",
                "list --tag none -f value",
                "list --tag none -f yaml",
            ]
            // One image. Its name has quotes, which the shell format writes in a way of its own.
            + [
                "-f value -c id", "-f value -c name -c id -c tags", "-f json -c size -c status -c tags -c protected",
                "-f json --noindent -c visibility", "-f yaml -c container_format",
                "-f shell -c id -c owner -c size -c tags",
                "-f shell -c status --prefix image_", "-f table -c id -c checksum -c Protected",
                "-f shell --variable status",
                "-c id -c name -c owner --max-width 50", "-c status --fit-width --print-empty",
                "-c size --human-readable -f value", "-c created_at -c updated_at -c min_disk -c min_ram",
            ].map { "show IMAGE \($0)" }
            // What is beside images.
            + [
                "member list IMAGE -f csv", "member list IMAGE -f json --sort-column status",
                "member list IMAGE -f value -c Status",
                "member list IMAGE", "member list IMAGE --max-width 60 --quote all --noindent",
                "member get IMAGE BLUE -f shell -c status -c member_id",
                "member get IMAGE BLUE -c image_id -c created_at",
                "member get IMAGE BLUE -f json -c status --noindent", "stores list -f csv --sort-column ID",
                "stores list -f json --sort-column id --sort-descending", "stores list -f value -c ID --sort-column ID",
                "stores list --sort-column ID", "import info -f value", "import info -f json", "import info",
                "import info -f shell --prefix x_", "import info -f yaml",
            ]

        /// What both refuse.
        private static let refused = [
            "list -c nothing", "list -f shell", "list --quote some -f csv", "list --prefix x", "list --max-width x",
            "list --sort-ascending --sort-descending", "show IMAGE -c nothing", "show IMAGE -f csv",
            "show IMAGE --sort-column id", "show IMAGE --quote all", "delete IMAGE -f json", "set IMAGE -c id",
            "save IMAGE -f value",
        ]

        @Test("is the same, byte for byte")
        func formats() async throws {
            let cloud = try await OpenStackLab.shared()
            let client = try OpenStackClient()
            defer { client.stop() }
            try await withLab { lab in
                let keyboard = ClientKeyboard(lab: lab, cloud: cloud, client: client)
                let file = lab.root.appending("web.raw").string
                try Data(repeating: 7, count: 1_550_000).write(to: URL(filePath: file))
                let mark = "mark-\(UUID().uuidString.prefix(8))"
                let blue = cloud.project("blue")
                var ids: [String] = []
                // What makes an image prints it; the second has neither bytes nor a size.
                for (name, rest) in [
                    ("\(mark), \"a\" \\ 1", "--file \(file) --property os_distro=debian"), ("\(mark)-2", ""),
                    ("\(mark)-3", "--file \(file) --private --protected"),
                ] {
                    let flags = rest.split(separator: " ").map(String.init) + ["--tag", mark]
                    let made = try await keyboard.type(
                        .imagebake,
                        "red-member",
                        ["create", name] + flags + ["-f", "value", "-c", "id", "-c", "name"]
                    )
                    let lines = made.output.split(separator: "\n").map(String.init)
                    try #require(made.isDone && lines.count == 2 && lines[1] == name, "\(made.all)")
                    ids.append(lines[0])
                }
                let added = ["add", "project", ids[0], blue, "-f", "json", "--noindent", "-c", "status"]
                let sharing = try await keyboard.type(.imagebake, "red-member", added)
                #expect(sharing.output == "{\"status\": \"pending\"}\n", "\(sharing.all)")

                func words(_ line: String) -> [String] {
                    line.split(separator: " ").map {
                        String($0).replacing("MARK", with: mark).replacing("IMAGE", with: ids[0]).replacing(
                            "BLUE",
                            with: blue
                        )
                    }
                }
                for line in Self.lines {
                    let theirs = try await keyboard.type(.openstack, "red-member", words(line))
                    let ours = try await keyboard.type(.imagebake, "red-member", words(line))
                    #expect(theirs.isDone && ours.isDone, "\(theirs.all)\n\(ours.all)")
                    #expect(ours.output == theirs.output, "\(line)")
                }
                for line in Self.refused {
                    for program in ClientKeyboard.Program.allCases {
                        let result = try await keyboard.type(program, "red-member", words(line))
                        #expect(!result.isDone && result.output == "", "\(result.all)")
                    }
                }
                _ = try await keyboard.type(.imagebake, "red-member", ["set", ids[2], "--unprotected"])
                let gone = try await keyboard.type(.imagebake, "red-member", ["delete"] + ids)
                #expect(gone.isDone, "\(gone.all)")
            }
        }
    }
}
