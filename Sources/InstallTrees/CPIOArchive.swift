/// A cpio archive in the "new ASCII" format (magic 070701), built in memory: for a handful of small files.
///
/// Layout and alignment as the kernel's unpacker wants them (Documentation/driver-api/early-userspace/buffer-format.rst):
/// every header starts at a multiple of 4 bytes, the name ends with NUL and is padded so that header and name fill a
/// multiple of 4, the data is padded likewise, and the entry `TRAILER!!!` ends the archive. Owner, group and times are
/// 0, so the same files give the same bytes.
struct CPIOArchive {
    /// The archive so far; its length is always a multiple of 4.
    private(set) var bytes: [UInt8] = []
    private var inode: UInt32 = 0

    /// Adds a directory.
    mutating func addDirectory(_ name: String, mode: UInt16) {
        add(name, mode: 0o040000 | UInt32(mode), links: 2, [])
    }

    /// Adds a regular file.
    mutating func addFile(_ name: String, mode: UInt16, _ contents: [UInt8]) {
        add(name, mode: 0o100000 | UInt32(mode), links: 1, contents)
    }

    /// Ends the archive.
    ///
    /// The bytes are padded to 512 as cpio(1) does, which reads whole blocks; the kernel skips zeros.
    mutating func finish() {
        add("TRAILER!!!", mode: 0, links: 1, [], numbered: false)
        pad(to: 512)
    }

    private mutating func add(
        _ name: String,
        mode: UInt32,
        links: UInt32,
        _ contents: [UInt8],
        numbered: Bool = true
    ) {
        // Distinct numbers: two files with one number and several links would be taken for one hard-linked file.
        if numbered { inode += 1 }
        bytes += Array("070701".utf8)
        let fields: [UInt32] = [
            numbered ? inode : 0, mode, 0, 0, links, 0, UInt32(contents.count), 0, 0, 0, 0, UInt32(name.utf8.count + 1),
            0,
        ]
        for field in fields {
            let digits = String(field, radix: 16, uppercase: true)
            bytes += Array((String(repeating: "0", count: 8 - digits.count) + digits).utf8)
        }
        bytes += Array(name.utf8) + [0]
        pad(to: 4)
        bytes += contents
        pad(to: 4)
    }

    private mutating func pad(to multiple: Int) {
        bytes += [UInt8](repeating: 0, count: (multiple - bytes.count % multiple) % multiple)
    }
}
