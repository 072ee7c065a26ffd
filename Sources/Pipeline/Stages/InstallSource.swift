import DiskImages
import Foundation
import InstallTrees
import Recipes
import SystemPackage

/// How the guest gets at the tree: from a disk of its own, from a server of ours, or from where the recipe says.
struct InstallSource: Sendable {
    /// The tree's address as the guest sees it.
    let location: String
    /// The payload that a `liveimg` kickstart unpacks.
    let payload: RenderValues.Payload?
    /// An ISO 9660 image to attach.
    let image: FilePath?

    static func prepare(_ tree: InstallTree, _ bake: BakeContext) async throws -> InstallSource {
        switch tree.source {
        case .url(let url):
            return InstallSource(location: GuestURL.translate(url), payload: nil, tree: tree)
        case .iso(let image):
            return InstallSource(
                location: "cdrom",
                payload: payload(tree, base: "file:///run/install/repo"),
                image: try await readable(image, bake)
            )
        case .directory(let directory):
            if let iso = tree.repositoryISO {
                let image = try await readable(iso, bake)
                return InstallSource(
                    location: "cdrom",
                    payload: payload(tree, base: "file:///run/install/repo"),
                    image: image
                )
            }
            let server = try await PayloadServer.start(root: directory)
            bake.cleanup.push("stop serving the install tree") { await server.stop() }
            return InstallSource(location: GuestURL.translate(server.url), payload: nil, tree: tree)
        }
    }

    private init(location: String, payload: RenderValues.Payload?, image: FilePath?) {
        self.location = location
        self.payload = payload
        self.image = image
    }

    private init(location: String, payload: RenderValues.Payload?, tree: InstallTree) {
        self.init(location: location, payload: payload ?? Self.payload(tree, base: location), image: nil)
    }

    private static func payload(_ tree: InstallTree, base: String) -> RenderValues.Payload? {
        guard let payload = tree.payload, payload.checksum.algorithm == .sha256 else { return nil }
        let base = base.hasSuffix("/") ? String(base.dropLast()) : base
        return RenderValues.Payload(url: "\(base)/\(payload.path)", checksum: payload.checksum.hex)
    }

    /// The image where the user that QEMU runs as can read it: in place, or copied beside the disk.
    private static func readable(_ iso: FilePath, _ bake: BakeContext) async throws -> FilePath {
        let resolved = FilePath(URL(filePath: iso.string).standardizedFileURL.path)
        if !bake.hypervisor.switchesUser || GuestAccess.blockingDirectory(of: resolved) == nil,
            GuestAccess.isReadableByAll(resolved)
        {
            return resolved
        }
        let copy = bake.work.appending("repo.iso")
        try await FileTransfer.place(resolved, at: copy, permissions: [.ownerReadWrite, .groupRead, .otherRead])
        return copy
    }
}
