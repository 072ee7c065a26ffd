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
        let failure = Failure(error).masked(by: events)
        guard failure.status != .interrupted, !Task.isCancelled else { return failure }
        var details = failure.details.filter { $0.label != "kickstart" }
        if await isKept(failure) { details = keep(details) }
        do {
            let file = try await FailureBundle(bake: bake).write(for: failure, screenshot: await screenshot())
            details.append(Failure.Detail("evidence", file.string))
        } catch {
            // The failure is what counts; the evidence lies unpacked in the bake's directory.
            events.emit(.warning("the evidence cannot be packed: \(Failure(error).message)"))
            details.append(Failure.Detail("evidence", bake.directory.string))
        }
        return Failure(failure.status, failure.message, details: details)
    }

    private func isKept(_ failure: Failure) async -> Bool {
        switch bake.options.onError {
        case .cleanup: false
        case .keep: true
        case .ask: await bake.options.ask("\(failure)\nkeep the guest and its disk for a look?")
        }
    }

    private func keep(_ details: [Failure.Detail]) -> [Failure.Detail] {
        do {
            try KeptBake.keep(bake)
            bake.cleanup.forget()
            let note = "\(bake.work); 'imagebake console \(bake.id) --write', 'imagebake bakes remove \(bake.id)'"
            return details.filter { $0.label != "next" } + [Failure.Detail("kept", note)]
        } catch {
            events.emit(.warning("guest and disk cannot be kept: \(error.message)"))
            return details
        }
    }

    /// What the screen shows, where there is one and a guest to have it.
    private func screenshot() async -> [UInt8]? {
        guard bake.recipe.machine.graphics != .none, let record = GuestRecord.load(from: bake.work),
            let connection = try? await bake.hypervisor.connect(home: bake.home),
            let domain = try? await connection.domain(uuid: record.uuid), let picture = try? await domain.screenshot()
        else { return nil }
        return picture.type == "image/png" ? picture.bytes : PNGEncoder.encode(pixmap: picture.bytes)
    }
}
