import Foundation
import InstallTrees
import Libvirt
public import Recipes
public import SystemPackage

/// The rendered files of a recipe, for a person to read; nothing is fetched.
public struct Preview: Sendable {
    /// The kickstart.
    public let kickstart: String
    /// The same without the hash of root's password, which is another one in each preview.
    private let scrubbedKickstart: String
    /// The cloud.cfg.
    public let cloudConfig: String
    /// The domain, as libvirt would get it.
    public let domain: String
    /// The kernel's command line.
    public let commandLine: String
    /// What stands in the files for something that only a bake knows.
    public let notes: [String]

    /// Renders a recipe.
    ///
    /// - Throws: ``Failure`` with ``ExitStatus/badRecipe`` where a template names a variable that nobody defines.
    public init(_ recipe: Recipe, home: Home, resources: Resources) async throws(Failure) {
        do {
            try await self.init(checked: recipe, home: home, resources: resources)
        } catch {
            throw Failure(error)
        }
    }

    private init(checked recipe: Recipe, home: Home, resources: Resources) async throws {
        var notes: [String] = []
        let location: String
        var payload: RenderValues.Payload?
        var mediumLabel: String?
        let recipeTree = RecipeTree(recipe: recipe, home: home, resources: resources, allowsUnverified: true)
        let isUserNetwork = recipe.machine.network == .user
        switch (recipe.install.location, try recipeTree.source()) {
        case (.url(let url), _):
            location = isUserNetwork ? GuestURL.translate(url) : url
        case (.directory, let source?):
            let tree = try await recipeTree.fetch(source)
            location = tree.repositoryISO == nil && isUserNetwork ? "http://\(GuestURL.gateway):0" : "cdrom"
            if location != "cdrom" {
                notes.append("the port of the tree's server is known when the bake runs; it reads 0")
            }
            payload = tree.payload.map { Self.payload($0, location: location) }
        case (.image, let source?):
            let tree = try await recipeTree.fetch(source)
            location = "cdrom"
            mediumLabel = tree.medium?.escapedLabel
            payload = tree.payload.map { Self.payload($0, location: location) }
        case (.builtIn, let source?):
            location = "cdrom"
            payload = try await recipeTree.fetch(source).payload.map { Self.payload($0, location: location) }
        default:
            location = "cdrom"
            notes.append("the Debian tree is not built yet, so the payload's checksum reads 000...")
            payload = .init(
                url: "file:///run/install/repo/LiveOS/rootfs.tar",
                checksum: String(repeating: "0", count: 64)
            )
        }
        let rootPassword = try await HostSecrets(home: home).rootPassword(of: recipe)
        notes += rootPassword.warnings
        let rendered = try Renderer(templates: resources.templates).render(
            recipe.withGuestAddresses,
            RenderValues(
                rootPasswordHash: rootPassword.hash,
                location: location,
                mediumLabel: mediumLabel,
                payload: payload,
                bakeID: "preview",
                nonce: "preview"
            )
            // The hash of root's password is shown to its owner; the secrets are nobody's to read here.
            .hidingSecrets(of: recipe)
        )
        if !recipe.secrets.isEmpty { notes.append("the values of the secrets read (hidden)") }
        if recipe.system.rootPassword == .random {
            notes.append("the root password is random, and another one in each bake")
        }
        kickstart = rendered.kickstart
        scrubbedKickstart = rendered.scrubbedKickstart
        cloudConfig = rendered.cloudConfig
        commandLine = rendered.kernelArguments.joined(separator: " ")
        domain =
            DomainDefinition(
                recipe,
                name: "imagebake-\(recipe.name)",
                uuid: "00000000-0000-0000-0000-000000000000",
                accelerator: .kvm,
                files: GuestFiles(
                    boot: .init(kernel: "/bake/vmlinuz", initrd: "/bake/initrd.img", commandLine: commandLine),
                    disk: "/bake/disk.qcow2",
                    variables: "/bake/uefi-variables.fd",
                    medium: location == "cdrom" ? "/bake/repo.iso" : nil
                )
            ).xml
        notes.append("domain.xml names /bake for the bake's own directory, and KVM where the bake may find TCG")
        self.notes = notes
    }

    /// Writes `ks.cfg`, `cloud.cfg`, `domain.xml` and `cmdline` into a directory.
    public func write(to directory: FilePath) throws(Failure) {
        try Files.makeDirectory(directory)
        // The kickstart holds the hash of the root password.
        try Files.write(kickstart, to: directory.appending("ks.cfg"), mode: [.ownerReadWrite])
        try Files.write(cloudConfig, to: directory.appending("cloud.cfg"))
        try Files.write(domain, to: directory.appending("domain.xml"))
        try Files.write(commandLine + "\n", to: directory.appending("cmdline"))
    }

    /// The same without the secrets that a masker knows.
    func write(to directory: FilePath, masking masker: SecretMasker) throws(Failure) {
        try Files.makeDirectory(directory)
        for (name, text) in [
            ("ks.cfg", scrubbedKickstart), ("cloud.cfg", cloudConfig), ("domain.xml", domain),
            ("cmdline", commandLine + "\n"),
        ] {
            try Files.write(masker.mask(text), to: directory.appending(name))
        }
    }

    private static func payload(_ payload: InstallTree.Payload, location: String) -> RenderValues.Payload {
        let base = location == "cdrom" ? "file:///run/install/repo" : location
        return .init(url: "\(base)/\(payload.path)", checksum: payload.checksum.hex)
    }
}
