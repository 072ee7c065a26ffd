import Foundation
import Libvirt
import Recipes
import SystemPackage

/// What follows when a bake fails: the evidence is gathered, and guest and disk go or stay.
struct Aftermath: Sendable {
    let bake: BakeContext
    let events: EventStream

    /// Gathers the evidence of a failure, and decides what becomes of the guest.
    ///
    /// - Parameter error: What ended the bake.
    /// - Returns: The failure with the evidence in its last line. An interruption has none: nothing is wrong, and whoever pressed Ctrl-C
    ///   does not wait.
    func handle(_ error: any Error) async -> Failure {
        defer { bake.traces.release() }
        let failure = Failure(error).masked(by: events)
        guard failure.status != .interrupted, !Task.isCancelled else { return failure }
        var details = failure.details.filter { $0.label != "kickstart" }
        let isKept = await isKept(failure)
        // Whoever pressed Ctrl-C at the question wants neither guest nor evidence.
        guard !Task.isCancelled else { return .interrupted }
        if isKept { details = await keep(details) }
        do {
            details.append(Failure.Detail("evidence", try await pack(failure, isKept: isKept).string))
        } catch {
            // The failure is what counts; the evidence lies unpacked in the bake's directory.
            let reason = Failure(error)
            let cause = reason.details.first { $0.label == "cause" }?.text.split(separator: "\n").first.map {
                ": \($0)"
            }
            let why = events.masker.mask("\(reason.message)\(cause ?? "")")
            details.append(Failure.Detail("evidence", "\(bake.directory), not packed: \(why)"))
        }
        return Failure(failure.status, failure.message, details: details)
    }

    /// Packs the evidence; where the disk is full, once more without the images, which would be removed anyway.
    private func pack(_ failure: Failure, isKept: Bool) async throws -> FilePath {
        let bundle = FailureBundle(bake: bake, channel: events.channel(.install))
        do {
            return try await bundle.write(for: failure)
        } catch  where !isKept && Failure(error).status == .inputOutput && makeRoom() {
            return try await bundle.write(for: failure, withDisk: false)
        }
    }

    /// Removes what of the bake's files takes much room and says nothing.
    ///
    /// - Returns: Whether there was anything.
    private func makeRoom() -> Bool {
        let images = Files.names(in: bake.work).filter { name in
            [".qcow2", ".img", ".iso", ".raw"].contains { name.hasSuffix($0) }
        }
        for name in images { try? Files.remove(bake.work.appending(name)) }
        return !images.isEmpty
    }

    private func isKept(_ failure: Failure) async -> Bool {
        // Before a guest was made ready there is nothing to look at, and nothing to be asked about.
        let hasDisk = Files.names(in: bake.work).contains { $0.hasSuffix(".qcow2") }
        guard hasDisk || bake.traces.storage != nil else { return false }
        return switch bake.options.onError {
        case .cleanup: false
        case .keep: true
        case .ask: await bake.options.ask("\(bake.id): \(failure)\nkeep the guest and its disk for a look?")
        }
    }

    private func keep(_ details: [Failure.Detail]) async -> [Failure.Detail] {
        do {
            try KeptBake.keep(bake)
            bake.cleanup.forget()
            return details.filter { $0.label != "next" } + [Failure.Detail("kept", await wayToGuest())]
        } catch {
            events.emit(.warning("guest and disk cannot be kept: \(error.message)"))
            return details
        }
    }

    /// Where guest and disk are, how to reach the guest, and how to remove both.
    private func wayToGuest() async -> String {
        let remove = "'imagebake bakes remove \(bake.id)'"
        let console = "'imagebake console \(bake.id) --write'"
        guard bake.hypervisor.isRemote, RemoteRecord.load(bake.id, home: bake.home) != nil else {
            return "\(bake.work); \(console), \(remove)"
        }
        let name = "imagebake-\(bake.id)"
        var ways = [console, "'virsh -c \"\(bake.hypervisor.uri)\" console \(name)'"]
        if let port = await vncPort() {
            ways.append("VNC: '\(bake.hypervisor.tunnel(to: port))', then 127.0.0.1:\(port)")
        }
        return "\(name) and its volumes on \(bake.hypervisor.uri); \((ways + [remove]).joined(separator: ", "))"
    }

    private func vncPort() async -> Int? {
        guard bake.recipe.machine.graphics != .none else { return nil }
        return try? await bake.traces.domain?.vncPort()
    }
}
