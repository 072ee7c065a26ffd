import CGuestfs
import Glibc

/// The SELinux labels of a guest whose policy is on.
///
/// The appliance's kernel has no SELinux, so what is made there has no label, and a guest that enforces its policy would deny it.
final class SELinuxLabels {
    /// The policy's list of labels.
    let list: GuestPath
    /// Whether every file has had its label since the last change.
    var isCurrent = false

    private let original: [UInt8]?

    /// nil for a guest without SELinux, or with it switched off.
    init?(_ guest: Guest) throws {
        guard let config = try guest.session.readSmallFile("/etc/selinux/config") else { return nil }
        var values: [String: String] = [:]
        for line in String(decoding: config, as: UTF8.self).split(separator: "\n") {
            let parts = line.split(separator: "=", maxSplits: 1).map { $0.filter { !$0.isWhitespace } }
            if parts.count == 2 { values[parts[0]] = parts[1] }
        }
        guard ["enforcing", "permissive"].contains(values["SELINUX"]?.lowercased()) else { return nil }
        let type = values["SELINUXTYPE"] ?? "targeted"
        guard type.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }) else {
            return nil
        }
        let path = GuestPath("/etc/selinux/\(type)/contexts/files/file_contexts")
        guard let status = try guest.session.status(path), status.kind == .regular else { return nil }
        list = path
        original = try guest.session.checksum(path)
    }

    /// Notes the time from which on changes count.
    func begin(_ shell: GuestShell) throws {
        try shell.prepare()
        try shell.appliance(script: "touch \(Self.marker)")
    }

    /// Lists what changed since then where programs find it; whether that could be found out.
    ///
    /// setfiles goes down into directories, so of these only new ones are listed: one that changed has its label, and what is new in it
    /// is listed itself.
    func findChanged(_ shell: GuestShell) throws -> Bool {
        let changed = "\(GuestShell.directory)/changed"
        let newline = UInt8(ascii: "\n")
        // When the marker and each directory that changed was made; a line break in a name stands as byte 1.
        let script = """
            find /sysroot ! -type d -cnewer \(Self.marker) -print0 | sed -z 's,^/sysroot,,' >\(changed); \
            { stat --printf '%Y began\\0' \(Self.marker); find /sysroot -type d -cnewer \(Self.marker) -print0 | \
            xargs -0 -r stat --printf '%W %n\\0'; } | tr '\\000\\n' '\\n\\001'
            """
        let lines = try shell.appliance(script: script).split(separator: newline)
        let made = lines.map { line in
            let parts = line.split(separator: UInt8(ascii: " "), maxSplits: 1, omittingEmptySubsequences: false)
            return (time: Int(String(decoding: parts[0], as: UTF8.self)) ?? 0, path: parts.count > 1 ? parts[1] : [])
        }
        // A file system that does not know when its directories were made.
        guard let began = made.first?.time, began > 0, made.allSatisfy({ $0.time > 0 }) else { return false }
        let root = Array("/sysroot".utf8)
        let new = made.dropFirst().filter { $0.time >= began && $0.path.starts(with: root) }
        let list = new.flatMap { $0.path.dropFirst(root.count).map { $0 == 1 ? newline : $0 } + [0] }
        try shell.upload(Array(list), to: "/tmp/imagebake-new")
        try shell.appliance(script: "cat /tmp/imagebake-new >>\(changed)")
        return true
    }

    /// Whether the policy itself was changed, so that files may need a new label that nobody touched.
    func isPolicyNew(_ guest: Guest) throws -> Bool {
        try guest.session.checksum(list) != original
    }

    static let marker = "/tmp/imagebake-began"
}

extension GuestfsSession {
    /// The SHA-256 of a regular file, in hexadecimal, computed in the appliance; nil where there is none.
    func checksum(_ path: GuestPath) throws -> [UInt8]? {
        guard try status(path)?.kind == .regular else { return nil }
        let text = try path.withCString { try check(guestfs_checksum(handle, "sha256", $0), "checksum", path: path) }
        return takeBytes(text, count: strlen(text))
    }

    /// Whether the appliance can label files.
    func canRelabel() throws -> Bool {
        try withCStringArray([Array("selinuxrelabel".utf8)]) {
            try check(guestfs_feature_available(handle, $0), "feature_available") == 1
        }
    }

    /// Gives all files their labels by the appliance's own setfiles.
    func relabelAll(by list: GuestPath) throws {
        _ = try list.withCString { list in
            var arguments = guestfs_selinux_relabel_argv()
            arguments.bitmask = imagebake_selinux_relabel_force
            arguments.force = 1
            return try check(guestfs_selinux_relabel_argv(handle, list, "/", &arguments), "selinux_relabel")
        }
    }
}

extension Customizer {
    /// Gives the files that changed, or all, their labels; where nothing can, the guest does it at its first boot.
    func relabel(all: Bool, _ labels: SELinuxLabels?) throws {
        guard let labels else {
            changes.append("SELinux is off in the guest, or has no policy")
            return
        }
        if try has("setfiles"), canRunPrograms {
            let list = labels.list.description
            if try all || labels.isPolicyNew(guest) || !labels.findChanged(shell) {
                // What a program sees there while it runs is not the guest's.
                let others = ["/dev", "/proc", "/sys", "/run"].flatMap { ["-e", $0] }
                try run(["setfiles", "-F"] + others + [list, "/"])
                changes.append("labelled all files")
            } else {
                try run(["setfiles", "-F", "-0", "-f", "\(GuestShell.directory)/changed", list])
                changes.append("labelled the files that changed")
            }
        } else if try session.canRelabel() {
            try session.relabelAll(by: labels.list)
            changes.append("labelled all files")
        } else {
            try write([], to: "/.autorelabel", Customization.Access(mode: 0o644))
            guest.warn("nothing here can label the guest's files, so it does that at its first boot (/.autorelabel)")
        }
        labels.isCurrent = true
    }
}
