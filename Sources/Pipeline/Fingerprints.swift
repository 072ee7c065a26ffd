import Guestfs
import InstallTrees
import Recipes

/// The fingerprints of a bake's stages, each built on the one before it.
struct Fingerprints: Sendable {
    let install: Fingerprint
    let sysprep: Fingerprint
    let convert: Fingerprint
    let publish: Fingerprint

    /// All of them, in the order of the stages.
    var all: [(StageName, Fingerprint)] {
        [(.install, install), (.sysprep, sysprep), (.convert, convert), (.publish, publish)]
    }

    /// The versions of the programs whose output depends on them.
    struct ToolVersions: Sendable {
        let qemu: String
        let qemuImg: String
        let libguestfs: String
        /// The build of imagebake itself, whose code cleans the disk.
        let imagebake: String
    }

    init(
        recipe: Recipe,
        text: FingerprintText,
        tree: InstallTree,
        revisions: [String: String],
        secrets: BakeSecrets,
        tools: ToolVersions
    ) {
        install = Fingerprint(
            [
                "imagebake": Version.current,
                "kickstart": text.install,
                "location": "\(recipe.install.location)",
                "tree": tree.fingerprint,
                "payload": tree.payload?.checksum.description ?? "none",
                "root password": secrets.rootPassword.fingerprint,
                "secrets": secrets.secrets.fingerprint,
                "disk size": String(recipe.machine.disk.bytes),
                "memory": String(recipe.machine.memory.bytes),
                "processors": String(recipe.machine.vcpus),
                "qemu": tools.qemu,
            ].merging(revisions) { own, _ in own }
        )
        sysprep = Fingerprint([
            "install": install.digest,
            "cloud.cfg": text.seal,
            "customize": text.customize.isEmpty ? "none" : text.customize,
            "secrets of customize": secrets.secrets.customizingFingerprint,
            "lock root": String(recipe.system.lockRoot),
            "operations": Sysprep.operations.map(\.name).joined(separator: " "),
            "enabled operations": recipe.sysprep.enable.sorted().joined(separator: " "),
            "disabled operations": recipe.sysprep.disable.sorted().joined(separator: " "),
            "libguestfs": tools.libguestfs,
            "build of imagebake": tools.imagebake,
        ])
        convert = Fingerprint([
            "sysprep": sysprep.digest,
            "allowed files": recipe.sysprep.allow.sorted().joined(separator: "\n"),
            "outputs": recipe.outputs.map { "\($0.format.rawValue) \($0.compression.rawValue)" }.joined(
                separator: ", "
            ),
            "clusters": "256 KiB",
            "qemu-img": tools.qemuImg,
        ])
        publish = Fingerprint([
            "recipe": recipe.name,
            "convert": convert.digest,
            // Of the record: it names the registries since 2, and images know the name that they had since 3.
            "format": "3",
            "publications": recipe.publish.map(Self.text).joined(separator: "\n"),
            "tree's trust": tree.trust.rawValue,
        ])
    }

    private static func text(_ publication: Recipe.Publication) -> String {
        let properties = publication.properties.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return [
            publication.registry.name, publication.name ?? "", publication.visibility.rawValue,
            String(publication.protected), publication.tags.joined(separator: ","), properties.joined(separator: ","),
            publication.minRAM?.description ?? "", publication.keep.map(String.init) ?? "", publication.retire.rawValue,
            publication.store ?? "", publication.format?.rawValue ?? "", publication.profile?.rawValue ?? "",
        ].map { "\($0.utf8.count):\($0)" }.joined()
    }
}
