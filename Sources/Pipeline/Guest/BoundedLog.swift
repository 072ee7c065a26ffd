import SystemPackage

/// A file that keeps the beginning and the end of what is written to it.
///
/// A guest may print for as long as it likes; neither the disk nor the memory of its host is its to fill.
struct BoundedLog: Sendable {
    /// How much of the beginning is kept: more than any install prints that goes as it should.
    static let standardHead: Int64 = 32 << 20
    /// How much of the end is kept: what ended it stands there.
    static let standardTail = 1 << 20

    private let file: FileDescriptor
    private let head: Int64
    private let tail: Int
    private var kept: [UInt8] = []

    /// The bytes that were written, kept or not.
    private(set) var received: Int64 = 0

    /// Makes the file, or empties it.
    init(_ path: FilePath, head: Int64 = standardHead, tail: Int = standardTail) throws(Failure) {
        self.head = head
        self.tail = tail
        do {
            file = try FileDescriptor.open(
                path,
                .writeOnly,
                options: [.create, .truncate, .closeOnExec],
                permissions: [.ownerReadWrite, .groupRead]
            )
        } catch {
            throw Files.failure(error, "cannot write the log \(path)")
        }
    }

    /// Whether all that came so far stands in the file.
    var isWhole: Bool { received <= head }

    /// Takes the next bytes.
    mutating func write(_ bytes: [UInt8]) throws(Failure) {
        let room = Int(clamping: max(0, head - received))
        received += Int64(bytes.count)
        try append(bytes.prefix(room))
        guard bytes.count > room else { return }
        kept += bytes.dropFirst(room)
        // Rarely, so that each byte is moved about once.
        if kept.count > 2 * tail { kept.removeFirst(kept.count - tail) }
    }

    /// Writes what was kept of the end, and closes the file.
    mutating func close() throws(Failure) {
        defer { try? file.close() }
        if kept.count > tail { kept.removeFirst(kept.count - tail) }
        guard !kept.isEmpty else { return }
        let left = received - head - Int64(kept.count)
        if left > 0 { try append(Array("\n[imagebake: \(left) bytes are left out here]\n".utf8)[...]) }
        try append(kept[...])
        kept = []
    }

    private func append(_ bytes: ArraySlice<UInt8>) throws(Failure) {
        guard !bytes.isEmpty else { return }
        do {
            try file.writeAll(bytes)
        } catch {
            throw Files.failure(error, "cannot write the guest's log")
        }
    }
}
