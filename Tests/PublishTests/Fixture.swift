import DiskImages
import Foundation
import Publish
import SystemPackage
import TestSupport

/// A registry and some images in a scratch directory.
struct Fixture {
    let scratch: Scratch
    let registry: LocalRegistry

    init() throws {
        scratch = try Scratch()
        registry = LocalRegistry(root: scratch.appending("registry"))
    }

    /// A raw image; equal seeds give equal bytes.
    func image(_ name: String = "image.raw", size: Int = 1 << 20, seed: UInt64 = 1) throws -> FilePath {
        try scratch.write(name, noise(size, seed: seed))
    }

    func request(_ name: String, seed: UInt64 = 1, sharing: FileSharing = .reflink) throws -> ImageRequest {
        ImageRequest(
            file: try image("\(name)-\(seed).raw", seed: seed),
            name: name,
            diskFormat: .raw,
            sharing: sharing
        )
    }

    /// The path of an image's blob.
    func blob(_ image: Image) -> FilePath {
        let digest = image.sha256 ?? "none"
        return registry.root.appending("blobs").appending("sha256").appending(String(digest.prefix(2))).appending(
            digest
        )
    }

    /// All regular files under blobs/ and ingest/.
    var files: [String] {
        ["blobs", "ingest"].flatMap { folder -> [String] in
            let root = registry.root.appending(folder).string
            let names = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
            return names.filter { name in
                var isDirectory: ObjCBool = false
                return FileManager.default.fileExists(atPath: root + "/" + name, isDirectory: &isDirectory)
                    && !isDirectory.boolValue
            }
        }
    }
}
