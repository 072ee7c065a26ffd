import Foundation
import SystemPackage
import Testing

/// The files in a partition of a disk image, read with debugfs: a judge that shares nothing with libguestfs.
struct ImageFiles {
    /// The size that the partition table gives.
    let mebibytes: Int
    private let raw: FilePath
    private let offset: Int
    private let lab: Lab

    /// Opens a qcow2 image with a DOS partition table.
    ///
    /// - Parameters:
    ///   - image: The image.
    ///   - partition: Which of the four primary partitions, 1 to 4; only one with an ext4 file system has files.
    ///   - lab: Where a raw copy of the image goes, one for all partitions.
    init(_ image: FilePath, partition: Int = 1, in lab: Lab) async throws {
        raw = FilePath("\(lab.root)/\(image.stem ?? "image").raw")
        if !Disk.exists(raw) {
            _ = try await lab.tool("qemu-img", "convert", "-O", "raw", image.string, raw.string)
        }
        let handle = try FileHandle(forReadingFrom: URL(filePath: raw.string))
        defer { try? handle.close() }
        // The table is at byte 446, 16 bytes an entry; 8 bytes into it are the start and the length, in sectors.
        try handle.seek(toOffset: UInt64(446 + 16 * (partition - 1) + 8))
        let bytes = [UInt8](try handle.read(upToCount: 8) ?? Data())
        guard bytes.count == 8 else { throw Trouble("\(raw) has no partition table") }
        let sectors = [bytes[..<4], bytes[4...]].map { $0.reversed().reduce(0) { $0 << 8 | Int($1) } }
        offset = sectors[0] * 512
        mebibytes = sectors[1] / 2048
        self.lab = lab
    }

    /// The label of the file system or the swap space.
    func label() async throws -> String {
        try await lab.tool("blkid", "-p", "-O", "\(offset)", "-o", "value", "-s", "LABEL", raw.string)
    }

    /// A file's text.
    func text(_ path: String) async throws -> String {
        try await debugfs("cat \"\(path)\"")
    }

    /// The text of a file that gzip packed.
    func unpackedText(_ path: String) async throws -> String {
        let packed = lab.root.appending("packed.gz")
        Disk.remove(packed)
        _ = try await debugfs("dump \"\(path)\" \(packed)")
        return try await lab.tool("zcat", packed.string)
    }

    /// What lies in a directory.
    func names(_ directory: String) async throws -> [String] {
        try await debugfs("ls -p \"\(directory)\"").split(separator: "\n")
            .compactMap {
                $0.split(separator: "/", omittingEmptySubsequences: false).dropFirst(5).first.map(String.init)
            }
            .filter { $0 != "." && $0 != ".." }
    }

    /// A file's permissions, four octal digits, and the numbers of its owner and group.
    func status(_ path: String) async throws -> String {
        let text = try await debugfs("stat \"\(path)\"")
        guard let mode = text.firstMatch(of: #/Mode:\s+(\d+)/#)?.1,
            let user = text.firstMatch(of: #/User:\s+(\d+)/#)?.1,
            let group = text.firstMatch(of: #/Group:\s+(\d+)/#)?.1
        else { throw Trouble("debugfs knows nothing of \(path): \(text)") }
        return "\(mode) \(user) \(group)"
    }

    private func debugfs(_ request: String) async throws -> String {
        let result = try await lab.start(program: ["debugfs", "-R", request, "\(raw)?offset=\(offset)"]).result()
            .required()
        // Its status is 0 whatever happens; the first line on standard error is its version.
        let errors = result.stderr.split(separator: "\n").dropFirst()
        guard errors.isEmpty else { throw Trouble("debugfs \(request): \(errors.joined(separator: "; "))") }
        return result.stdout
    }
}
