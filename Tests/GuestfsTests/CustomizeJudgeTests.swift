import CGuestfs
import Foundation
import Glibc
import SystemPackage
import Testing

@testable import Guestfs

/// virt-customize as a judge: the same steps on two copies of one disk.
@Suite("Customising beside virt-customize", .serialized, .enabled(if: access("/usr/bin/virt-customize", X_OK) == 0))
struct CustomizeJudgeTests {
    private static let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDlJwzVNTqI3yoCV+8nHLqTlGLSVxFo6n5jIWQcuQ8hF ada"

    /// What stands at a path, its times left out.
    private struct Entry: Equatable, Sendable {
        let kind: FileStatus.Kind
        let permissions: Int
        let owner: [Int]
        let content: [UInt8]
    }

    @Test("the same steps make the same files, save for what virt-customize leaves in every image")
    func same() async throws {
        try await Lab.withDirectory { directory in
            let (ours, theirs) = (directory.appending("ours.raw"), directory.appending("theirs.raw"))
            try Lab.makeDisk(ours)
            let steps: [Customization.Action] = [
                .write(path: "/opt/text", contents: Array("text".utf8), access: .init()),
                .write(path: "/opt/upload", contents: Array("uploaded\n".utf8), access: .init(mode: 0o644)),
                .makeDirectory(path: "/opt/deep/er", access: .init()),
                .setAccess(path: "/opt/text", access: .init(mode: 0o640), isRecursive: false),
                .link(path: "/opt/link", target: "/opt/text"), .touch(path: "/opt/empty"),
                .edit(path: "/etc/group", edit: LineEdit(pattern: "^adm:", replacement: "admin:")),
                .delete(["/etc/precious"]), .truncate(path: "/etc/debian_version"),
                .command(words: ["/bin/sh", "-c", "id >/root/id"], network: false),
                .keys(user: "ada", keys: [Self.key]), .timezone("Europe/Vienna"),
            ]
            let left = try await withGuestfs([GuestDisk(ours, format: .raw, readOnly: false)], options: Lab.options) {
                session in
                try CustomizeTests.make(session)
                try session.unmountAll()
                try session.check(guestfs_sync(session.handle), "sync")
                try Lab.copySparsely(ours, to: theirs)
                let layout = GuestLayout(
                    os: GuestOS(
                        distro: "debian",
                        productName: "",
                        majorVersion: 12,
                        minorVersion: 0,
                        architecture: "x86_64",
                        packageFormat: "deb"
                    ),
                    root: "/dev/sda1",
                    filesystems: [.init(device: "/dev/sda1", mountpoint: "/")]
                )
                let guest = try Guest(session, readOnly: false, seal: Seal(), layout: layout)
                let actions = steps.map {
                    Customization(name: "step", subject: "", place: "", limit: .seconds(60), action: $0)
                }
                _ = try Customizer.run(actions, on: guest, events: { _ in })
                return try Self.entries(session)
            }
            let upload = directory.appending("upload")
            try HostFiles.write(Array("uploaded\n".utf8), to: upload)
            try Self.run(theirs, upload)
            let right = try await withGuestfs([GuestDisk(theirs, format: .raw)], options: Lab.options) { session in
                try session.mount("/dev/sda1", on: "/", readOnly: true)
                return try Self.entries(session)
            }
            let customized = Set(left.keys).union(right.keys).filter { left[$0] != right[$0] }.map(\.description)
                .sorted()
            // D1 and D2: the random seed that it writes, the machine-id that it fills; its log of the step.
            let known: Set = [
                "/etc/machine-id", "/var/lib/random-seed", "/var/lib/systemd", "/var/lib/systemd/random-seed",
                "/var/lib/urandom", "/var/lib/urandom/random-seed", "/tmp/builder.log", "/etc/timezone",
            ]
            #expect(customized.filter { !known.contains($0) } == [], "differences")
        }
    }

    private static func run(_ disk: FilePath, _ upload: FilePath) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/virt-customize")
        process.arguments = [
            "-q", "--format", "raw", "-a", disk.string, "--no-network", "--write", "/opt/text:text", "--upload",
            "\(upload):/opt/upload", "--mkdir", "/opt/deep/er", "--chmod", "0640:/opt/text", "--link",
            "/opt/text:/opt/link", "--touch", "/opt/empty", "--edit", "/etc/group:s/^adm:/admin:/", "--delete",
            "/etc/precious", "--truncate", "/etc/debian_version", "--run-command", "id >/root/id", "--ssh-inject",
            "ada:string:\(key)", "--timezone", "Europe/Vienna",
        ]
        process.environment = [
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LIBGUESTFS_BACKEND": "direct",
            "LIBGUESTFS_BACKEND_SETTINGS": "force_tcg", "TMPDIR": disk.removingLastComponent().string, "HOME": "/root",
        ]
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }

    private static func entries(_ session: GuestfsSession) throws -> [GuestPath: Entry] {
        var paths: [GuestPath] = []
        for top: GuestPath in ["/etc", "/opt", "/root", "/home", "/usr", "/bin", "/var/lib", "/run", "/tmp"] {
            try session.forEachPath(below: top) { paths.append(GuestPath(Array($0))) }
        }
        var entries: [GuestPath: Entry] = [:]
        for (directory, paths) in Dictionary(grouping: paths, by: \.parent) {
            for (path, status) in zip(paths, try session.status(in: directory, names: paths.map(\.name))) {
                guard let status else { continue }
                let isRead =
                    status.kind == .regular && status.size < 65536 && path.isBelow("/etc") || path.isBelow("/opt")
                entries[path] = Entry(
                    kind: status.kind,
                    permissions: status.permissions,
                    owner: [status.uid, status.gid],
                    content: isRead && status.kind == .regular ? try session.readSmallFile(path) ?? [] : []
                )
            }
        }
        return entries
    }
}
