import Foundation
import SystemPackage
import Testing

/// The files in a disk image's first partition, read with debugfs: a judge that shares nothing with libguestfs.
struct ImageFiles {
    private let device: String
    private let lab: Lab

    /// Opens a qcow2 image with a DOS partition table and an ext4 file system.
    init(_ image: FilePath, in lab: Lab) async throws {
        let raw = lab.root.appending("image.raw")
        _ = try await lab.tool("qemu-img", "convert", "-O", "raw", image.string, raw.string)
        let handle = try FileHandle(forReadingFrom: URL(filePath: raw.string))
        defer { try? handle.close() }
        // The first entry of the table is at byte 446, the start of its partition, in sectors, 8 bytes into it.
        try handle.seek(toOffset: 446 + 8)
        let bytes = try handle.read(upToCount: 4) ?? Data()
        let start = bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
        device = "\(raw)?offset=\(start * 512)"
        self.lab = lab
    }

    /// A file's text.
    func text(_ path: String) async throws -> String {
        try await debugfs("cat \"\(path)\"")
    }

    /// What lies in a directory.
    func names(_ directory: String) async throws -> [String] {
        try await debugfs("ls -p \"\(directory)\"").split(separator: "\n")
            .compactMap {
                $0.split(separator: "/", omittingEmptySubsequences: false).dropFirst(5).first.map(String.init)
            }
            .filter { $0 != "." && $0 != ".." }
    }

    private func debugfs(_ request: String) async throws -> String {
        let result = try await lab.start(program: ["debugfs", "-R", request, device]).result().required()
        // Its status is 0 whatever happens; the first line on standard error is its version.
        let errors = result.stderr.split(separator: "\n").dropFirst()
        guard errors.isEmpty else { throw Trouble("debugfs \(request): \(errors.joined(separator: "; "))") }
        return result.stdout
    }
}
