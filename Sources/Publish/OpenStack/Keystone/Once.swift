/// A value that is found out when it is first needed, once however many want it; after an error the next one tries again.
actor Once<Value: Sendable> {
    private let find: @Sendable () async throws -> Value
    private var found: Value?
    private var pending: Task<Value, any Error>?

    init(_ find: @escaping @Sendable () async throws -> Value) { self.find = find }

    func value() async throws -> Value {
        if let found { return found }
        let task: Task<Value, any Error>
        if let pending {
            task = pending
        } else {
            let find = find
            task = Task { try await find() }
            pending = task
        }
        defer { if pending == task { pending = nil } }
        let value = try await task.value
        found = value
        try Task.checkCancellation()
        return value
    }
}
