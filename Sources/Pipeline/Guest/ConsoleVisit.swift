import Foundation
import Libvirt
import SystemPackage

/// A look at the console of a guest that lives, from another process.
public struct ConsoleVisit: Sendable {
    /// What the guest prints, from the last screen on, without the recipe's secrets; ends with the guest or the bake.
    public let output: AsyncStream<[UInt8]>
    /// Types on the console.
    public let type: @Sendable ([UInt8]) async throws -> Void
    /// Leaves; the guest goes on.
    public let leave: @Sendable () -> Void

    /// Goes to the console of a bake.
    ///
    /// - Parameter id: The bake's whole id.
    /// - Throws: ``Failure`` with ``ExitStatus/inputMissing`` where no guest of it lives.
    public init(_ id: String, home: Home) async throws(Failure) {
        let note = home.bakes.appending(id).appending(ConsoleServer.fileName)
        if let path = try? Files.read(note) {
            try self.init(socket: FilePath(String(decoding: path, as: UTF8.self)))
        } else if let kept = KeptBake(id, home: home) {
            let found: Console?
            do { found = try await kept.console() } catch { throw Failure(error) }
            guard let console = found else { throw Self.missing(id) }
            self.init(output: console.output, type: { try await console.send($0) }, leave: {})
        } else {
            throw Self.missing(id)
        }
    }

    private init(
        output: AsyncStream<[UInt8]>,
        type: @escaping @Sendable ([UInt8]) async throws -> Void,
        leave: @escaping @Sendable () -> Void
    ) {
        (self.output, self.type, self.leave) = (output, type, leave)
    }

    private init(socket: FilePath) throws(Failure) {
        let descriptor = try UnixSocket.connect(to: socket)
        let (output, continuation) = AsyncStream.makeStream(of: [UInt8].self)
        // A thread of its own, because receiving blocks for as long as the guest is silent.
        let thread = Thread {
            while let bytes = UnixSocket.receive(from: descriptor) { continuation.yield(bytes) }
            continuation.finish()
        }
        thread.name = "console-visit"
        thread.start()
        self.output = output
        type = { bytes in
            guard UnixSocket.send(bytes, to: descriptor) else {
                throw Failure(.inputOutput, "the guest's console takes nothing more")
            }
        }
        leave = { UnixSocket.shutDown(descriptor) }
    }

    private static func missing(_ id: String) -> Failure {
        Failure(
            .inputMissing,
            "no guest of the bake '\(id)' runs",
            ["next": "'imagebake bakes log \(id) --console' prints what its guest wrote"]
        )
    }
}
