import Glibc

/// Carries out steps of customising on a mounted guest, one after the other.
///
/// Files are written from outside, and never through a link: what stands among the parents of a path must be directories, save for
/// the links by which distributions merged `/bin`, `/sbin` and `/lib*` into `/usr` and `/var/run` into `/run`. Programs of the
/// guest run in its root through ``GuestShell``. A step that fails throws ``CustomizeError`` and ends the run.
final class Customizer {
    let guest: Guest
    let shell: GuestShell
    var session: GuestfsSession { guest.session }

    private let events: (SysprepEvent) -> Void
    /// What the commands of the current step printed.
    private var output: [UInt8] = []
    /// What the current step changed.
    var changes: [String] = []
    /// The step that runs.
    private(set) var step: Customization
    private var identity: Identity?

    /// A reason why a step cannot be done, with what to do about it.
    struct Refusal: Error {
        let reason: String
        var hint: String?

        init(_ reason: String, hint: String? = nil) {
            (self.reason, self.hint) = (reason, hint)
        }
    }

    private init(_ guest: Guest, first: Customization, events: @escaping (SysprepEvent) -> Void) {
        self.guest = guest
        self.events = events
        step = first
        shell = GuestShell(guest.session, holdsServices: guest.os.packageFormat == "deb")
    }

    /// Carries out all steps.
    ///
    /// Errors: ``CustomizeError``; `CancellationError`; ``GuestfsError`` where the appliance itself fails.
    static func run(
        _ steps: [Customization],
        on guest: Guest,
        events: (SysprepEvent) -> Void
    ) throws -> [CustomizedStep] {
        guard let first = steps.first else { return [] }
        return try withoutActuallyEscaping(events) { events in
            let customizer = Customizer(guest, first: first, events: events)
            return try customizer.run(steps)
        }
    }

    private func run(_ steps: [Customization]) throws -> [CustomizedStep] {
        let labels = try SELinuxLabels(guest)
        try labels?.begin(shell)
        var done: [CustomizedStep] = []
        for (index, step) in steps.enumerated() {
            self.step = step
            events(.customizing(number: index + 1, count: steps.count, name: step.name, subject: step.subject))
            done.append(try perform(step, number: index + 1, labels))
        }
        try identity?.restore(on: guest)
        // What was written from outside has no label yet, or its directory's.
        if let labels, !labels.isCurrent {
            let last = Customization(
                name: "relabel",
                subject: "what was changed",
                place: "",
                limit: Customization.standardLimit,
                action: .relabel(all: false)
            )
            step = last
            done.append(try perform(last, number: steps.count + 1, labels))
        }
        return done
    }

    private func perform(_ step: Customization, number: Int, _ labels: SELinuxLabels?) throws -> CustomizedStep {
        try session.checkCancellation()
        (changes, output) = ([], [])
        let clock = ContinuousClock()
        let start = clock.now
        func report() -> CustomizedStep {
            CustomizedStep(
                number: number,
                name: step.name,
                subject: step.subject,
                place: step.place,
                changes: changes,
                seconds: (clock.now - start) / .seconds(1)
            )
        }
        func log(_ end: String) -> [UInt8] {
            let head = ["\(step.name) \(step.subject) (\(step.place))"] + changes.map { "  \($0)" }
            let text = output + (output.last.map { $0 != UInt8(ascii: "\n") } ?? false ? [UInt8(ascii: "\n")] : [])
            return Array((head.joined(separator: "\n") + "\n").utf8) + text + Array("\(end)\n".utf8)
        }
        do {
            if step.action.runsPrograms { try prepareForPrograms() }
            if case .relabel(let all) = step.action {
                try relabel(all: all, labels)
            } else {
                labels?.isCurrent = false
                try perform(step.action)
            }
        } catch {
            let (reason, hint): (String, String?)
            switch error {
            case let refusal as Refusal: (reason, hint) = (refusal.reason, refusal.hint)
            case let error as GuestfsError: (reason, hint) = (error.message, error.hint)
            default: throw error
            }
            events(.customized(report(), log: log("failed: \(reason)")))
            throw CustomizeError(
                step: number,
                name: step.name,
                place: step.place,
                reason: reason,
                lastLines: Self.lastLines(of: output),
                hint: hint
            )
        }
        let done = report()
        events(.customized(done, log: log("done")))
        return done
    }

    private func perform(_ action: Customization.Action) throws {
        switch action {
        case .write(let path, let contents, let access): try write(contents, to: path, access)
        case .copy(let entries, let path, let access): try copy(entries, to: path, access)
        case .edit(let path, let edit): try self.edit(path, edit)
        case .delete(let patterns): try delete(patterns)
        case .makeDirectory(let path, let access): try makeDirectory(path, access)
        case .setAccess(let path, let access, let isRecursive): try setAccess(path, access, isRecursive)
        case .link(let path, let target): try link(path, to: Array(target.utf8))
        case .touch(let path): try touch(path)
        case .truncate(let path): try truncate(path)
        case .script(let contents, let interpreter, let network):
            try run(script: contents, interpreter, network: network)
        case .command(let words, let network): try run(words, network: network)
        case .install(let packages, let files, let network): try install(packages, files, network: network)
        case .remove(let packages): try remove(packages)
        case .update(let packages, let network): try update(packages, network: network)
        case .group(let name, let gid, let isSystem): try makeGroup(name, gid, isSystem)
        case .user(let user): try makeUser(user)
        case .password(let user, let hash): try setPassword(of: user, hash)
        case .keys(let user, let keys): try addKeys(keys, to: user)
        case .hostname(let name): try setHostname(name)
        case .timezone(let name): try setTimezone(name)
        case .services(let enabled, let disabled, let masked): try setServices(enabled, disabled, masked)
        case .firstBoot(let name, let contents, let interpreter): try addFirstBoot(name, contents, interpreter)
        case .relabel: break
        }
    }

    // MARK: programs

    /// The processor of this machine, which the appliance has too.
    private static let machine: String = {
        var host = utsname()
        uname(&host)
        return withUnsafeBytes(of: &host.machine) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }()

    /// Whether the guest's programs are for the appliance's processor.
    var canRunPrograms: Bool {
        let own = guest.os.architecture
        return own == Self.machine || own == "i386" && Self.machine == "x86_64"
    }

    /// Refuses a guest whose programs cannot run here; remembers what programs must not leave behind.
    private func prepareForPrograms() throws {
        guard canRunPrograms else {
            throw Refusal(
                "the guest's programs are for \(guest.os.architecture), and this machine is \(Self.machine)",
                hint: "steps that write files work for every architecture; run the others on a machine of the guest's"
            )
        }
        if identity == nil { identity = try Identity(of: guest) }
    }

    /// Runs a program of the guest with these words; its output goes to the log.
    func run(
        _ words: [String],
        environment: [(name: String, value: String)] = [],
        files: [GuestShell.File] = [],
        network: Bool = false
    ) throws {
        let outcome = try shell.run(
            words,
            environment: environment,
            files: files,
            network: network,
            limit: step.limit
        )
        output += outcome.output
        if outcome.isLate {
            throw Refusal(
                "not done within \(step.limit.components.seconds) seconds",
                hint: "give the step a longer 'limit' if it needs it"
            )
        }
        guard outcome.status == 0 else { throw Refusal(Self.inWords(status: outcome.status)) }
    }

    private func run(script: [UInt8], _ interpreter: String?, network: Bool) throws {
        let name = "script"
        let program = interpreter.map { [$0] } ?? ["/bin/sh", "-e"]
        try run(
            program + ["\(GuestShell.directory)/\(name)"],
            files: [GuestShell.File(name: name, contents: script)],
            network: network
        )
    }

    private static func inWords(status: Int) -> String {
        switch status {
        // chroot(1): 125 is its own failure, 126 and 127 are those of what it was to start.
        case 126: "ended with status 126: the program cannot be run"
        case 127: "ended with status 127: there is no such program in the guest"
        case 129...: "ended by signal \(status - 128)"
        default: "ended with status \(status)"
        }
    }

    /// The last lines that say something, printable and not long.
    static func lastLines(of output: [UInt8]) -> [String] {
        output.suffix(4096).split(separator: UInt8(ascii: "\n")).suffix(3).map { line in
            GuestPath.printable(line.prefix(200).filter { $0 != UInt8(ascii: "\r") })
        }
    }
}
