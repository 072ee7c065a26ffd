import Foundation
import Recipes
import Synchronization
import SystemPackage

/// Lets other processes of this user look at the console of a living guest, and type on it.
///
/// A hypervisor gives a console to one reader alone, and the one that libvirt runs inside our process to nobody else, so the bake hands on
/// what it reads, without the recipe's secrets. The socket lies in the bake's directory, for its owner only.
final class ConsoleServer: Sendable {
    /// The name in the bake's directory of the file that holds the socket's path.
    static let fileName = "console.socket"

    private struct Visitor {
        let descriptor: FileDescriptor
    }

    private struct State {
        var listener: FileDescriptor?
        var visitors: [Int32: Visitor] = [:]
        /// The last of what was shown, for those who come later.
        var recent: [UInt8] = []
    }

    // A screen of text and more.
    private static let recentLimit = 16 << 10

    private let path: FilePath
    private let note: FilePath
    private let state = Mutex(State())
    private let type: @Sendable ([UInt8]) async throws -> Void

    /// Listens.
    ///
    /// - Parameters:
    ///   - bake: Whose guest it is.
    ///   - type: Types on the console.
    init(_ bake: BakeContext, type: @escaping @Sendable ([UInt8]) async throws -> Void) throws(Failure) {
        // A socket's path takes 107 bytes (sun_path, unix(7)), and a bake's directory may lie deep.
        let name = "imagebake-console-\(UUID().uuidString.prefix(8).lowercased())"
        let directory = FilePath(NSTemporaryDirectory()).appending(name)
        guard mkdir(directory.string, 0o700) == 0 else {
            throw Files.failure(Errno(rawValue: errno), "cannot make the directory \(directory)")
        }
        path = directory.appending("socket")
        note = bake.directory.appending(Self.fileName)
        self.type = type
        do {
            let listener = try UnixSocket.listen(at: path)
            state.withLock { $0.listener = listener }
            try Files.write(path.string, to: note, mode: [.ownerReadWrite])
            let thread = Thread { [weak self] in
                while let visitor = UnixSocket.accept(on: listener) { self?.welcome(visitor) }
            }
            thread.name = "console-visitors"
            thread.start()
        } catch {
            try? Files.remove(directory)
            throw error
        }
    }

    /// Shows bytes to all who look.
    func show(_ bytes: [UInt8]) {
        let visitors = state.withLock { state in
            state.recent += bytes
            if state.recent.count > 2 * Self.recentLimit {
                state.recent.removeFirst(state.recent.count - Self.recentLimit)
            }
            return Array(state.visitors.values)
        }
        // Who does not read fast enough loses the connection, and holds nobody up.
        for visitor in visitors where !UnixSocket.send(bytes, to: visitor.descriptor) { leave(visitor.descriptor) }
    }

    /// Sends everybody away.
    func close() {
        let (listener, visitors) = state.withLock { state in
            defer { state = State() }
            return (state.listener, Array(state.visitors.values))
        }
        for visitor in visitors { UnixSocket.shutDown(visitor.descriptor) }
        if let listener { UnixSocket.shutDown(listener) }
        try? Files.remove(path.removingLastComponent())
        try? Files.remove(note)
    }

    private func welcome(_ descriptor: FileDescriptor) {
        let recent = state.withLock { state -> [UInt8] in
            state.visitors[descriptor.rawValue] = Visitor(descriptor: descriptor)
            return state.recent.suffix(Self.recentLimit)
        }
        _ = UnixSocket.send(recent, to: descriptor)
        let thread = Thread { [weak self] in
            while let bytes = UnixSocket.receive(from: descriptor) { self?.hear(bytes) }
            self?.leave(descriptor)
            try? descriptor.close()
        }
        thread.name = "console-visitor"
        thread.start()
    }

    private func hear(_ bytes: [UInt8]) {
        let type = type
        let done = DispatchSemaphore(value: 0)
        Task {
            try? await type(bytes)
            done.signal()
        }
        done.wait()
    }

    private func leave(_ descriptor: FileDescriptor) {
        let visitor = state.withLock { $0.visitors.removeValue(forKey: descriptor.rawValue) }
        if visitor != nil { UnixSocket.shutDown(descriptor) }
    }
}
