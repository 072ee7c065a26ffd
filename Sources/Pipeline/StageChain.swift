import InstallTrees
import Publish
import Recipes
import SystemPackage

/// The stages from the install on, asked for from the last to the first: what is in the cache needs nothing that comes before it.
struct StageChain: Sendable {
    let stages: StageRunner
    let prints: Fingerprints
    let tree: LocatedTree
    let cloudConfig: String

    private var bake: BakeContext { stages.bake }

    /// Runs what has to run.
    func run(id: String, until: StageName?) async throws -> Bake.Outcome {
        switch until {
        case .install:
            let installed = try await provenDisk()
            return Bake.Outcome(id: id, products: [installed.disk], entry: installed.cacheEntry)
        case .sysprep:
            let sealed = try await sealed()
            return Bake.Outcome(id: id, products: [sealed.overlay], entry: sealed.entry)
        case .convert:
            let artefacts = try await artefacts()
            let files = artefacts.record.artefacts.flatMap(\.files).map { artefacts.entry.file($0) }
            return Bake.Outcome(id: id, products: files, entry: artefacts.entry)
        case nil, .render, .tree, .publish:
            let (published, isUnchanged) = try await published()
            return Bake.Outcome(id: id, images: published.images, isUnchanged: isUnchanged)
        }
    }

    private func published() async throws -> (PublishedImages, isUnchanged: Bool) {
        var isUnchanged = true
        let published = try await stages.product(.publish, prints.publish) { entry in
            try await images(of: entry)
        } make: {
            isUnchanged = false
            let stage = PublishStage(fingerprint: prints.publish, treeTrust: tree.tree.trust)
            return try await stages.perform(stage, on: artefacts())
        }
        return (published, isUnchanged)
    }

    /// The images of an unchanged recipe, where all of them still have their names: publishing gives a name back without sending bytes, or
    /// says why not.
    private func images(of entry: StageCache.Entry) async throws -> PublishedImages? {
        let record = try bake.cache.product(PublishedRecord.self, of: entry)
        let channel = stages.events.channel(.publish)
        return try await Registries.with(bake.recipe, home: bake.home, warn: { channel.warning($0) }) { registries in
            guard let images = try await record.standing(in: registries), !images.isEmpty else { return nil }
            return PublishedImages(images: images.map(\.image))
        }
    }

    private func artefacts() async throws -> Artefacts {
        let artefacts: Artefacts = try await stages.product(.convert, prints.convert) { entry in
            // One of an older version, without the packages, has to be made anew.
            guard Files.exists(entry.file(SealRecord.inventoryName)) else { return nil }
            let artefacts = Artefacts(entry: entry, record: try bake.cache.product(ArtefactsRecord.self, of: entry))
            // The proof belongs to every bake that publishes what was proven.
            for name in HygieneProof.reports where Files.exists(entry.file(name)) {
                try Files.write(Files.read(entry.file(name)), to: bake.directory.appending(name))
            }
            return artefacts
        } make: {
            let sealed = try await sealed()
            let stage = ConvertStage(cloudConfig: cloudConfig, fingerprint: prints.convert)
            return try await inRoom(.appliance, .convert) { try await stages.perform(stage, on: sealed) }
        }
        for file in try ImageDocuments(bake: bake).write(artefacts) {
            stages.events.channel(.convert).emit(.output("bill of materials: \(file)"))
        }
        return artefacts
    }

    private func sealed() async throws -> SealedDisk {
        try await stages.product(.sysprep, prints.sysprep) { entry in
            guard Files.exists(entry.file(SealRecord.inventoryName)) else { return nil }
            return SealedDisk(entry: entry, record: try bake.cache.product(SealRecord.self, of: entry))
        } make: {
            // Nobody else may begin the same install before this one is in the cache, which is when sysprep has read its stamp.
            let (disk, right) = try await stages.obtain(.install, prints.install) { entry in
                try installedDisk(entry)
            } make: {
                try await inRoom(guest, .install) {
                    try await stages.perform(InstallStage(fingerprint: prints.install), on: tree)
                }
            }
            defer { right?.giveUp() }
            let stage = SysprepStage(
                cloudConfig: cloudConfig,
                fingerprint: prints.sysprep,
                installRight: right
            )
            return try await inRoom(.appliance, .sysprep) { try await stages.perform(stage, on: disk) }
        }
    }

    private func provenDisk() async throws -> InstalledDisk {
        try await stages.product(.install, prints.install) { entry in
            try installedDisk(entry)
        } make: {
            try await inRoom(guest, .install) {
                try await stages.perform(ProvenInstallStage(fingerprint: prints.install), on: tree)
            }
        }
    }

    private func installedDisk(_ entry: StageCache.Entry) throws -> InstalledDisk {
        InstalledDisk(entry, try bake.cache.product(InstallRecord.self, of: entry), prints.install)
    }

    /// What the installer's guest takes, with the appliance that may follow it.
    private var guest: Room.Demand {
        // A guest on another machine takes that one's memory, of which libvirt there is the judge.
        if bake.hypervisor.isRemote { return .appliance }
        let machine = bake.recipe.machine
        let guest = Room.Demand(
            memory: machine.memory.bytes,
            processors: machine.vcpus,
            disk: DiskSpace.leastForInstall
        )
        return guest + .appliance
    }

    private func inRoom<Value: Sendable>(
        _ demand: Room.Demand,
        _ stage: StageName,
        _ body: @Sendable () async throws -> Value
    ) async throws -> Value {
        let channel = stages.events.channel(stage)
        return try await bake.room.with(
            demand,
            waiting: { channel.note("waiting for room, which other bakes take: \($0)") },
            body
        )
    }
}
