import Foundation

extension Lab {
    /// Visits the console of a guest that is kept, says hello until it is answered, and leaves.
    func talk(to id: String, until answer: String) async throws {
        let visit = try await start(program: [
            "sh", "-c", "while sleep 1; do echo hello; done | timeout 200 '\(Checkout.binary)' console '\(id)' --write",
        ])
        try await wait(for: "'\(answer)' on the console") { (try? Disk.text(visit.stdout))?.contains(answer) == true }
        await visit.stop()
    }

    /// Kills a bake's guest while its kernel starts.
    ///
    /// - Parameters:
    ///   - earlier: The console of the guest before it; the log is begun anew with each guest.
    ///   - guests: The guests that there are.
    /// - Returns: The console of the guest that was killed.
    func killStartingGuest(after earlier: String = "", _ guests: () -> [pid_t]) async throws -> String {
        try await wait(for: "a guest whose kernel prints") {
            let console = console
            return console.contains("Linux version") && console != earlier
        }
        let killed = guests()
        for pid in killed { kill(pid, SIGKILL) }
        try await wait(for: "its end") { Set(killed).isDisjoint(with: guests()) }
        return console
    }
}
