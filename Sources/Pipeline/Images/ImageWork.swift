import Foundation
import SystemPackage

/// A directory for the overlay of one command on an image; it goes when the command ends, or when the next one finds it left over.
final class ImageWork: Sendable {
    let directory: FilePath
    private let lock: FileLock

    /// Makes a directory, and removes those of killed processes, save where something is still to be done with them.
    init(in root: FilePath) throws(Failure) {
        Self.sweep(root)
        let directory = root.appending(UUID().uuidString.lowercased())
        // It may hold what a guest keeps secret.
        try Files.makeDirectory(directory, mode: 0o700)
        guard let lock = try FileLock(directory.appending("lock")) else {
            throw Failure(.tryAgain, "\(directory) is in use")
        }
        self.directory = directory
        self.lock = lock
    }

    /// Takes over a directory that a killed process left; nil where somebody has it.
    init?(left directory: FilePath) throws(Failure) {
        guard let lock = try FileLock(directory.appending("lock")) else { return nil }
        self.directory = directory
        self.lock = lock
    }

    /// The overlay.
    var overlay: FilePath { directory.appending("overlay.qcow2") }

    /// Removes it.
    func remove() {
        try? Files.remove(directory)
        lock.release()
    }

    private static func sweep(_ root: FilePath) {
        for name in Files.names(in: root) {
            let directory = root.appending(name)
            guard !Files.exists(directory.appending(PendingCommit.fileName)),
                let lock = try? FileLock(directory.appending("lock"))
            else { continue }
            try? Files.remove(directory)
            lock.release()
        }
    }
}
