import DiskImages
import Foundation
import SystemPackage

/// An overlay that is complete and is being written into its image: the one moment at which the image itself changes.
///
/// The note lies beside the overlay until all is written, so a process that is killed meanwhile loses nothing: the next command on that
/// image writes all of it again.
struct PendingCommit: Codable, Sendable {
    static let fileName = "commit.json"

    let image: String
    let format: DiskImages.DiskFormat
    /// The device and the inode of the image: another file under its name is another image.
    let device: UInt64
    let inode: UInt64
    /// What the image is to be cut to when all is written; nil leaves its length.
    let size: Int64?

    init(_ image: SourceImage, size: Int64?) throws {
        let status = try FileIO.status(at: image.path)
        self.image = image.path.string
        format = image.format
        device = status?.device ?? 0
        inode = status?.inode ?? 0
        self.size = size
    }

    /// Writes the note, from which on the overlay outlives this process.
    func note(in work: ImageWork) throws {
        try Files.syncFile(work.overlay)
        try Files.write(JSONEncoder().encode(self), to: work.directory.appending(Self.fileName))
    }

    /// Writes the overlay into the image, and removes it.
    func run(_ work: ImageWork, qemuImg: QemuImg) async throws(Failure) {
        let path = FilePath(image)
        do {
            try await qemuImg.commit(work.overlay)
            if let size { try await qemuImg.resize(path, format: format, to: size) }
            try Files.syncFile(path)
        } catch {
            let cause = error is CancellationError ? Failure.interrupted : Failure(error)
            throw Failure(
                cause.status,
                "\(path) is not written to its end: \(cause.message)",
                [
                    "overlay": work.overlay.string,
                    "next": "leave the image as it is and run the same command again, which finishes it",
                ]
            )
        }
        work.remove()
    }

    /// The commit of an image that a killed process has not finished.
    static func find(_ image: FilePath, in root: FilePath) throws(Failure) -> (PendingCommit, ImageWork)? {
        for name in Files.names(in: root) {
            let directory = root.appending(name)
            guard let data = try? Files.read(directory.appending(fileName)),
                let commit = try? JSONDecoder().decode(PendingCommit.self, from: data), commit.image == image.string
            else { continue }
            guard let work = try ImageWork(left: directory) else {
                throw Failure(.tryAgain, "another process is writing to \(image)")
            }
            let status = try? FileIO.status(at: image)
            guard let status, status.device == commit.device, status.inode == commit.inode else {
                throw Failure(
                    .inputMissing,
                    "\(image) is another file than the one that an interrupted command was writing to",
                    ["next": "if the old one is not needed any more, remove \(directory)"]
                )
            }
            return (commit, work)
        }
        return nil
    }
}
