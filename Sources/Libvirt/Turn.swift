import Foundation

/// Lets one thread after another do something.
final class Turn: Sendable {
    private let lock = NSLock()

    /// Waits for its turn, and does it.
    func take<Value>(_ body: () throws(LibvirtError) -> Value) throws(LibvirtError) -> Value {
        lock.lock()
        defer { lock.unlock() }
        return try body()
    }
}
