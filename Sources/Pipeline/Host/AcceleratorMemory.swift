import Crypto
import Foundation
import Libvirt
import SystemPackage

/// Remembers what the accelerator probe found.
///
/// The answer holds for one boot of the machine, one QEMU and one kind of connection; that there is no KVM holds for a day, because
/// what kept the probe's guest from starting may have been mended meanwhile. Of a remote hypervisor neither boot nor QEMU is known
/// before it is asked, so any answer of its holds for a day.
struct AcceleratorMemory {
    private struct Record: Codable {
        let key: String
        let answer: AcceleratorProbe.Answer
        let date: Date
    }

    private static let longestUncertain: TimeInterval = 24 * 3600

    private let file: FilePath
    private let key: String
    private let isRemote: Bool

    init(home: Home, hypervisor: Hypervisor) {
        isRemote = hypervisor.isRemote
        guard !isRemote else {
            let digest = SHA256.hash(data: Data(hypervisor.uri.utf8)).prefix(8)
            let name = digest.map { String(Int($0) + 256, radix: 16).dropFirst() }.joined()
            file = home.state.appending("accelerator-\(name).json")
            key = hypervisor.uri
            return
        }
        file = home.state.appending("accelerator.json")
        let boot = (try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)) ?? "unknown"
        let qemu = Tools.find("qemu-system-x86_64").map { Tools.identity(of: $0) } ?? "none"
        // A kernel has been started since 2.
        let kind = (hypervisor.embeddedRoot == nil ? hypervisor.uri : "embedded") + " 2"
        key = [boot.trimmingCharacters(in: .whitespacesAndNewlines), qemu, kind].joined(separator: " ")
    }

    /// The remembered answer.
    var answer: AcceleratorProbe.Answer? {
        guard let data = try? Data(contentsOf: URL(filePath: file.string)),
            let record = try? JSONDecoder().decode(Record.self, from: data), record.key == key
        else { return nil }
        let age = Date().timeIntervalSince(record.date)
        guard record.answer.reason == nil && !isRemote || (0...Self.longestUncertain).contains(age) else { return nil }
        return record.answer
    }

    /// Remembers an answer; where that cannot be written, the next bake probes again.
    func remember(_ answer: AcceleratorProbe.Answer) {
        guard let data = try? JSONEncoder().encode(Record(key: key, answer: answer, date: Date())) else { return }
        try? Files.makeDirectory(file.removingLastComponent())
        try? Files.write(data, to: file)
    }
}
