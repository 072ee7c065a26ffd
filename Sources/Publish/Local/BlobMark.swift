import DiskImages
import SystemPackage

/// A file in `ingest/` for as long as a process is between naming or freeing blobs and saying so in the index.
///
/// Where it is left without its lock, the process was killed there and blobs may be in no image. Without it nobody needs to look, which with
/// ten thousand blobs takes longer than to list them.
enum BlobMark {
    private static let name = "blobs"

    /// Runs something under a mark; also where none can be made, since a full disk must not keep an image from being deleted.
    static func around<Value>(_ layout: RegistryLayout, _ body: () throws -> Value) rethrows -> Value {
        let mark = try? PartialFile.create(in: layout.ingest, for: name)
        defer { mark?.discard() }
        return try body()
    }

    static func isMark(_ path: FilePath) -> Bool {
        path.lastComponent?.string.hasPrefix(".\(name).") ?? false
    }
}
