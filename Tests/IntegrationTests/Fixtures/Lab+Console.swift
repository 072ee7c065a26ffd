extension Lab {
    /// Visits the console of a guest that is kept, says hello until it is answered, and leaves.
    func talk(to id: String, until answer: String) async throws {
        let visit = try await start(program: [
            "sh", "-c", "while sleep 1; do echo hello; done | timeout 200 '\(Checkout.binary)' console '\(id)' --write",
        ])
        try await wait(for: "'\(answer)' on the console") { (try? Disk.text(visit.stdout))?.contains(answer) == true }
        await visit.stop()
    }
}
