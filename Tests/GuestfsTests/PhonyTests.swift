import Testing

@testable import Guestfs

/// Every operation on every phony guest: what it takes away, and what it leaves.
@Suite(.serialized) struct PhonyTests {
    private static let operations = Sysprep.operations.map(\.name)
    private static let defaults = Set(Sysprep.operations.filter(\.enabledByDefault).map(\.name))

    @Test("a distribution belongs to its family", arguments: PhonyGuest.Name.allCases)
    func family(_ name: PhonyGuest.Name) {
        let guest = PhonyGuest(name)
        #expect(guest.os.family == guest.family)
    }

    @Test("an artefact is named before and gone after, and its neighbour survives", arguments: operations)
    func artefacts(_ operation: String) async throws {
        let isDefault = Self.defaults.contains(operation)
        for name in PhonyGuest.all.map(\.name) {
            let run = try await PhonyRun.of(name)
            let tree = isDefault ? run.tree : run.requestedTree
            let before = isDefault ? run.before : run.requested.before
            let planted = run.guest.planted.filter { $0.operation == operation }
            for file in planted {
                let found = before[operation] ?? []
                for finding in file.findings {
                    #expect(found.contains(finding), "\(name): \(finding) is not in \(found)")
                }
                if file.outcome == .untouched {
                    #expect(
                        !found.contains { $0 == file.path.description || $0.hasPrefix("\(file.path):") },
                        "\(name): \(found)"
                    )
                }
                #expect(run.planTree[file.path] == file.entry, "\(name): a dry run changed \(file.path)")
                Self.check(file, tree[file.path], name)
            }
        }
    }

    private static func check(_ file: Planted, _ entry: TreeEntry?, _ name: PhonyGuest.Name) {
        switch file.outcome {
        case .gone: #expect(entry == nil, "\(name): \(file.path)")
        case .untouched: #expect(entry == file.entry, "\(name): \(file.path)")
        case .content(let text):
            // Byte for byte, and whose it was.
            let expected = TreeEntry.file(
                file.path,
                text,
                permissions: file.path == "/etc/cloud/cloud.cfg" ? 0o644 : file.permissions,
                uid: file.uid
            )
            #expect(
                entry == expected,
                "\(name): \(file.path): \(entry.map { GuestPath.printable($0.content) } ?? "gone")"
            )
        }
    }

    @Test("what is done at once stays done, and a dry run says the same", arguments: PhonyGuest.Name.allCases)
    func claims(_ name: PhonyGuest.Name) async throws {
        let run = try await PhonyRun.of(name)
        #expect(run.after.filter { !$0.value.isEmpty } == [:])
        #expect(run.again.filter { !$0.value.isEmpty } == [:])
        #expect(run.requested.after.filter { !$0.value.isEmpty } == [:])
        #expect(run.requested.again.filter { !$0.value.isEmpty } == [:])
        #expect(Set(run.plan.values.joined()).symmetricDifference(run.changes.values.joined()) == [])
        let artefacts = run.guest.planted.filter { $0.outcome != .untouched }
        for operation in Set(artefacts.map(\.operation)) {
            let changes = run.changes[operation] ?? run.requested.changes[operation] ?? []
            #expect(!changes.isEmpty, "\(operation) changed nothing")
        }
    }

    @Test(
        "links, devices and directories in the place of files are left alone",
        arguments: [PhonyGuest.Name.el7, .debian]
    )
    func hostile(_ name: PhonyGuest.Name) async throws {
        let run = try await PhonyRun.of(name)
        for tree in [run.tree, run.requestedTree] {
            #expect(tree["/etc/precious"]?.content == PhonyGuest.precious)
            #expect(
                tree["/etc/udev/rules.d/75-persistent-net.rules"]
                    == .link("/etc/udev/rules.d/75-persistent-net.rules", to: "/dev/null")
            )
            #expect(tree["/var/log/precious.log"]?.kind == .symlink && tree["/boot/grub/menu.lst"]?.kind == .symlink)
            #expect(
                tree["/etc/default/grub.d/fifo.cfg"]?.kind == .fifo && tree["/boot/grub2/grub.cfg"]?.kind == .directory
            )
            #expect(tree.keys.filter { $0.isBelow("/var/tmp") } == [] && tree["/var/log/fifo"] == nil)
            #expect(tree["/var/tmp"]?.permissions == 0o1777 && tree["/var/log/apache2"]?.kind == .directory)
        }
    }

    @Test("nothing but what is planted or written on purpose differs in the end", arguments: PhonyGuest.Name.allCases)
    func bystanders(_ name: PhonyGuest.Name) async throws {
        let run = try await PhonyRun.of(name)
        let touched = Set(run.guest.planted.filter { $0.outcome != .untouched }.map(\.path))
        for (path, entry) in run.planTree where entry.kind != .directory && !touched.contains(path) {
            if ["/var/tmp", "/var/log"].contains(where: { path.isBelow($0) }) { continue }
            // A link of a history's name goes; what it points to does not.
            if path == "/home/admin/.python_history" { continue }
            #expect(run.tree[path] == entry, "\(path)")
        }
        let new = Set(run.tree.keys).subtracting(run.planTree.keys).filter { run.tree[$0]?.kind != .directory }
        let expected: Set<GuestPath> =
            switch name {
            case .el7: ["/etc/systemd/system/iscsid.service.d/imagebake-initiator-name.conf"]
            case .debian, .ubuntu: ["/etc/systemd/system/ssh.service.d/imagebake-host-keys.conf"]
            default: []
            }
        #expect(new == expected)
    }

    @Test("a stamp proves what it says, sshd gets a maker of keys, free space is given back")
    func debian() async throws {
        let run = try await PhonyRun.of(.debian)
        #expect(
            try await PhonyRun.result.value.stampCodes == [nil, .stampWrong, .stampWrong, .stampMissing, .stampMissing]
        )
        #expect(run.trimWarnings == [nil])
        #expect(
            run.tree["/etc/systemd/system/ssh.service.d/imagebake-host-keys.conf"]
                == .file(
                    "/etc/systemd/system/ssh.service.d/imagebake-host-keys.conf",
                    SysprepOperation.debianDropIn
                )
        )
    }

    @Test("LVM gets new UUIDs where nothing in the guest knows the old ones")
    func lvm() async throws {
        let run = try await PhonyRun.of(.el8)
        // A physical volume, a volume group, the root file system.
        try #require(run.deviceUUIDs.map(\.count) == [3, 3, 3], "\(run.deviceUUIDs)")
        let (before, after) = (run.deviceUUIDs[0], run.deviceUUIDs[1])
        #expect(before[0] != after[0] && before[1] != after[1] && before[2] == after[2])
        #expect(run.changes["lvm-uuids"]?.contains { $0.hasPrefix("gave the volume group el8vg") } == true)
        #expect(run.tree["/etc/fstab"]?.content == run.planTree["/etc/fstab"]?.content)
    }

    @Test("a file system gets a new UUID together with what names it, or keeps its own and says why")
    func fileSystems() async throws {
        let debian = try await PhonyRun.of(.debian)
        let (old, new) = (debian.deviceUUIDs[1][0], debian.deviceUUIDs[2][0])
        #expect(old == PhonyGuest.rootUUID && new != old)
        for path: GuestPath in ["/etc/fstab", "/boot/grub/grub.cfg"] {
            let text = String(decoding: debian.requestedTree[path]?.content ?? [], as: UTF8.self)
            #expect(text.contains("UUID=\(new)") && !text.contains(old), "\(path): \(text)")
        }
        let fedora = try await PhonyRun.of(.fedora)
        #expect(fedora.deviceUUIDs[1] == fedora.deviceUUIDs[2])
        #expect(fedora.warnings.contains { $0.contains("fs-uuids") && $0.contains("dracut") }, "\(fedora.warnings)")
    }
}
