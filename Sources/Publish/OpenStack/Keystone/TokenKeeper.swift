/// Keeps one token for all that need it, and asks for another one once, however many want it.
actor TokenKeeper {
    private let request: @Sendable () async throws -> KeystoneToken
    private let now: @Sendable () -> ContinuousClock.Instant
    private var token: KeystoneToken?
    private var pending: Task<KeystoneToken, any Error>?

    init(
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        _ request: @escaping @Sendable () async throws -> KeystoneToken
    ) {
        (self.now, self.request) = (now, request)
    }

    /// A token with at least two minutes left, where the cloud gives such.
    func current() async throws -> KeystoneToken {
        if let token, !token.isEnding(at: now()) { return token }
        return try await renewed()
    }

    /// Another token than one that was refused.
    func replacement(for refused: Secret) async throws -> KeystoneToken {
        if let token, token.value != refused, !token.isEnding(at: now()) { return token }
        return try await renewed()
    }

    private func renewed() async throws -> KeystoneToken {
        let task: Task<KeystoneToken, any Error>
        if let pending {
            task = pending
        } else {
            let request = request
            // Of its own: when the one who asked first is cancelled, the others still want it.
            task = Task { try await request() }
            pending = task
        }
        defer { if pending == task { pending = nil } }
        let token = try await task.value
        self.token = token
        try Task.checkCancellation()
        return token
    }
}
