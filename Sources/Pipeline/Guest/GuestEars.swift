import Diagnosis
import Libvirt
import Recipes
import Synchronization
import SystemPackage

/// Listens to all that a guest says: its console, Anaconda's log and the outcome's port.
///
/// Each goes to a file of its own, and through one reader that knows what failures look like.
final class GuestEars: Sendable {
    /// The console.
    let console: GuestLog
    /// What Anaconda writes to its port; nil where the installer is another one.
    let anaconda: GuestLog?
    private let outcome: GuestLog
    private let speech: Speech
    private let progress = InstallProgress()
    private let reader: SharedReader

    /// Makes the files.
    ///
    /// - Parameters:
    ///   - bake: Whose guest it is.
    ///   - kickstart: The kickstart without secrets, in which the line is looked for that a failure is about.
    ///   - nonce: The word with which the kickstart tells how it went.
    ///   - onBytes: Takes what the console prints.
    ///   - channel: Where lines and phases are told.
    ///   - events: Where it is told what happened.
    init(
        _ bake: BakeContext,
        kickstart: String,
        nonce: String,
        onBytes: @escaping @Sendable ([UInt8]) -> Void,
        channel: StageChannel,
        events: AsyncStream<GuestEvent>.Continuation
    ) throws(Failure) {
        let progress = progress
        let reader = SharedReader(kickstart: kickstart)
        let noticed = NoticedFlood()
        let speech = Speech()
        @Sendable func hear(_ line: GuestLog.Line, _ source: LogSource) {
            if let report = InstallReport(line.text, nonce: nonce) { events.yield(.report(report)) }
            if let found = reader.read(line, source) {
                events.yield(.diagnosis(found))
            }
            speech.hear(line.text)
            guard line.isKept else {
                if noticed.isFirst {
                    channel.warning("the guest prints without end; the middle of its log is left out")
                }
                return
            }
            if source == .console { channel.emit(.output(line.text)) }
            guard let step = progress.take(line.text, from: source) else { return }
            switch step {
            case .activity(let text): channel.activity(text)
            case .packages(let done, let total):
                channel.emit(.progress(completed: done, total: total, unit: "packages"))
            }
        }
        let masker = bake.secrets.masker
        console = try GuestLog(bake.consoleLog, masker: masker, onBytes: onBytes) { hear($0, .console) }
        anaconda =
            bake.recipe.os.family == .debian
            ? nil
            : try GuestLog(bake.directory.appending("anaconda.log"), masker: masker) { hear($0, .anaconda) }
        outcome = try GuestLog(bake.work.appending("outcome.log"), masker: masker, head: 1 << 16, tail: 1 << 10) {
            if let report = InstallReport($0.text, nonce: nonce) { events.yield(.report(report)) }
        }
        self.reader = reader
        self.speech = speech
    }

    /// The cause, as far as it is known now.
    var best: Diagnosis? {
        reader.state.withLock { reader in
            // What waited for its detail on the next line has to do without.
            reader.finish()
            return reader.best
        }
    }

    /// The phase that the installer was last heard to be in; nil where it has named none.
    var phase: String? { progress.phase }

    /// Whether anything but the firmware and the kernel has printed a line.
    var hasInstallerSpoken: Bool { speech.isInstallers }

    /// Everything that was recognised.
    var diagnoses: [Diagnosis] { reader.state.withLock { $0.diagnoses } }

    /// The bytes that came from all ports.
    var received: Int64 { console.received + (anaconda?.received ?? 0) + outcome.received }

    /// Reads a port until the guest stops.
    func listen(to port: Port, _ bytes: AsyncStream<[UInt8]>) async throws(Failure) {
        let log: GuestLog?
        switch port {
        case .console: log = console
        case .anaconda: log = anaconda
        case .outcome: log = outcome
        }
        guard let log else { return }
        for await piece in bytes { try log.record(piece) }
        try log.finish()
    }

    /// Whether the guest waits for a person, by what it printed last.
    func question() -> Diagnosis? {
        let rest = console.rest
        return reader.state.withLock { reader in
            reader.prompt(rest.text, number: rest.number, silence: rest.silence, from: .console)
        }
    }
}

extension GuestEars {
    /// Where a guest speaks.
    enum Port: CaseIterable, Sendable {
        case console, anaconda, outcome
    }

    /// One reader for all ports.
    private final class SharedReader: Sendable {
        let state: Mutex<LogReader>

        init(kickstart: String) {
            state = Mutex(LogReader(kickstart: kickstart))
        }

        func read(_ line: GuestLog.Line, _ source: LogSource) -> Diagnosis? {
            state.withLock { $0.read(line.text, number: line.number, from: source) }
        }
    }

    /// Whose lines have come so far.
    private final class Speech: Sendable {
        private let isHeard = Mutex(false)

        var isInstallers: Bool { isHeard.withLock(\.self) }

        /// Takes a line: the kernel's begin with a time (`CONFIG_PRINTK_TIME`), those of OVMF with its module's name.
        func hear(_ line: String) {
            let isEarly =
                line.isEmpty || line.hasPrefix("BdsDxe: ") || line.prefixMatch(of: #/\[ *\d+\.\d{6}\] /#) != nil
            if !isEarly { isHeard.withLock { $0 = true } }
        }
    }

    /// Whether it was said that a log is too long.
    private final class NoticedFlood: Sendable {
        private let isNoticed = Mutex(false)

        var isFirst: Bool {
            isNoticed.withLock { isNoticed in
                defer { isNoticed = true }
                return !isNoticed
            }
        }
    }
}
