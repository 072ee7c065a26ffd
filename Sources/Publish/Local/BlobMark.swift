import DiskImages
import SystemPackage

/// A file in `ingest/` for as long as a process is between naming or freeing bytes in a store and saying so in the index.
///
/// Where it is left without its lock, the process was killed there, or could not remove what it had freed: bytes may be no image's. Without it
/// nobody needs to look, which with ten thousand blobs takes longer than to list them.
struct BlobMark {
    private static let name = "blobs"

    private let file: PartialFile?

    /// Runs something under a mark; also where none can be made, since a full disk must not keep an image from being deleted.
    static func around<Value>(_ layout: RegistryLayout, _ body: (BlobMark) throws -> Value) rethrows -> Value {
        let mark = BlobMark(file: try? PartialFile.create(in: layout.ingest, for: name))
        defer { mark.file?.discard() }
        return try body(mark)
    }

    /// Cleans up after a change of the index; where that fails the mark stays, and the next command does it.
    func clean(_ body: () throws -> Void) {
        do { try body() } catch { file?.leave() }
    }

    static func isMark(_ path: FilePath) -> Bool {
        path.lastComponent?.string.hasPrefix(".\(name).") ?? false
    }
}
