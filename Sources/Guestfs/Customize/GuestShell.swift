import CGuestfs
import Glibc
import SystemPackage

/// Runs programs of the guest, in the appliance, shut off from everything else.
///
/// libguestfs' own `command` leaves behind what a program starts, gives it the appliance's network or none for the whole session, and
/// knows no time limit. So this goes through a script in the appliance, as virt-customize does to kill leftovers (`debug sh`): each
/// program gets mount, process, IPC and network name spaces of its own. What it starts dies with it, what it mounts is gone after
/// it, and without `network` it has a loopback device and nothing else. `/run` is in memory. A name of the guest is looked up inside
/// the guest's root only.
final class GuestShell {
    /// How a program ended.
    struct Outcome {
        /// Its exit status; 128 and more for a signal.
        let status: Int
        /// Whether its time was over.
        let isLate: Bool
        /// What it printed: the first MiB and the last 256 KiB.
        let output: [UInt8]
    }

    /// A file that programs find in `directory` while they run: in memory, never on the guest's disk.
    struct File {
        let name: String
        let contents: [UInt8]
    }

    /// Where files for programs are put.
    static let directory = "/dev/imagebake"

    private let session: GuestfsSession
    private let holdsServices: Bool
    private var runner: (outer: String, inner: String)?

    /// - Parameter holdsServices: Whether Debian's maintainer scripts are told to start no service.
    init(_ session: GuestfsSession, holdsServices: Bool) {
        (self.session, self.holdsServices) = (session, holdsServices)
    }

    /// Runs a program with these words, each exactly as it is.
    func run(
        _ words: [String],
        environment: [(name: String, value: String)] = [],
        files: [File] = [],
        network: Bool,
        limit: Duration
    ) throws -> Outcome {
        let (outer, inner) = try prepared()
        for file in files {
            try upload(file.contents, to: "\(Self.directory)/\(file.name)")
        }
        let seconds = max(1, Int(limit.components.seconds))
        let began = ContinuousClock.now
        var output = try appliance(
            ["sh", outer, inner, String(seconds), network ? "yes" : "no", holdsServices ? "yes" : "no"]
                + environment.map { "\($0.name)=\($0.value)" } + ["chroot", "/sysroot"] + words
        )
        // The script's own word is the last line.
        if output.last == UInt8(ascii: "\n") { output.removeLast() }
        let start = output.lastIndex(of: UInt8(ascii: "\n")) ?? -1
        let last = String(decoding: output[(start + 1)...], as: UTF8.self)
        output.removeSubrange(max(0, start)...)
        if last.hasPrefix("refused: ") {
            throw GuestfsError(.operation, "run", String(last.dropFirst("refused: ".count)))
        }
        guard let status = Int(last) else { throw GuestfsError(.operation, "run", "the appliance gave no status") }
        let isLate = status == 137 && ContinuousClock.now - began >= .seconds(seconds)
        return Outcome(status: status, isLate: isLate, output: output)
    }

    /// Runs a command of the appliance itself; what it printed.
    @discardableResult
    func appliance(_ words: [String]) throws -> [UInt8] {
        try appliance(script: words.map(Self.quoted).joined(separator: " "))
    }

    /// Runs a script of ours in the appliance; what it printed.
    @discardableResult
    func appliance(script: String) throws -> [UInt8] {
        try session.checkCancellation()
        // Its output must not be empty, or libguestfs could give NULL for it.
        let text = try withCStringArray([Array("\(script) && echo".utf8)]) {
            try session.check(guestfs_debug(session.handle, "sh", $0), "debug")
        }
        var bytes = takeBytes(text, count: strlen(text))
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        return bytes
    }

    /// Puts a file into the appliance.
    func upload(_ contents: [UInt8], to path: String) throws {
        let file = session.lease.directory.appending("upload")
        defer { unlink(file.string) }
        try HostFiles.writeOwn(contents, to: file)
        try session.check(guestfs_debug_upload(session.handle, file.string, path, 0o600), "debug_upload")
    }

    /// Makes the place for files for programs.
    func prepare() throws {
        _ = try prepared()
    }

    private func prepared() throws -> (outer: String, inner: String) {
        if let runner { return runner }
        try appliance(["mkdir", "-p", "-m", "755", Self.directory])
        let made = (outer: "/tmp/imagebake-outer", inner: "/tmp/imagebake-inner")
        try upload(Array(Self.outer.utf8), to: made.outer)
        try upload(Array(Self.inner.utf8), to: made.inner)
        runner = made
        return made
    }

    /// A text as one word of the appliance's shell.
    static func quoted(_ text: String) -> String {
        "'"
            + text.utf8.split(separator: UInt8(ascii: "'"), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }.joined(separator: "'\\''") + "'"
    }
}
