import Diagnosis
import Foundation
import Libvirt
import Recipes
import SystemPackage

/// The guest in which the installer runs: started, listened to, and ended.
struct InstallGuest: Sendable {
    let definition: DomainDefinition
    let connection: Connection
    /// What is installed by, without secrets.
    let kickstart: String
    /// The word with which the kickstart tells how it went.
    let nonce: String
    let bake: BakeContext
    let channel: StageChannel
    /// Called when QEMU has read kernel and initrd.
    let onStart: @Sendable () async -> Void
    /// Called before the guest starts a second time.
    let onRestart: @Sendable () async throws -> Void

    /// Runs the guest until the install has come to its end.
    ///
    /// Where QEMU itself comes to an end while only the kernel has spoken, nothing is installed yet, and the guest is started once more:
    /// emulation of more than one processor crashes now and then in QEMU 7.2 while the kernel looks for devices.
    ///
    /// - Returns: The seconds from its first instruction to its end.
    /// - Throws: ``Failure`` with ``ExitStatus/installFailed`` where the kickstart's last script did not say that it ran.
    func runToEnd() async throws -> Double {
        switch try await run(mayCrash: true) {
        case .installed(let seconds): return seconds
        case .crashed: break
        }
        channel.warning("QEMU came to an end while the guest's kernel started; the guest is started once more")
        try await onRestart()
        guard case .installed(let seconds) = try await run(mayCrash: false) else {
            throw failure("QEMU came to an end", next: "see QEMU's log in the evidence")
        }
        return seconds
    }

    /// How a run of the guest ended that was no failure.
    private enum End {
        case installed(seconds: Double)
        /// QEMU came to an end before anything was installed.
        case crashed
    }

    private func run(mayCrash: Bool) async throws -> End {
        try GuestAccess.require(bake.work, for: bake.hypervisor)
        try DiskSpace.require(DiskSpace.leastForInstall, in: bake.work)
        let domain: Domain
        do {
            domain = try await connection.start(definition)
        } catch {
            throw Self.cannotStart(error, bake)
        }
        bake.traces.domain = domain
        bake.cleanup.push("stop the guest \(definition.name)") { try await bake.end(domain, uuid: definition.uuid) }
        await onStart()
        let (events, continuation) = AsyncStream.makeStream(of: GuestEvent.self)
        let stops = try domain.stops()
        let console = try await domain.openConsole()
        let visitors = try ConsoleServer(bake) { bytes in try await console.send(bytes) }
        bake.cleanup.push("close the console's socket") { visitors.close() }
        let ears = try GuestEars(
            bake,
            kickstart: kickstart,
            nonce: nonce,
            onBytes: { visitors.show($0) },
            channel: channel,
            events: continuation
        )
        var ports: [(GuestEars.Port, Console)] = [(.console, console)]
        for name in definition.channels.map(\.name) {
            ports.append((name == InstallReport.port ? .outcome : .anaconda, try await domain.openChannel(name)))
        }
        // The ports end by themselves, read to the last byte, when the guest is gone.
        let listening = ports.map { port, console in
            Task {
                do throws(Failure) {
                    try await ears.listen(to: port, console.output)
                } catch {
                    // A log that cannot be written any more ends the install; its bytes would be lost.
                    continuation.yield(.fault(error))
                }
            }
        }
        channel.activity("the installer's kernel starts")
        let begin = ContinuousClock.now
        try await domain.resume()
        let course = try await follow(domain, ears, stops, events, continuation)
        let duration = ContinuousClock.now - begin
        let isWell = course.isDone && course.hasStopped
        let isEarlyCrash = mayCrash && course.hasCrashed && !ears.hasInstallerSpoken
        if isWell || isEarlyCrash {
            bake.traces.domain = nil
        } else if definition.graphics != nil {
            await bake.traces.takeScreenshot()
        }
        if isWell || isEarlyCrash || bake.options.onError == .cleanup {
            // A guest that has stopped by itself is gone, and this is no error.
            do throws(LibvirtError) {
                try await domain.destroy()
            } catch {
                // What failed is told; the end of the bake looks for the guest once more.
                guard !isWell, error.code == .connectionLost else { throw error }
            }
            for task in listening { await task.value }
        }
        visitors.close()
        if isEarlyCrash { return .crashed }
        if !isWell { throw failure(of: course, ears) }
        return .installed(seconds: duration.seconds)
    }

    /// Waits for the end, with all that can bring it.
    private func follow(
        _ domain: Domain,
        _ ears: GuestEars,
        _ stops: AsyncStream<DomainStop>,
        _ events: AsyncStream<GuestEvent>,
        _ continuation: AsyncStream<GuestEvent>.Continuation
    ) async throws -> InstallCourse {
        let limit = bake.recipe.install.watchdog ?? (definition.accelerator == .kvm ? .seconds(300) : .seconds(900))
        return try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask {
                for await stop in stops { continuation.yield(.stopped(stop)) }
            }
            let losses = connection.losses()
            group.addTask {
                for await loss in losses {
                    // ssh, which libvirt starts, belongs to the terminal's process group: a Ctrl-C may end it before it has reached us.
                    try? await Task.sleep(for: .seconds(1))
                    continuation.yield(
                        .fault(.connectionLost(loss, while: "the installer ran", console: bake.consoleLog))
                    )
                }
            }
            let deadline = bake.recipe.install.deadline
            group.addTask {
                try? await Task.sleep(for: deadline)
                continuation.yield(.deadline)
            }
            group.addTask { await watch(domain, ears, limit, continuation) }
            var course = InstallCourse()
            for await event in events {
                switch course.take(event) {
                case .goOn: continue
                case .wait(let duration):
                    group.addTask {
                        try? await Task.sleep(for: duration)
                        continuation.yield(.graceOver)
                    }
                case .awaitPowerOff:
                    // A kernel that locks up on its way down is busy and may print for ever: the watchdog never sees it silent.
                    group.addTask {
                        try? await Task.sleep(for: limit)
                        continuation.yield(.lingering(limit))
                    }
                case .end:
                    try Task.checkCancellation()
                    return course
                }
            }
            throw CancellationError()
        }
    }

    /// Looks every few seconds whether the guest still does something, or waits for somebody.
    private func watch(
        _ domain: Domain,
        _ ears: GuestEars,
        _ limit: Duration,
        _ continuation: AsyncStream<GuestEvent>.Continuation
    ) async {
        var watchdog = Watchdog(limit: limit)
        let clock = ContinuousClock()
        let begin = clock.now
        let interval = min(.seconds(5), limit / 4)
        var nextSample = begin
        while !Task.isCancelled {
            if let question = ears.question() { continuation.yield(.diagnosis(question)) }
            if clock.now >= nextSample {
                nextSample = clock.now + interval
                // What cannot be asked for is not known to be silent; that the guest has gone is told elsewhere.
                if let activity = try? await domain.activity(),
                    let silence = watchdog.take(
                        .init(output: ears.received, activity: activity),
                        at: clock.now - begin
                    )
                {
                    continuation.yield(.silent(silence))
                    return
                }
            }
            try? await Task.sleep(for: .seconds(1))
        }
    }

    // MARK: - What went wrong

    private func failure(of course: InstallCourse, _ ears: GuestEars) -> Failure {
        let last = ears.console.lastLine
        var lastWords = last.isEmpty ? "it never printed a line" : "its last line was '\(last.prefix(120))'"
        // A script prints lines of its own, which do not say whose they are.
        if let phase = ears.phase, !last.contains(phase) { lastWords = "it was at '\(phase)', and \(lastWords)" }
        // Whatever ended it, what the guest said of the cause comes first.
        if let best = ears.best, !course.isDone { return failure(of: best) }
        switch course.end {
        case .diagnosis(let diagnosis):
            return failure(of: diagnosis)
        case .stopped(.diskError):
            return DiskSpace.writeFailure(bake.work, on: bake.hypervisor)
        case .stopped(.shutDown):
            return failure("the guest shut itself off before the kickstart's last script had run; \(lastWords)")
        case .stopped(.crashed), .stopped(.failed):
            return failure("QEMU came to an end; \(lastWords)", next: "see QEMU's log in the evidence")
        case .stopped(let stop):
            return failure("the guest was ended from outside (\(stop)); \(lastWords)")
        case .report:
            return failure("the installer gave up; \(lastWords)")
        case .fault(let failure):
            return failure
        case .silent(let silence):
            let time = silence.duration.formatted(.units(allowed: [.hours, .minutes, .seconds], width: .wide))
            let what =
                silence.isBusy
                ? "its processors were busy, but it printed nothing and asked nothing of its disk"
                : "it printed nothing, asked nothing of its disk and moved nothing over the network"
            return failure(
                "the guest did nothing for \(time): \(what); \(lastWords)",
                next: "read the console's end; where the guest may be silent for so long, set 'install.watchdog' in "
                    + "\(bake.recipe.file)"
            )
        case .lingering(let limit):
            let time = limit.formatted(.units(allowed: [.hours, .minutes, .seconds], width: .wide))
            return failure(
                "the kickstart was carried out, but the guest did not switch itself off within \(time); \(lastWords)",
                next: "run the same command again; where the guest may need so long, set 'install.watchdog' in "
                    + "\(bake.recipe.file)"
            )
        case .deadline where course.isDone:
            return failure("the kickstart was carried out, but the guest did not switch itself off; \(lastWords)")
        case .deadline:
            let deadline = bake.recipe.install.deadline.formatted(.units(width: .wide))
            return failure(
                "the guest had not finished at the deadline of \(deadline); \(lastWords)",
                next: "read the console's end; a slow machine needs a later 'install.deadline' in \(bake.recipe.file)"
            )
        case .graceOver, nil:
            return failure("the guest was ended; \(lastWords)")
        }
    }

    private func failure(of diagnosis: Diagnosis) -> Failure {
        bake.traces.diagnosis = diagnosis
        let log = diagnosis.source == .console ? bake.consoleLog : bake.directory.appending("anaconda.log")
        return failure(diagnosis.sentence, at: "\(log):\(diagnosis.line)", next: diagnosis.next)
    }

    private func failure(_ reason: String, at place: String? = nil, next: String? = nil) -> Failure {
        Failure(
            .installFailed,
            "install failed: \(reason)",
            [
                "console": place ?? bake.consoleLog.string,
                "next": next
                    ?? "correct \(bake.recipe.file) and run the same command; what is before the install is cached",
            ]
        )
    }

    private static func cannotStart(_ error: LibvirtError, _ bake: BakeContext) -> Failure {
        if error.code == .connectionLost { return .connectionLost(error, while: "the guest was started") }
        let lines = error.message.split(separator: "\n").map(String.init)
        return Failure(
            .unavailable,
            "the guest cannot be started on \(bake.hypervisor.uri)",
            [
                "cause": lines.first { $0.contains("error:") } ?? lines.first ?? error.message,
                "next": "'imagebake doctor' says what this machine lacks",
            ]
        )
    }
}
