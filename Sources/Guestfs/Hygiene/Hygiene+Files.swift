extension Hygiene {
    /// What is read of a file at a time, in bytes; an answer of libguestfs has at most 4 MiB (guestfs(3), "PROTOCOL LIMITS").
    private static let piece = 1 << 20

    /// Of a file that is larger, in bytes, only so much is read.
    private static let largestFile: Int64 = 4 << 30

    /// The directories of the root in the order in which they are read: what people and services write comes first.
    private static let order = ["etc", "root", "home", "var", "opt", "srv", "boot", "usr"]

    /// Reads every regular file of an image, to find out which one holds what a search of the disk has found.
    ///
    /// That takes minutes under emulation. No link is followed, no hole is left out.
    ///
    /// - Parameter body: Takes the files piece by piece, each file's one after the other; false ends the reading.
    public static func readFiles(
        of request: HygieneRequest,
        options: GuestfsOptions,
        _ body: @escaping @Sendable (GuestFilePiece) throws -> Bool
    ) async throws {
        try await withGuestfs([request.guestDisk], options: options) { session in
            let guest = try Guest(
                session,
                readOnly: true,
                seal: Seal(),
                layout: request.layout,
                root: request.root,
                keys: request.keys
            )
            let names = try session.names(in: "/")
            let first = order.filter { name in names.contains { $0.elementsEqual(name.utf8) } }.map { Array($0.utf8) }
            for name in first + names.filter({ !first.contains($0) }) {
                let directory = ("/" as GuestPath).appending(name)
                switch try session.status(directory)?.kind {
                case .regular:
                    guard try read([directory], of: guest, body) else { return }
                case .directory:
                    // Of a thousand names at a time, so that a million of them take no memory.
                    var batch: [GuestPath] = []
                    var goesOn = true
                    try session.forEachPath(below: directory) { path in
                        guard goesOn else { return }
                        batch.append(GuestPath(Array(path)))
                        guard batch.count == 1000 else { return }
                        goesOn = try read(batch, of: guest, body)
                        batch = []
                    }
                    guard goesOn, try read(batch, of: guest, body) else { return }
                case .symlink, .special, nil: break
                }
            }
        }
    }

    private static func read(
        _ paths: [GuestPath],
        of guest: Guest,
        _ body: (GuestFilePiece) throws -> Bool
    ) throws -> Bool {
        for (path, status) in try guest.status(of: paths) where status.kind == .regular && status.size > 0 {
            let size = min(status.size, largestFile)
            var offset: Int64 = 0
            while offset < size {
                try guest.session.checkCancellation()
                let bytes = try guest.session.read(path, at: offset, count: Int(min(Int64(piece), size - offset)))
                if bytes.isEmpty { break }
                let next = offset + Int64(bytes.count)
                let piece = GuestFilePiece(path: path, bytes: bytes, offset: offset, isLast: next >= size)
                guard try body(piece) else { return false }
                offset = next
            }
        }
        return true
    }
}
