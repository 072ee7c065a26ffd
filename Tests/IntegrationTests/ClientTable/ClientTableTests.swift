import Foundation
import SystemPackage
import TestSupport
import Testing

extension SideBySide {
    /// Whatever the openstack client or imagebake does with an image of a real Glance, the other does and tells the same, field by field.
    @Suite(
        "The verbs of 'image' beside the openstack client's",
        .enabled(if: OpenStackLab.canRun, "run scripts/openstack.sh")
    )
    struct ClientTableTests {
        private typealias Program = ClientKeyboard.Program

        private func withKeyboard(_ body: (ClientKeyboard) async throws -> Void) async throws {
            let cloud = try await OpenStackLab.shared()
            let client = try OpenStackClient()
            defer { client.stop() }
            try await withLab { lab in
                try await body(ClientKeyboard(lab: lab, cloud: cloud, client: client))
            }
        }

        /// A command's words, with what differs each time.
        private func words(_ step: ClientStep, _ values: [String: String]) -> [String] {
            step.command.split(separator: " ").map { word in
                values.reduce(String(word)) { $0.replacing($1.key, with: $1.value) }
            }
        }

        private func files(_ keyboard: ClientKeyboard) async throws -> [String: String] {
            let raw = keyboard.lab.root.appending("web.raw")
            try Data((0..<(1 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }).write(
                to: URL(filePath: raw.string)
            )
            let qcow2 = keyboard.lab.root.appending("web.qcow2")
            _ = try await keyboard.lab.tool("qemu-img", "create", "-q", "-f", "qcow2", qcow2.string, "2G")
            return ["FILE": raw.string, "QCOW2": qcow2.string, "BLUE": keyboard.cloud.project("blue")]
        }

        /// What must be the same of two images that are made in the same way.
        private func essence(_ fields: [String: String]) -> [String: String] {
            fields.filter { !["id", "name", "created_at", "updated_at"].contains($0.key) }
        }

        private func differences(_ left: [String: String], _ right: [String: String]) -> [String] {
            Set(left.keys).union(right.keys).filter { left[$0] != right[$0] }.sorted()
                .map { "\($0): '\(left[$0] ?? "-")' and '\(right[$0] ?? "-")'" }
        }

        @Test("an image that either makes, the other shows, lists and saves")
        func creations() async throws {
            try await withKeyboard { keyboard in
                let files = try await files(keyboard)
                for step in ClientStep.creations {
                    var made: [Program: [String: String]] = [:]
                    for program in Program.allCases {
                        let name = "\(program)-\(UUID().uuidString.prefix(8))"
                        let values = files.merging(["NAME": name, "UUID": UUID().uuidString.lowercased()]) { $1 }
                        let result = try await keyboard.type(program, step.user, words(step, values) + ["-f", "json"])
                        #expect(result.isDone == !step.isRefused, "\(result.all)")
                        let names = try await keyboard.type(
                            .openstack,
                            step.user,
                            ["list", "--name", name, "-f", "value", "-c", "ID"]
                        ).output.split(separator: "\n")
                        // The openstack client, which looks at nothing before, may leave some of what it is refused.
                        if step.isRefused {
                            if program == .imagebake { #expect(names == [], "\(step)") }
                            for id in names {
                                _ = try await keyboard.type(.openstack, step.user, ["delete", String(id)])
                            }
                            continue
                        }
                        let id = try #require(names.first.map(String.init), "\(result.all)")
                        let other = Program.allCases.first { $0 != program } ?? program
                        let (mine, theirs) = try await (
                            keyboard.fields(program, step.user, id), keyboard.fields(other, step.user, id)
                        )
                        #expect(differences(mine, theirs) == [], "\(step), made by \(program), shown by both")
                        #expect(mine["name"] == name && mine["status"] == "active")
                        made[program] = mine
                        let saved = keyboard.lab.root.appending("saved")
                        let saving = try await keyboard.type(other, step.user, ["save", id, "--file", saved.string])
                        #expect(saving.isDone, "\(saving.all)")
                        let source = step.command.contains("QCOW2") ? "QCOW2" : "FILE"
                        #expect(try Disk.data(saved) == Disk.data(FilePath(files[source] ?? "")), "\(step)")
                        Disk.remove(saved)
                        _ = try await keyboard.type(program, step.user, ["set", id, "--unprotected"])
                        let gone = try await keyboard.type(other, step.user, ["delete", id])
                        #expect(gone.isDone, "\(gone.all)")
                    }
                    if let ours = made[.imagebake], let theirs = made[.openstack] {
                        #expect(
                            differences(essence(ours), essence(theirs)) == [],
                            "\(step), made by imagebake and by openstack"
                        )
                    }
                }
            }
        }

        @Test("what either changes of an image, the other shows")
        func life() async throws {
            try await withKeyboard { keyboard in
                let files = try await files(keyboard)
                var ids: [Program: String] = [:]
                var names: [Program: String] = [:]
                for program in Program.allCases {
                    let name = "\(program)-\(UUID().uuidString.prefix(8))"
                    names[program] = name
                    let made = try await keyboard.type(
                        program,
                        "red-member",
                        ["create", name, "--file", files["FILE"] ?? "", "-f", "json"]
                    )
                    try #require(made.isDone, "\(made.all)")
                    ids[program] = try await keyboard.json(program, "red-member", ["show", name])["id"]
                }
                for step in ClientStep.life {
                    let uuid = UUID().uuidString.lowercased()
                    for program in Program.allCases {
                        let values = files.merging([
                            "IMAGE": ids[program] ?? "", "NAME": names[program] ?? "", "UUID": uuid,
                        ]) { $1 }
                        let result = try await keyboard.type(program, step.user, words(step, values))
                        let isSilent = step.isSwallowed && program == .openstack
                        #expect(result.isDone == (!step.isRefused || isSilent), "\(result.all)")
                        if step.command.hasPrefix("import") { try await settle(keyboard, ids[program] ?? "") }
                    }
                    // What imagebake did is told by the openstack client, and the other way round.
                    let ours = try await keyboard.fields(.openstack, "red-member", ids[.imagebake] ?? "")
                    let theirs = try await keyboard.fields(.imagebake, "red-member", ids[.openstack] ?? "")
                    #expect(differences(essence(ours), essence(theirs)) == [], "\(step)")
                    // Of an image that is not shared nobody may list the members.
                    if ours["visibility"] == "shared",
                        step.command.contains("project") || step.user == "blue-member"
                    {
                        let members = try await Program.allCases.asyncMap { program in
                            let other = program == .imagebake ? Program.openstack : .imagebake
                            return try await keyboard.json(other, "red-member", ["member", "list", ids[program] ?? ""])
                                .filter { !$0.key.hasSuffix("_at") && !$0.key.lowercased().contains("image") }.map(
                                    \.value
                                )
                                .sorted()
                        }
                        #expect(members[0] == members[1], "\(step)")
                    }
                }
                for id in ids.values { _ = try await keyboard.type(.imagebake, "red-member", ["delete", id]) }
            }
        }

        /// An import goes on after its command.
        private func settle(_ keyboard: ClientKeyboard, _ id: String) async throws {
            for _ in 0..<100 {
                if try await keyboard.fields(.imagebake, "red-member", id)["stores"] == "cheap,fast" { return }
                try await Task.sleep(for: .milliseconds(200))
            }
            Issue.record("the image \(id) did not come into the other store")
        }

        @Test("lists are the same, however they are filtered and sorted")
        func lists() async throws {
            try await withKeyboard { keyboard in
                let files = try await files(keyboard)
                let mark = "mark-\(UUID().uuidString.prefix(8))"
                var ids: [String] = []
                for (index, options) in ["--private", "--community --property n=1", "--shared --protected", ""]
                    .enumerated()
                {
                    let made = try await keyboard.type(
                        .imagebake,
                        "red-member",
                        [
                            "create", "\(mark)-\(index)", "--file", files["FILE"] ?? "", "--tag", mark, "--tag",
                            "t\(index % 2)",
                        ]
                            + options.split(separator: " ").map(String.init) + ["--format", "json"]
                    )
                    try #require(made.isDone, "\(made.all)")
                    ids.append(
                        try await keyboard.json(.imagebake, "red-member", ["show", "\(mark)-\(index)"])["id"] ?? ""
                    )
                }
                _ = try await keyboard.type(.imagebake, "red-member", ["set", ids[3], "--hidden"])
                // Projects by their ids: of a name that the openstack client may not look up it makes an owner whom nobody is.
                for options in [
                    "", "--long", "--private", "--community", "--shared", "--public", "--all", "--hidden", "--tag t1",
                    "--property n=1",
                    "--status active", "--status queued", "--name \(mark)-0", "--member-status all",
                    "--project \(keyboard.cloud.project("red"))",
                    "--project \(keyboard.cloud.project("blue"))", "--sort name:desc", "--sort name:asc,size:desc",
                    "--sort size:asc,name:desc", "--max-items 10", "--max-items 2 --sort-column ID",
                ] {
                    let words = ["list", "--tag", mark] + options.split(separator: " ").map(String.init)
                    let lists = try await Program.allCases.asyncMap { program in
                        let result = try await keyboard.type(program, "red-member", words + ["-f", "json"])
                        #expect(result.isDone, "\(result.all)")
                        let rows = try JSONDecoder().decode([JSONLeaves].self, from: Data(result.output.utf8))
                        return rows.map { row in
                            ["ID", "Name", "Status"].map { row.values[$0] ?? "-" }.joined(separator: " ")
                        }
                    }
                    let isOrdered = options.contains("--sort")
                    #expect(
                        (isOrdered ? lists[0] : lists[0].sorted()) == (isOrdered ? lists[1] : lists[1].sorted()),
                        "list \(options)"
                    )
                }
                // The openstack client sorts what it was sent, and so takes a page out of another order.
                for (page, expected) in [
                    (["--limit", "2"], ids[0...1]), (["--marker", ids[1]], ids[2...2]),
                ] {
                    let words = ["list", "--tag", mark, "--all", "--sort", "name:asc"] + page
                    let result = try await keyboard.type(.imagebake, "red-member", words + ["--format", "json"])
                    let rows = try JSONDecoder().decode([JSONLeaves].self, from: Data(result.output.utf8))
                    #expect(rows.compactMap { $0.values["ID"] } == Array(expected), "\(page): \(result.all)")
                }
                _ = try await keyboard.type(.imagebake, "red-member", ["set", ids[2], "--unprotected"])
                let gone = try await keyboard.type(.imagebake, "red-member", ["delete"] + ids)
                #expect(gone.isDone, "\(gone.all)")
            }
        }

        @Test("images without bytes, stages, imports and stores are the same")
        func stages() async throws {
            try await withKeyboard { keyboard in
                let files = try await files(keyboard)
                let name = "staged-\(UUID().uuidString.prefix(8))"
                // The openstack client makes an image without bytes at a terminal alone.
                let made = try await keyboard.type(.imagebake, "red-member", ["create", name, "--format", "json"])
                try #require(made.isDone, "\(made.all)")
                let id = try await keyboard.json(.imagebake, "red-member", ["show", name])["id"] ?? ""
                func check(_ status: String, _ location: SourceLocation = #_sourceLocation) async throws {
                    let ours = try await keyboard.fields(.imagebake, "red-member", id)
                    let theirs = try await keyboard.fields(.openstack, "red-member", id)
                    #expect(differences(ours, theirs) == [], sourceLocation: location)
                    #expect(ours["status"] == status, sourceLocation: location)
                }
                try await check("queued")
                for words in ["set \(id) --disk-format qcow2 --container-format ova", "set \(id) --disk-format raw"] {
                    let set = try await keyboard.type(
                        .imagebake,
                        "red-member",
                        words.split(separator: " ").map(String.init)
                    )
                    #expect(set.isDone, "\(set.all)")
                    try await check("queued")
                }
                let staged = try await keyboard.type(
                    .openstack,
                    "red-member",
                    ["stage", id, "--file", files["FILE"] ?? ""]
                )
                #expect(staged.isDone, "\(staged.all)")
                try await check("uploading")
                let imported = try await keyboard.type(
                    .imagebake,
                    "red-member",
                    ["import", id, "--store", "fast", "--store", "cheap", "--disallow-failure", "--wait"]
                )
                #expect(imported.isDone, "\(imported.all)")
                try await check("active")
                #expect(try await keyboard.fields(.openstack, "red-member", id)["stores"] == "cheap,fast")
                _ = try await keyboard.type(.openstack, "red-member", ["delete", id])

                for words in [["stores", "list"], ["import", "info"]] {
                    let ours = try await keyboard.json(.imagebake, "red-member", words)
                    let theirs = try await keyboard.json(.openstack, "red-member", words)
                    #expect(
                        Set(theirs.values.filter { $0 != "null" }).isSubset(of: Set(ours.values)),
                        "\(words): \(ours), \(theirs)"
                    )
                }
            }
        }
    }
}

extension Sequence where Self: Sendable, Element: Sendable {
    fileprivate func asyncMap<Value>(_ body: (Element) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await body(element)) }
        return values
    }
}
