import Guestfs

extension SysprepEvent {
    /// Says it to people.
    func report(to channel: StageChannel) {
        switch self {
        case .launching:
            channel.activity("starting libguestfs' appliance")
        case .launched:
            channel.activity("reading the disk")
        case .inspected(let os):
            channel.activity("cleaning \(os.distro) \(os.majorVersion).\(os.minorVersion)")
        case .customizing(let number, let count, let name, let subject):
            channel.activity("customising, step \(number) of \(count): \(name) \(subject)")
        case .customized(let step, _):
            channel.note("\(step.name): \(step.changes.first ?? step.subject)")
        case .operation(let name, _, let changes):
            guard !changes.isEmpty else { return }
            // All of them are in the report; a hundred log files would hide the rest here.
            let more = changes.count > 3 ? " and \(changes.count - 3) more" : ""
            channel.note("\(name): \(changes.prefix(3).joined(separator: ", "))\(more)")
        case .swap(let changes):
            for change in changes { channel.note(change) }
        case .trimmed(let result):
            switch result.method {
            case .trimmed: channel.emit(.output("trimmed \(result.mountpoint)"))
            case .zeroed: channel.emit(.output("overwrote what is free in \(result.mountpoint)"))
            case .none: channel.warning("\(result.mountpoint): not trimmed: \(result.warning ?? "for no reason given")")
            }
        case .packages(let count):
            channel.emit(.output("\(count) packages"))
        case .warning(let text):
            channel.warning(text)
        }
    }
}
