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

    /// The label of that image as udev writes it, by which an installer finds it.
    let mediumLabel: String?

    static func prepare(_ tree: InstallTree, _ bake: BakeContext) async throws -> InstallSource {
        if bake.hypervisor.isRemote, bake.recipe.withGuestAddresses != bake.recipe {
            throw Failure(
                .badConfiguration,
                "\(bake.recipe.file) names a proxy or a repository on this machine's 127.0.0.1, and a guest on "
                    + "\(bake.hypervisor.uri) cannot reach it",
                ["next": "name an address that the guest can reach"]
            )
        }
        let isUserNetwork = bake.recipe.machine.network == .user
        switch tree.source {
        case .url(let url):
            guard !bake.hypervisor.isRemote || GuestURL.translate(url) == url else {
                throw Failure(
                    .badConfiguration,
                    "the tree at \(url) is on this machine, and a guest on \(bake.hypervisor.uri) cannot reach it",
                    ["next": "name its directory or an ISO image of it, which is carried there"]
                )
            }
            // The host's own 127.0.0.1 has another address in QEMU's user network, and none in any other.
            return InstallSource(url: isUserNetwork ? GuestURL.translate(url) : url, tree)
        case .iso(let image):
            return InstallSource(medium: try await readable(image, bake), label: tree.medium?.escapedLabel, tree)
        case .directory(let directory):
            if let iso = tree.repositoryISO {
                return InstallSource(medium: try await readable(iso, bake), label: nil, tree)
            }
            guard isUserNetwork, !bake.hypervisor.isRemote else {
                // A server of ours listens on 127.0.0.1 only, which such a guest cannot reach.
                let image = bake.work.appending("repo.iso")
                try await DirectoryMedium.make(directory: directory, volumeID: Self.label, output: image)
                return InstallSource(medium: image, label: Self.label, tree)
            }
            let server = try await PayloadServer.start(root: directory)
            bake.cleanup.push("stop serving the install tree") { await server.stop() }
            return InstallSource(url: GuestURL.translate(server.url), tree)
        }
    }

    // imagebake's own installer looks for this one.
    private static let label = "imagebake"

    private init(url: String, _ tree: InstallTree) {
        location = url
        payload = Self.payload(tree, base: url)
        image = nil
        mediumLabel = nil
    }

    private init(medium: FilePath, label: String?, _ tree: InstallTree) {
        location = "cdrom"
        payload = Self.payload(tree, base: "file:///run/install/repo")
        image = medium
        mediumLabel = label
    }

    private static func payload(_ tree: InstallTree, base: String) -> RenderValues.Payload? {
        guard let payload = tree.payload, payload.checksum.algorithm == .sha256 else { return nil }
        let base = base.hasSuffix("/") ? String(base.dropLast()) : base
        return RenderValues.Payload(url: "\(base)/\(payload.path)", checksum: payload.checksum.hex)
    }

    /// The image where the user that QEMU runs as can read it: in place, or copied beside the disk.
    private static func readable(_ iso: FilePath, _ bake: BakeContext) async throws -> FilePath {
        let resolved = FilePath(URL(filePath: iso.string).standardizedFileURL.path)
        // It is carried there, by ourselves.
        if bake.hypervisor.isRemote { return resolved }
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
