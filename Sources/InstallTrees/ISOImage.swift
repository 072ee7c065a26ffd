import Glibc
import SystemPackage

/// An ISO 9660 image: its label is read here, its files through xorriso.
///
/// Nothing in an image is ever run or mounted, and only the contents of regular files leave it: links, owners and modes
/// stay behind, since whoever made the image chose them.
struct ISOImage: Sendable {
    /// A file of the image.
    struct Entry: Hashable {
        /// As `ls` writes it: `-` for a regular file, `d`, `l`.
        let kind: Character
        /// In bytes.
        let size: Int64
    }

    let path: FilePath
    /// The volume's label, which an installer finds its medium by.
    let label: String
    /// What the file was when it was opened.
    let status: Files.Status

    /// Opens an image.
    ///
    /// - Parameter path: absolute.
    /// - Throws: `missingFile`, or `notAnISO` for anything without a primary volume descriptor.
    init(_ path: FilePath) throws(TreeError) {
        guard let status = try Files.statusIfPresent(path) else {
            throw TreeError(.missingFile, at: path.string, "there is no ISO image \(path)")
        }
        guard status.isRegular else {
            throw TreeError(.notAnISO, at: path.string, "\(path) is not a regular file, so no ISO image")
        }
        self.path = path
        self.status = status
        label = try Self.label(path)
    }

    /// Reads the label from the primary volume descriptor (ECMA-119, 8.4): sector 16, type 1, `CD001`, 32 bytes from 40.
    private static func label(_ path: FilePath) throws(TreeError) -> String {
        let file = try Files.openForReading(path)
        defer { try? file.close() }
        var sector = [UInt8](repeating: 0, count: 2048)
        let count = try Files.check(path, "cannot read") {
            try sector.withUnsafeMutableBytes { try file.read(fromAbsoluteOffset: 16 * 2048, into: $0) }
        }
        guard count == 2048, sector[0] == 1, sector[1..<6].elementsEqual("CD001".utf8) else {
            throw TreeError(
                .notAnISO,
                at: path.string,
                "\(path) is not an ISO 9660 image",
                cause: "there is no volume descriptor in sector 16",
                hint: "the file is damaged, cut off or of another kind; fetch it again and compare its checksum"
            )
        }
        return String(decoding: sector[40..<72].prefix { $0 != 0 }, as: UTF8.self).trimmed
    }

    /// Looks several paths up in one run.
    ///
    /// - Parameter paths: relative to the image's root, each as ``TreePath`` lets it pass.
    /// - Returns: what is there; paths with nothing are left out.
    func entries(_ paths: [String]) async throws(TreeError) -> [String: Entry] {
        // FAILURE is what a path with nothing there is; a tree that cannot be read is FATAL.
        var arguments = ["-abort_on", "FATAL", "-return_with", "FATAL", "32", "-indev", "stdio:\(path)"]
        for path in paths { arguments += ["-find", "/\(path)", "-maxdepth", "0", "-exec", "lsdl", "--"] }
        let outcome = try await run(arguments)
        guard outcome.status == 0, !outcome.errors.contains("Cannot read ISO image tree"),
            !outcome.errors.contains("No ISO 9660 image")
        else { throw failure(outcome) }
        var result: [String: Entry] = [:]
        for line in outcome.output.split(separator: "\n") {
            guard let path = paths.first(where: { line.contains(" \(Self.quoted("/\($0)"))") }), let kind = line.first,
                // Mode, links, owner, group, size.
                case let fields = line.split(separator: " ", omittingEmptySubsequences: true), fields.count > 5,
                let size = Int64(fields[4])
            else { continue }
            result[path] = Entry(kind: kind, size: size)
        }
        return result
    }

    /// Copies the contents of a regular file out of the image.
    ///
    /// - Parameters:
    ///   - source: relative to the image's root.
    ///   - entry: what ``entries(_:)`` said of it.
    ///   - target: must not exist; synced when this returns.
    ///   - limit: the largest size allowed, in bytes.
    func extract(_ source: String, _ entry: Entry, to target: FilePath, limit: Int) async throws(TreeError) {
        let place = "\(path):/\(source)"
        guard entry.kind == "-" else {
            throw TreeError(
                .unsafePath,
                at: place,
                "/\(source) on \(path) is not a regular file",
                cause: entry.kind == "l" ? "it is a symbolic link" : nil,
                hint: "do not use this image: kernel and initrd are files of an installation medium"
            )
        }
        guard entry.size <= limit else {
            throw TreeError(
                .tooLarge,
                at: place,
                "/\(source) on \(path) is larger than \(limit >> 20) MiB",
                hint: "this is hardly an installation medium"
            )
        }
        // Created here rather than by xorriso, so that owner, group and mode are ours.
        try Files.create(target, mode: [.ownerReadWrite, .groupRead, .otherRead]).closeQuietly()
        let outcome = try await run([
            "-abort_on", "FAILURE", "-return_with", "SORRY", "32", "-osirrox", "on", "-indev", "stdio:\(path)",
            "-concat", "overwrite", target.string, "/\(source)", "--",
        ])
        guard outcome.status == 0, try Files.status(target).size == entry.size else { throw failure(outcome) }
        try await Blocking.run(target) { (_) throws(TreeError) in
            let file = try Files.openForReading(target)
            defer { try? file.close() }
            try Files.sync(file, target)
        }
    }

    /// Refuses an image that was written to since it was opened: its digest was that of other bytes.
    func checkUnchanged() throws(TreeError) {
        guard try Files.status(path) != status else { return }
        throw TreeError(
            .changed,
            at: path.string,
            "\(path) changed while it was read",
            hint: "something is still writing to it; try again when that is done"
        )
    }

    private func run(_ arguments: [String]) async throws(TreeError) -> Tool.Outcome {
        let xorriso = try Tool.find("xorriso", package: "xorriso")
        // No start-up files of the user, and no patterns: a path is a path.
        return try await xorriso.run(
            ["-no_rc", "-report_about", "SORRY", "-iso_rr_pattern", "off"] + arguments,
            about: path.string
        )
    }

    private func failure(_ outcome: Tool.Outcome) -> TreeError {
        let lines = outcome.errors.split(separator: "\n").filter { $0.contains(" : ") && !$0.contains("RockRidge") }
        let words = lines.map { $0.replacing("xorriso : ", with: "").replacing("libisofs: ", with: "") }
            .joined(separator: "; ")
        if words.contains("No space left") { return .file(.noSpace, path, "cannot extract a file of") }
        return TreeError(
            .notAnISO,
            at: path.string,
            "\(path) cannot be read as an ISO 9660 image",
            cause: words.isEmpty ? "xorriso: exit status \(outcome.status)" : words.shortened,
            hint: "the file is damaged or cut off; fetch it again and compare its checksum"
        )
    }

    /// The path as xorriso prints it.
    private static func quoted(_ path: String) -> String { "'\(path.replacing("'", with: "'\"'\"'"))'" }
}

extension FileDescriptor {
    /// Closes a file that nothing was written to, whose error would mean nothing.
    func closeQuietly() { try? close() }
}
