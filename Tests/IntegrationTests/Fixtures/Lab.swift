import Foundation
import Subprocess
import Synchronization
import SystemPackage
import Testing

/// A home for one test and all that the test starts in it.
final class Lab: Sendable {
    /// A step that undoes something.
    typealias Step = @Sendable () async -> Void

    /// The lab's own directory: the home, files that the test writes, what commands print.
    let root: FilePath
    /// What `IMAGEBAKE_HOME` is set to.
    let home: FilePath
    private let steps = Mutex<[Step]>([])
    private let count = Mutex(0)

    /// Makes a lab.
    ///
    /// - Parameter home: A home that is there already, and stays.
    init(home: FilePath? = nil) throws {
        // Short, because sockets lie below it (sun_path, unix(7)), and not below a directory that only we may pass: QEMU, started by
        // root's libvirt, runs as another user.
        var template = Array("/var/tmp/iblab-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Errno(rawValue: errno) }
        root = FilePath(platformString: template)
        chmod(root.string, 0o755)
        self.home = home ?? root.appending("home")
    }

    /// Tells the lab what an earlier bake on this machine found out, such as that there is no KVM.
    ///
    /// Without it every guest of every test would pay for the probe again; the first bake pays for all.
    func learn() async throws {
        let known = DebianBake.home.appending("state")
        guard Disk.exists(known.appending("accelerator.json")) else { return }
        let state = home.appending("state")
        try Disk.make(state)
        for name in ["accelerator.json", "libvirt-cache"] where Disk.exists(known.appending(name)) {
            _ = try await tool("cp", "-a", known.appending(name).string, state.string)
        }
    }

    /// Has something undone when the test ends, before all that was asked for earlier.
    func defer_(_ step: @escaping Step) {
        steps.withLock { $0.append(step) }
    }

    /// Undoes everything: last in, first out.
    func close() async {
        while let step = steps.withLock({ $0.popLast() }) { await step() }
        // A test that failed in the middle may leave a guest; the path is the lab's own.
        for pid in Processes.naming(root.string).keys { kill(pid, SIGKILL) }
        Disk.remove(root)
    }

    /// Runs imagebake to its end.
    ///
    /// - Parameters:
    ///   - arguments: The command line.
    ///   - environment: Variables to set, or with nil to unset.
    ///   - directory: The working directory; the checkout unless given.
    ///   - confinement: What it is to lack.
    func run(
        _ arguments: [String],
        environment: [String: String?] = [:],
        directory: FilePath? = nil,
        confinement: Confinement? = nil
    ) async throws -> CommandResult {
        try await start(arguments, environment: environment, directory: directory, confinement: confinement).result()
    }

    /// Starts imagebake.
    func start(
        _ arguments: [String],
        environment: [String: String?] = [:],
        directory: FilePath? = nil,
        confinement: Confinement? = nil
    ) async throws -> RunningCommand {
        var command = [Checkout.binary.string] + arguments
        if let confinement { command = confinement.wrap(command, report: confinedFiles, of: home) }
        return try await start(program: command, environment: environment, directory: directory)
    }

    /// Starts any program; it is ended with the lab.
    func start(
        program command: [String],
        environment: [String: String?] = [:],
        directory: FilePath? = nil
    ) async throws -> RunningCommand {
        guard let program = command.first else { throw Trouble("no program") }
        // What the developer's shell has set must not decide how the tests go.
        let clean: [String: String?] = [
            "IMAGEBAKE_HOME": home.string, "IMAGEBAKE_DATA": nil, "LIBVIRT_DEFAULT_URI": nil, "TERM": "dumb",
        ]
        let number = count.withLock { count in
            count += 1
            return count
        }
        let running = try await RunningCommand.start(
            program.contains("/") ? .path(FilePath(program)) : .name(program),
            Array(command.dropFirst()),
            environment: clean.merging(environment) { $1 },
            directory: directory ?? Checkout.root,
            input: nil,
            output: root.appending("run-\(number)"),
            home: home
        )
        defer_ { await running.stop() }
        return running
    }

    /// Runs any program and returns what it printed.
    func tool(_ command: String..., sourceLocation: SourceLocation = #_sourceLocation) async throws -> String {
        try await start(program: command).result().required(sourceLocation: sourceLocation).line
    }

    /// Writes a file into the lab.
    func file(_ name: String, _ text: String) throws -> FilePath {
        let file = root.appending(name)
        try Disk.write(text, to: file)
        return file
    }

    /// The last bake's directory.
    var lastBake: FilePath {
        let bakes = home.appending("bakes")
        return bakes.appending(Disk.names(bakes).last ?? "none")
    }

    /// The console of the last bake, as far as it is written.
    var console: String { (try? Disk.text(lastBake.appending("console.log"))) ?? "" }

    /// The paths that a confined command left in its home.
    var confinedFiles: FilePath { root.appending("confined-files") }

    /// Whatever no finished or failed bake may leave: guests, disks, half-made files.
    var leftovers: [String] {
        let cache = home.appending("cache")
        var found = Disk.names(cache.appending("work")).map { "cache/work/\($0)" }
        found += Disk.names(cache.appending("stages")).filter { $0.hasPrefix(".") }.map { "cache/stages/\($0)" }
        // Drafts of trees begin with a dot; so does the memory of files' digests, which stays.
        found += Disk.names(cache.appending("trees"))
            .filter { ($0.hasPrefix(".") && $0 != ".digests") || $0.contains(".partial.") }
            .map { "cache/trees/\($0)" }
        found += Disk.names(home.appending("registry").appending("ingest")).map { "registry/ingest/\($0)" }
        found += Disk.names(home.appending("state").appending("libvirt")).map { "state/libvirt/\($0)" }
        // What libvirt has for ports of guests is named after the ports' paths.
        let ports = "LCK..\(home.string.replacing("/", with: "_"))"
        found += Disk.names("/var/lock").filter { $0.hasPrefix(ports) }.map { "/var/lock/\($0)" }
        found += Processes.naming(home.string).map { "process \($0.key): \($0.value)" }
        return found
    }

    /// The files in the registry: images and what is kept with them.
    var blobs: [String] { Disk.files(below: home.appending("registry").appending("blobs")) }

    /// The images among them, by the first bytes of a qcow2 file.
    var imageBlobs: [String] {
        blobs.filter { name in
            let file = home.appending("registry/blobs/\(name)")
            guard let handle = FileHandle(forReadingAtPath: file.string) else { return false }
            defer { try? handle.close() }
            return (try? handle.read(upToCount: 4)) == Data([0x51, 0x46, 0x49, 0xFB])
        }
    }

    /// Waits until something is so.
    ///
    /// - Throws: ``Trouble`` when it is not so for a long time: long enough for a machine that does other things too.
    func wait(for what: String, seconds: Int = 240, _ isSo: () -> Bool) async throws {
        let end = ContinuousClock.now + .seconds(seconds)
        while !isSo() {
            guard ContinuousClock.now < end else { throw Trouble("waited \(seconds) s in vain for \(what)") }
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}

/// Runs a test in a lab of its own.
func withLab<Value>(home: FilePath? = nil, _ body: (Lab) async throws -> Value) async throws -> Value {
    let lab = try Lab(home: home)
    do {
        let value = try await body(lab)
        await lab.close()
        return value
    } catch {
        await lab.close()
        throw error
    }
}
