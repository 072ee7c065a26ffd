package import Foundation
package import SystemPackage

/// A libvirtd that stands for one on another machine: reached by 127.0.0.1 only, with a root directory and, where the tests run
/// as root, a user and mounts of its own, in which what it must not see is not there.
package final class RemoteLibvirtd: @unchecked Sendable {
    // Unchecked: one test owns it and calls it in order.

    /// What it needs and is not here; nil where all is there.
    package static var lack: String? {
        let needed = [
            "libvirtd": "libvirt-daemon", "virt-ssh-helper": "libvirt-daemon", "virsh": "libvirt-clients",
            "certtool": "gnutls-bin", "sshd": "openssh-server", "ssh": "openssh-client", "ssh-keygen": "openssh-client",
            "unshare": "util-linux", "setpriv": "util-linux",
        ]
        let missing = needed.keys.sorted().filter { program in
            !["/usr/sbin", "/usr/bin", "/sbin", "/bin"].contains { access("\($0)/\(program)", X_OK) == 0 }
        }
        let packages = Set(missing.compactMap { needed[$0] }).sorted().joined(separator: " ")
        return missing.isEmpty ? nil : "\(missing.joined(separator: ", ")) missing: apt-get install \(packages)"
    }

    // nobody, who is there on every Debian machine.
    private static let user: uid_t = 65534

    /// Its directory: configuration, sockets, volumes.
    package let root: FilePath
    /// The port on 127.0.0.1 at which it is reached: its own, or that of sshd.
    package let port: UInt16
    // Its own, which tells that it has come up.
    private let daemonPort: UInt16
    private let transport: RemoteTransport
    private let hidden: [FilePath]
    private var process: Process?
    private var sshd: Process?

    /// The URI that reaches it, through another port if need be.
    package func uri(port: UInt16? = nil) -> String {
        let user = transport == .ssh ? "\(userName)@" : ""
        let address = "qemu+\(transport.rawValue)://\(user)127.0.0.1:\(port ?? self.port)/session"
        return switch transport {
        case .tcp: address
        case .tls: "\(address)?pkipath=\(root)/pki"
        case .ssh: "\(address)?command=\(root)/client/ssh"
        }
    }

    /// Starts one.
    ///
    /// - Parameters:
    ///   - transport: How it is to be reached.
    ///   - hidden: Directories of this machine that it must not see.
    package static func start(
        _ transport: RemoteTransport = .tcp,
        hiding hidden: [FilePath] = []
    ) async throws -> RemoteLibvirtd {
        if let lack { throw Trouble(description: lack) }
        StaleLocks.remove()
        let daemon = try RemoteLibvirtd(transport, hiding: hidden)
        do {
            try await daemon.prepare()
            try await daemon.launch()
            if transport == .ssh { try await daemon.launchSSHD() }
        } catch {
            await daemon.stop()
            throw error
        }
        return daemon
    }

    private init(_ transport: RemoteTransport, hiding hidden: [FilePath]) throws {
        self.transport = transport
        self.hidden = hidden
        // Short, because sockets lie below it (sun_path, unix(7)).
        var template = Array("/var/tmp/ibr-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Errno(rawValue: errno) }
        root = FilePath(platformString: template)
        daemonPort = try FreePort.find()
        port = transport == .ssh ? try FreePort.find() : daemonPort
        chmod(root.string, 0o755)
        var directories = [root]
        for name in ["run", "config", "config/libvirt", "data", "pool"] {
            let directory = root.appending(name)
            try FileManager.default.createDirectory(atPath: directory.string, withIntermediateDirectories: true)
            directories.append(directory)
        }
        chmod(root.appending("run").string, 0o700)
        if isOther { for directory in directories { chown(directory.string, Self.user, Self.user) } }
    }

    private func prepare() async throws {
        var settings = ["listen_addr = \"127.0.0.1\"", "auth_tcp = \"none\"", "auth_tls = \"none\""]
        settings.append("listen_tls = \(transport == .tls ? 1 : 0)")
        settings.append("listen_tcp = \(transport == .tls ? 0 : 1)")
        settings.append("\(transport == .tls ? "tls" : "tcp")_port = \"\(daemonPort)\"")
        switch transport {
        case .tcp:
            break
        case .tls:
            let pki = root.appending("pki")
            try await Certificates.make(in: pki)
            try await command("chmod", ["-R", "a+rX", pki.string])
            settings += [("key", "serverkey"), ("cert", "servercert"), ("ca", "cacert")].map { name, file in
                "\(name)_file = \"\(pki)/\(file).pem\""
            }
        case .ssh:
            try await prepareSSH()
        }
        try write(settings.joined(separator: "\n") + "\n", "libvirtd.conf")
        // The log daemon is one daemon more.
        try write("stdio_handler = \"file\"\n", "config/libvirt/qemu.conf")
    }

    private var isOther: Bool { geteuid() == 0 }

    private var drop: [String] { ["--reuid=\(Self.user)", "--regid=\(Self.user)", "--clear-groups"] }

    private var environment: [String] {
        [
            "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=\(root)", "XDG_RUNTIME_DIR=\(root)/run",
            "XDG_CONFIG_HOME=\(root)/config", "XDG_CACHE_HOME=\(Self.cache)", "XDG_DATA_HOME=\(root)/data",
        ]
    }

    // What libvirt finds out of QEMU takes it ten seconds; the daemons of one run share it.
    private static let cache: FilePath = {
        let path = FilePath("/var/tmp/ibr-cache-\(getpid())")
        mkdir(path.string, 0o755)
        if geteuid() == 0 { chown(path.string, user, user) }
        atexit { try? FileManager.default.removeItem(atPath: "/var/tmp/ibr-cache-\(getpid())") }
        return path
    }()

    private func write(_ text: String, _ name: String) throws {
        try text.write(toFile: root.appending(name).string, atomically: true, encoding: .utf8)
    }

    /// Starts the daemon, for the first time or again, over the state that the last one left.
    package func launch() async throws {
        process = try await start(
            ["libvirtd", "--listen", "-f", "\(root)/libvirtd.conf", "-p", "\(root)/libvirtd.pid"],
            until: daemonPort
        )
    }

    /// Starts a program as the other user and among the other mounts, and waits until it listens.
    private func start(_ program: [String], until port: UInt16) async throws -> Process {
        var command = program
        if isOther {
            // The user has no home and no shell; among these mounts it has both, as sshd wants it.
            let passwd = root.appending("passwd")
            let script =
                hidden.map { "mount -t tmpfs -o size=1m,mode=0755 tmpfs '\($0)' || exit 1\n" }.joined()
                + (transport == .ssh ? "mount --bind '\(passwd)' /etc/passwd || exit 1\n" : "")
                + "exec \"$@\""
            command =
                ["unshare", "--mount", "--propagation", "private", "sh", "-c", script, "sh", "setpriv"] + drop + program
        }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["-i"] + environment + command
        process.currentDirectoryURL = URL(filePath: root.string)
        let log = root.appending("log")
        if !FileManager.default.fileExists(atPath: log.string) {
            _ = FileManager.default.createFile(atPath: log.string, contents: nil)
        }
        let output = try FileHandle(forWritingTo: URL(filePath: log.string))
        output.seekToEndOfFile()
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let end = ContinuousClock.now + .seconds(60)
        while !FreePort.answers(port) {
            guard process.isRunning, ContinuousClock.now < end else {
                let text = (try? String(contentsOfFile: log.string, encoding: .utf8)) ?? ""
                if process.isRunning { Glibc.kill(process.processIdentifier, SIGKILL) }
                throw Trouble(description: "\(program[0]) does not come up:\n\(text.suffix(2000))")
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        return process
    }

    // MARK: ssh

    private var userName: String {
        isOther ? "ada" : getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) } ?? "nobody"
    }

    /// Makes keys for host and user, and what sshd and ssh are told.
    ///
    /// The host is known by a name of its own, whatever port it is reached by.
    private func prepareSSH() async throws {
        let (server, client) = (root.appending("server"), root.appending("client"))
        for directory in [server, client] {
            try FileManager.default.createDirectory(atPath: directory.string, withIntermediateDirectories: true)
        }
        for key in ["server/host_key", "client/key", "client/other_key"] {
            try await command("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", "\(root)/\(key)"])
        }
        try FileManager.default.copyItem(atPath: "\(client)/key.pub", toPath: "\(server)/authorized_keys")
        // What libvirt's helper needs to find this daemon; the directory is below /var/tmp, which anybody may write to.
        try write(
            """
            ListenAddress 127.0.0.1
            Port \(port)
            HostKey \(server)/host_key
            AuthorizedKeysFile \(server)/authorized_keys
            AuthenticationMethods publickey
            AllowUsers \(userName)
            UsePAM no
            StrictModes no
            PidFile none
            SetEnv \(environment.filter { $0.hasPrefix("XDG_") }.joined(separator: " "))

            """,
            "server/config"
        )
        try write(
            """
            BatchMode yes
            HostKeyAlias imagebake-tests
            StrictHostKeyChecking yes
            GlobalKnownHostsFile /dev/null
            UserKnownHostsFile \(client)/known_hosts
            IdentityFile \(client)/key
            IdentitiesOnly yes

            """,
            "client/config"
        )
        try knowHost(by: "server/host_key.pub")
        try write("#!/bin/sh\nexec ssh -F '\(client)/config' \"$@\"\n", "client/ssh")
        chmod(client.appending("ssh").string, 0o755)
        guard isOther else { return }
        // A name of its own: systemd's name service says of nobody that the account is locked, which sshd heeds. The first line counts.
        let users = try String(contentsOfFile: "/etc/passwd", encoding: .utf8).split(separator: "\n")
        let line = "\(userName):x:\(Self.user):\(Self.user)::\(root):/bin/sh"
        try write(([line] + users.map(String.init)).joined(separator: "\n") + "\n", "passwd")
        for name in ["", "/host_key", "/authorized_keys", "/config"] {
            chown(server.string + name, Self.user, Self.user)
        }
    }

    /// Has the client expect another key than the host has.
    package func expectOtherHostKey() throws { try knowHost(by: "client/other_key.pub") }

    private func knowHost(by key: String) throws {
        let text = try String(contentsOfFile: root.appending(key).string, encoding: .utf8)
        try write("imagebake-tests \(text)", "client/known_hosts")
    }

    private func launchSSHD() async throws {
        sshd = try await start(["/usr/sbin/sshd", "-D", "-e", "-f", "\(root)/server/config"], until: port)
    }

    /// Whether something of this machine is there for it; nil where it has no mounts of its own.
    package func sees(_ path: FilePath) -> Bool? {
        guard isOther, let process else { return nil }
        return access("/proc/\(process.processIdentifier)/root\(path)", F_OK) == 0
    }

    /// Makes a storage pool of a name over an empty directory, through virsh, as its owner would.
    package func makePool(_ name: String) async throws {
        let directory = root.appending("pool/\(name)").string
        let virsh = ["-q", "-c", uri()]
        try await command("virsh", virsh + ["pool-define-as", name, "dir", "--target", directory])
        try await command("virsh", virsh + ["pool-build", name])
        try await command("virsh", virsh + ["pool-start", name])
    }

    /// The names of the files in a pool of ``makePool(_:)``.
    package func files(inPool name: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: root.appending("pool/\(name)").string)) ?? []).sorted()
    }

    /// The pids of its guests.
    package var guests: [pid_t] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { name in
            guard let pid = pid_t(name), let data = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline"),
                case let text = String(decoding: data, as: UTF8.self),
                text.contains("qemu-system"), text.contains(root.string)
            else { return nil }
            return pid
        }
    }

    /// Kills the daemon without a chance to tell anybody; its guests live on.
    package func kill() {
        guard let process else { return }
        Self.end(process)
        self.process = nil
    }

    // Foundation learns of an end when a socket closes, which a process that was started later, such as sshd, may hold too; so it is the
    // kernel that is asked (proc(5), the state Z).
    private static func end(_ process: Process) {
        let pid = process.processIdentifier
        Glibc.kill(pid, SIGKILL)
        for _ in 0..<200 {
            let status = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? ""
            if status.isEmpty || status.contains("State:\tZ") { return }
            usleep(50_000)
        }
    }

    /// Ends the daemon and its guests, and removes its directory.
    package func stop() async {
        // Told to end, it waits for its clients; there is nothing here that it would have to save.
        kill()
        if let sshd { Self.end(sshd) }
        for pid in guests { Glibc.kill(pid, SIGKILL) }
        for _ in 0..<100 where !guests.isEmpty { try? await Task.sleep(for: .milliseconds(50)) }
        try? FileManager.default.removeItem(atPath: root.string)
    }

    private struct Trouble: Error, CustomStringConvertible {
        let description: String
    }
}

/// Runs a test with a libvirtd of its own.
package func withRemoteLibvirtd<Value>(
    _ transport: RemoteTransport = .tcp,
    hiding hidden: [FilePath] = [],
    _ body: (RemoteLibvirtd) async throws -> Value
) async throws -> Value {
    let daemon = try await RemoteLibvirtd.start(transport, hiding: hidden)
    do {
        let value = try await body(daemon)
        await daemon.stop()
        return value
    } catch {
        await daemon.stop()
        throw error
    }
}
