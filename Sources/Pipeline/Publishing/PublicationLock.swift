import SystemPackage

/// The right to move one name in one registry, for as long as the value lives; nobody else of this home moves it meanwhile.
public final class PublicationLock: Sendable {
    private let lock: FileLock

    /// Waits for the right.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - registry: The registry, as the recipe or the command line has it.
    ///   - home: Whose.
    ///   - waiting: Told once that another run has it.
    /// - Throws: ``Failure`` where the lock's file cannot be opened; `CancellationError`.
    public init(
        _ name: String,
        in registry: String,
        home: Home,
        waiting: @Sendable (String) -> Void
    ) async throws {
        let digest = Fingerprint(["name": "\(registry)\0\(name)"]).digest
        let file = home.locks.appending("publish-\(digest.prefix(40)).lock")
        var isTold = false
        while true {
            if let lock = try FileLock(file) {
                self.lock = lock
                return
            }
            if !isTold {
                waiting("waiting for another run, which publishes '\(name)' to \(registry)")
                isTold = true
            }
            try await Task.sleep(for: .milliseconds(200))
        }
    }
}
