import Foundation
import Libvirt
import Recipes
import SystemPackage

/// The guest in which the installer runs: started, listened to, and ended.
struct InstallGuest: Sendable {
    let definition: DomainDefinition
    let connection: Connection
    let bake: BakeContext
    let channel: StageChannel
    /// Called when QEMU has read kernel and initrd.
    var onStart: @Sendable () async -> Void = {}

    private enum End: Sendable {
        case stopped(DomainStop)
        case panicked(String)
        case deadline
    }

    /// Runs the guest until it shuts itself off.
    ///
    /// - Returns: The seconds from its first instruction to its end.
    /// - Throws: ``Failure`` with ``ExitStatus/installFailed`` where it ends in any other way.
    func runToEnd() async throws -> Double {
        try GuestAccess.require(bake.work, for: bake.hypervisor)
        try DiskSpace.require(DiskSpace.leastForInstall, in: bake.work)
        let domain: Domain
        do {
            domain = try await connection.start(definition)
        } catch {
            throw Self.cannotStart(error, bake)
        }
        bake.cleanup.push("stop the guest \(definition.name)") { try await bake.end(domain, uuid: definition.uuid) }
        await onStart()
        let stops = try domain.stops()
        let console = try await domain.openConsole()
        let (signs, signal) = AsyncStream.makeStream(of: ConsoleRecorder.Sign.self)
        let recorder = try ConsoleRecorder(
            bake.consoleLog,
            masker: bake.secrets.masker,
            onLine: { line in
                channel.emit(.output(line))
                if let phase = Self.phase(in: line) { channel.activity(phase) }
            },
            onSign: { signal.yield($0) }
        )
        let (faults, fault) = AsyncStream.makeStream(of: Failure.self)
        let pump = Task {
            do throws(Failure) {
                for await bytes in console.output { try recorder.record(bytes) }
                try recorder.finish()
            } catch {
                fault.yield(error)
            }
        }
        // Nothing closes the console: libvirt's abort of a stream waits for the lock that its reader holds until the guest's next byte,
        // for ever where the guest is silent. It ends by itself, read to its last byte, when the guest is gone.
        channel.activity("the installer's kernel starts")
        let begin = ContinuousClock.now
        try await domain.resume()
        let end = try await firstEnd(stops: stops, signs: signs, faults: faults)
        let duration = ContinuousClock.now - begin
        // A guest that has stopped by itself is gone, and this is no error.
        try await domain.destroy()
        await pump.value
        try judge(end, recorder, after: duration)
        return Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    }

    private func firstEnd(
        stops: AsyncStream<DomainStop>,
        signs: AsyncStream<ConsoleRecorder.Sign>,
        faults: AsyncStream<Failure>
    ) async throws -> End {
        try await withThrowingTaskGroup(of: End?.self) { group in
            group.addTask {
                for await stop in stops { return .stopped(stop) }
                return nil
            }
            group.addTask {
                for await case .panic(let text) in signs {
                    // The rest of the dump is worth having in the log.
                    try await Task.sleep(for: .milliseconds(500))
                    return .panicked(text)
                }
                return nil
            }
            group.addTask {
                // A console that cannot be written down any more ends the install; otherwise its bytes would pile up in memory.
                for await fault in faults { throw fault }
                return nil
            }
            let losses = connection.losses()
            group.addTask {
                for await loss in losses {
                    throw Failure.connectionLost(loss, while: "the installer ran", console: bake.consoleLog)
                }
                return nil
            }
            let deadline = bake.recipe.install.deadline
            group.addTask {
                try await Task.sleep(for: deadline)
                return .deadline
            }
            defer { group.cancelAll() }
            while let end = try await group.next() {
                try Task.checkCancellation()
                if let end { return end }
            }
            throw CancellationError()
        }
    }

    private func judge(_ end: End, _ recorder: ConsoleRecorder, after duration: Duration) throws(Failure) {
        let (signs, line) = recorder.signs
        let place = line.map { "\(bake.consoleLog):\($0)" } ?? bake.consoleLog.string
        for case .panic(let text) in signs {
            throw failure("the guest's kernel panicked: \(text)", place)
        }
        for case .installerError(let text) in signs {
            throw failure(text, place)
        }
        switch end {
        case .stopped(.shutDown):
            return
        case .stopped(.diskError):
            throw DiskSpace.writeFailure(bake.work, on: bake.hypervisor)
        case .stopped(let stop):
            throw failure("the guest was ended from outside (\(stop))", place)
        case .panicked(let text):
            throw failure("the guest's kernel panicked: \(text)", place)
        case .deadline:
            let deadline = bake.recipe.install.deadline
            throw failure(
                "the guest had not finished at the deadline of \(deadline.formatted(.units(width: .wide)))",
                place,
                next: "read the console's end; a slow machine needs a later 'install.deadline' in \(bake.recipe.file)"
            )
        }
    }

    private func failure(_ reason: String, _ console: String, next: String? = nil) -> Failure {
        Failure(
            .installFailed,
            "install failed: \(reason)",
            [
                "console": console,
                "kickstart": bake.directory.appending("rendered").appending("ks.cfg").string,
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

    /// What the installer says it does now.
    static func phase(in line: String) -> String? {
        guard let range = line.range(of: "imagebake-installer: ") else { return nil }
        let phase = line[range.upperBound...]
        return phase.hasPrefix("error: ") ? nil : String(phase)
    }
}
