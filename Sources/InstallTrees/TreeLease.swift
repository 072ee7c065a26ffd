/// Keeps an entry of the cache from being pruned for as long as a value that holds the lease lives.
///
/// It says nothing about the tree, so all leases are equal.
struct TreeLease: Sendable, Hashable {
    private let lock: HeldLock?

    init(_ lock: HeldLock?) { self.lock = lock }

    /// For files that are used in place.
    static let none = TreeLease(nil)

    static func == (left: TreeLease, right: TreeLease) -> Bool { true }
    func hash(into hasher: inout Hasher) {}
}
