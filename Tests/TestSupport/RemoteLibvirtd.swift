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
            "certtool": "gnutls-bin", "unshare": "util-linux", "setpriv": "util-linux",
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
    /// The port on 127.0.0.1.
    package let port: UInt16
    private let transport: RemoteTransport
    private let hidden: [FilePath]
    private var process: Process?

    /// The URI that reaches it, through another port if need be.
    package func uri(port: UInt16? = nil) -> String {
        let address = "qemu+\(transport.rawValue)://127.0.0.1:\(port ?? self.port)/session"
        return switch transport {
        case .tcp: address
        case .tls: "\(address)?pkipath=\(root)/pki"
        case .ssh: "\(address)?command=\(root)/ssh"
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
        let daemon = try RemoteLibvirtd(transport, hiding: hidden)
        do {
            try await daemon.prepare()
            try await daemon.launch()
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
        port = try FreePort.find()
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
        settings.append("\(transport == .tls ? "tls" : "tcp")_port = \"\(port)\"")
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
            // ssh's arguments end with the host and the command, whose words sshd gives to the user's shell as one line.
            let words = (isOther ? ["setpriv"] + drop : []) + ["env", "-i"] + environment
            try write(
                """
                #!/bin/sh
                while [ "$1" != -- ]; do shift; done
                shift 2
                exec \(words.joined(separator: " ")) sh -c "$*"

                """,
                "ssh"
            )
            chmod(root.appending("ssh").string, 0o755)
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
        var command = ["libvirtd", "--listen", "-f", "\(root)/libvirtd.conf", "-p", "\(root)/libvirtd.pid"]
        var script = "exec \"$@\""
        if isOther {
            command = ["setpriv"] + drop + command
            script =
                hidden.map { "mount -t tmpfs -o size=1m,mode=0755 tmpfs '\($0)' || exit 1\n" }.joined()
                + "exec \"$@\""
            command = ["unshare", "--mount", "--propagation", "private", "sh", "-c", script, "sh"] + command
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
        self.process = process
        let end = ContinuousClock.now + .seconds(60)
        while !FreePort.answers(port) {
            guard process.isRunning, ContinuousClock.now < end else {
                let text = (try? String(contentsOfFile: log.string, encoding: .utf8)) ?? ""
                throw Trouble(description: "libvirtd does not come up:\n\(text.suffix(2000))")
            }
            try await Task.sleep(for: .milliseconds(100))
        }
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
        Glibc.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        self.process = nil
    }

    /// Ends the daemon and its guests, and removes its directory.
    package func stop() async {
        // Told to end, it waits for its clients; there is nothing here that it would have to save.
        kill()
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
