import DiskImages
import Foundation
import InstallTrees
import Libvirt
import Recipes
import SystemPackage

/// Runs the installer in a transient guest, and believes it only so far: the disk's stamp is read when sysprep opens the disk.
struct InstallStage: Stage {
    static let name = StageName.install

    let fingerprint: Fingerprint

    func run(_ located: LocatedTree, _ bake: BakeContext, _ channel: StageChannel) async throws -> InstalledDisk {
        // Connecting takes a third of a second, in which the guest's files are made.
        async let connecting = bake.hypervisor.connect(home: bake.home)
        let source = try await InstallSource.prepare(located.tree, bake)
        let nonce = Self.nonce()
        let rendered = try bake.renderer.render(
            bake.recipe.withGuestAddresses,
            RenderValues(
                rootPasswordHash: bake.secrets.rootPassword.hash,
                location: source.location,
                mediumLabel: source.mediumLabel,
                payload: source.payload,
                bakeID: bake.id,
                nonce: nonce,
                secrets: bake.secrets.secrets.values
            )
        )
        try write(rendered, bake)

        let makeInitrd: @Sendable () async throws -> FilePath = {
            let initrd = bake.work.appending("initrd.img")
            try await InitrdInjector.inject(
                [.init(name: "ks.cfg", contents: Array(rendered.kickstart.utf8))]
                    + rendered.files.map { .init(name: $0.name, contents: $0.contents, mode: $0.mode) },
                into: located.tree.initrd,
                writing: initrd
            )
            return initrd
        }
        let initrd = try await makeInitrd()
        let connection = try await connecting
        if bake.hypervisor.isRemote { try await MachineSupport.require(bake.recipe, on: connection) }
        let accelerator = try await bake.accelerator(on: connection, channel)
        let storage = try await bake.guestStorage(on: connection, channel)
        bake.traces.storage = storage
        let uuid = UUID().uuidString.lowercased()
        try storage.record(uuid)
        let definition = DomainDefinition(
            bake.recipe,
            name: "imagebake-\(bake.id)",
            uuid: uuid,
            accelerator: accelerator,
            files: try await storage.place(
                GuestDraft(
                    kernel: located.tree.kernel,
                    initrd: initrd,
                    commandLine: Self.commandLine(rendered.kernelArguments, under: accelerator, bake.recipe),
                    diskBytes: bake.recipe.machine.disk.bytes,
                    medium: source.image,
                    uuid: uuid
                )
            )
        )
        try bake.secrets.require(absentFrom: definition.xml, what: "the definition of the guest")
        try Files.write(definition.xml, to: bake.directory.appending("domain.xml"))

        let seconds = try await InstallGuest(
            definition: definition,
            connection: connection,
            kickstart: rendered.scrubbedKickstart,
            nonce: nonce,
            bake: bake,
            channel: channel,
            onStart: { await storage.forgetBoot() },
            onRestart: { try await storage.restoreBoot(kernel: located.tree.kernel, initrd: makeInitrd) }
        )
        .runToEnd()
        return InstalledDisk(
            disk: try await storage.collectDisk(),
            stamp: InstallReport.stamp(bakeID: bake.id, nonce: nonce),
            seconds: seconds,
            cacheEntry: nil,
            fingerprint: fingerprint
        )
    }

    /// The kernel's command line.
    ///
    /// A translated guest on a busy host may miss the ticks by which Linux tries its timer, and panic ("IO-APIC + timer doesn't work");
    /// libguestfs' appliance goes without that trial too (lib/appliance-kcmdline.c).
    private static func commandLine(
        _ arguments: [String],
        under accelerator: DomainDefinition.Accelerator,
        _ recipe: Recipe
    ) -> String {
        let untried = accelerator == .tcg && recipe.architecture == .x86_64 ? ["no_timer_check"] : []
        return (arguments + untried).joined(separator: " ")
    }

    /// 128 bits from the system's generator.
    private static func nonce() -> String {
        (0..<2).map { _ in
            let digits = String(UInt64.random(in: .min ... .max), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }
        .joined()
    }

    private func write(_ rendered: RenderedRecipe, _ bake: BakeContext) throws(Failure) {
        let commandLine = rendered.kernelArguments.joined(separator: " ")
        try bake.secrets.require(absentFrom: commandLine, what: "the kernel's command line")
        try bake.secrets.require(absentFrom: rendered.cloudConfig, what: "the image's cloud.cfg")
        let directory = bake.directory.appending("rendered")
        try Files.makeDirectory(directory)
        try Files.write(rendered.scrubbedKickstart, to: directory.appending("ks.cfg"))
        try Files.write(rendered.cloudConfig, to: directory.appending("cloud.cfg"))
        try Files.write(commandLine + "\n", to: directory.appending("cmdline"))
    }
}

/// A disk on which an installer ran to its end.
struct InstalledDisk: StageProduct {
    /// The disk; never written to again.
    let disk: FilePath
    /// The stamp that the disk must hold.
    let stamp: String
    /// How long the installer ran.
    let seconds: Double
    /// Where it lies in the cache; nil while its stamp has not been read.
    let cacheEntry: StageCache.Entry?
    let fingerprint: Fingerprint

    var summary: String { "the installer shut the guest off after \(Int(seconds)) s" }
}
