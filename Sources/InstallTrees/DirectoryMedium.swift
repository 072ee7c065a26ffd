import Glibc
public import SystemPackage

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Makes a CD for the guest of a directory.
public enum DirectoryMedium {
    /// Writes a directory with everything in it to an ISO 9660 image with Rock Ridge and Joliet names.
    ///
    /// The image is written as it grows, under a temporary name in the same directory, and has its own name only when it
    /// is complete and synced. Files beyond 4 GiB are fine. Links are stored as links, never followed.
    ///
    /// - Parameters:
    ///   - directory: only directories, regular files, and symbolic links that stay inside are allowed.
    ///   - volumeID: the label, 1 to 32 of `A-Z a-z 0-9 . _ -`.
    ///   - output: replaced where it exists.
    /// - Throws: `unsafePath` for a link that is absolute, leaves the directory or leads nowhere, and for a device, a pipe
    ///   or a socket; `badVolumeID`, `noSuchDirectory`, `toolMissing`, `diskFull`, `toolFailed`, `cancelled`.
    public static func make(directory: FilePath, volumeID: String, output: FilePath) async throws(TreeError) {
        let isPlain = volumeID.utf8.allSatisfy {
            (48...57).contains($0) || (65...90).contains($0 & 0xDF) || ".-_".utf8.contains($0)
        }
        guard isPlain, (1...32).contains(volumeID.utf8.count) else {
            throw TreeError(
                .badVolumeID,
                at: output.string,
                "'\(volumeID.shortened)' cannot be the label of an ISO image",
                hint: "give 1 to 32 letters, digits, '.', '_' and '-'"
            )
        }
        let output = Files.absolute(output)
        let root = try root(of: Files.absolute(directory))
        try await Blocking.run(root) { (cancelled) throws(TreeError) in try check(root, cancelled) }
        let xorriso = try Tool.find("xorriso", package: "xorriso")
        let temporary = Files.temporaryName(for: output)
        do throws(TreeError) {
            let outcome = try await xorriso.run(
                [
                    "-no_rc", "-abort_on", "FAILURE", "-return_with", "SORRY", "32", "-report_about", "SORRY",
                    "-as", "mkisofs", "-quiet", "-iso-level", "3", "-R", "-J", "-joliet-long", "-V", volumeID,
                    "-o", temporary.string, root.string,
                ],
                about: output.string
            )
            guard outcome.status == 0 else { throw failure(outcome, root, output) }
            let image = try ISOImage(temporary)
            guard image.label == volumeID else { throw failure(outcome, root, output) }
            try await Blocking.run(temporary) { (_) throws(TreeError) in
                let file = try Files.openForReading(temporary)
                defer { try? file.close() }
                try Files.sync(file, temporary)
            }
            try Files.rename(temporary, to: output)
        } catch {
            Files.remove(temporary)
            throw error
        }
    }

    /// The directory without symbolic links.
    private static func root(of directory: FilePath) throws(TreeError) -> FilePath {
        guard let status = try Files.statusIfPresent(directory) else {
            throw TreeError(.noSuchDirectory, at: directory.string, "there is no directory \(directory)")
        }
        guard status.isDirectory, let real = Files.realPath(directory) else {
            throw TreeError(.notADirectory, at: directory.string, "\(directory) is not a directory")
        }
        return real
    }

    /// Looks at everything before a byte is written: what a guest gets must be what the directory holds, and no more.
    private static func check(_ root: FilePath, _ cancelled: @Sendable () -> Bool) throws(TreeError) {
        var open = [root]
        while let directory = open.popLast() {
            if cancelled() { throw .cancelled(root.string) }
            let names = try Files.check(directory, "cannot read") {
                try FileManager.default.contentsOfDirectory(atPath: directory.string)
            }
            for name in names {
                let path = directory.appending(name)
                var info = stat()
                guard lstat(path.string, &info) == 0 else { throw .file(Errno(rawValue: errno), path, "cannot read") }
                switch info.st_mode & S_IFMT {
                case S_IFDIR: open.append(path)
                case S_IFREG:
                    guard access(path.string, R_OK) == 0 else {
                        throw .file(Errno(rawValue: errno), path, "cannot read")
                    }
                case S_IFLNK: try checkLink(path, root)
                default:
                    throw unsafe(path, "it is a device, a pipe or a socket")
                }
            }
        }
    }

    private static func checkLink(_ path: FilePath, _ root: FilePath) throws(TreeError) {
        let target = try Files.check(path, "cannot read") {
            FilePath(try FileManager.default.destinationOfSymbolicLink(atPath: path.string))
        }
        // On the CD the link starts from another root.
        guard target.isRelative else { throw unsafe(path, "it is a symbolic link to the absolute path \(target)") }
        guard let real = Files.realPath(path) else { throw unsafe(path, "it is a symbolic link to nothing: \(target)") }
        guard real.starts(with: root) else { throw unsafe(path, "it is a symbolic link out of \(root), to \(target)") }
    }

    private static func unsafe(_ path: FilePath, _ cause: String) -> TreeError {
        TreeError(
            .unsafePath,
            at: path.string,
            "\(path) cannot be put on a CD",
            cause: cause,
            hint: "remove it, or put a copy of the file in its place"
        )
    }

    private static func failure(_ outcome: Tool.Outcome, _ root: FilePath, _ output: FilePath) -> TreeError {
        let lines = outcome.errors.split(separator: "\n").filter { $0.contains(" : ") && !$0.contains("RockRidge") }
        let words = lines.map { $0.replacing("xorriso : ", with: "") }.joined(separator: "; ").shortened
        if outcome.errors.contains("No space left") || outcome.errors.contains("exceeds free space") {
            return .file(.noSpace, output, "cannot write")
        }
        return TreeError(
            .toolFailed,
            at: output.string,
            "xorriso could not make \(output) of \(root)",
            cause: words.isEmpty ? "exit status \(outcome.status)" : words
        )
    }
}
