import DiskImages
import Guestfs
import Recipes
import SystemPackage

/// Writes each output format, complete in itself, and proves from the bytes that were written that the disk in them is clean.
struct ConvertStage: Stage {
    static let name = StageName.convert

    let cloudConfig: String
    let fingerprint: Fingerprint

    func run(_ sealed: SealedDisk, _ bake: BakeContext, _ channel: StageChannel) async throws -> Artefacts {
        var files: [String: FilePath] = [:]
        var records: [ArtefactRecord] = []
        for (index, output) in bake.recipe.outputs.enumerated() {
            guard let target = ImageOutput(output) else {
                let root = try await RootSeparation(sealed: sealed, bake: bake, channel: channel).run(index)
                files.merge(root.files) { $1 }
                records.append(root.record)
                continue
            }
            channel.activity("writing \(output.format.rawValue)")
            let name = "image-\(index).\(target.fileExtension)"
            let file = bake.work.appending(name)
            let info = try await bake.qemuImg.convert(
                sealed.overlay,
                format: .qcow2,
                backing: .trusted,
                to: file,
                output: target
            ) { progress in
                channel.bytes(progress.completed, of: progress.total)
            }
            files[name] = file
            records.append(
                ArtefactRecord(name: name, format: target.format, virtualSize: info.virtualSize, size: info.actualSize)
            )
        }
        // The artefacts may outlive the disk that they were made of.
        files[SealRecord.inventoryName] = sealed.entry.file(SealRecord.inventoryName)
        let proof = HygieneProof(sealed: sealed.record, cloudConfig: cloudConfig, bake: bake, channel: channel)
        let report = try await proof.run(on: records)
        files.merge(report.files) { $1 }
        let record = ArtefactsRecord(
            artefacts: records,
            architecture: sealed.record.architecture,
            checks: report.checks
        )
        let entry = try await bake.cache.add(
            .convert,
            fingerprint,
            recipe: bake.recipe.name,
            product: record,
            files: files,
            published: Set(records.map(\.name)),
            from: sealed.entry
        )
        return Artefacts(entry: entry, record: record)
    }
}

/// One finished image file.
struct ArtefactRecord: Codable, Equatable {
    let name: String
    let format: DiskImages.DiskFormat
    let virtualSize: Int64
    let size: Int64
    /// What it starts with; nil for a disk that starts by itself.
    var boot: BootRecord?

    /// What a root file system starts with that has no boot loader.
    struct BootRecord: Codable, Equatable {
        /// The kernel's file, beside the artefact's.
        let kernel: String
        /// The ramdisk's file, beside the artefact's.
        let ramdisk: String
        let commandLine: String
        /// Where the file system lies on the disk.
        let region: DiskRegion
    }

    /// The format as a recipe calls it.
    var formatName: String { boot == nil ? format.rawValue : Recipe.Output.Format.ami.rawValue }

    /// All its files, the image's first.
    var files: [String] { [name] + (boot.map { [$0.kernel, $0.ramdisk] } ?? []) }
}

/// What the cache knows of a bake's artefacts.
struct ArtefactsRecord: Codable, Equatable {
    let artefacts: [ArtefactRecord]
    let architecture: String
    /// How many checks the proof of their hygiene made.
    let checks: Int
}

/// The finished image files of a bake.
struct Artefacts: StageProduct {
    let entry: StageCache.Entry
    let record: ArtefactsRecord

    var summary: String {
        record.artefacts.map { "\($0.formatName), \(ByteText.text($0.size))" }.joined(separator: "; ")
            + ", \(record.checks) checks passed"
    }
}

extension ImageOutput {
    /// What qemu-img writes; nil for what is no disk.
    fileprivate init?(_ output: Recipe.Output) {
        switch output.format {
        case .ami: return nil
        case .raw: self = .raw
        case .qcow2:
            switch output.compression {
            case .zstd: self = .qcow2(.zstd)
            case .zlib: self = .qcow2(.zlib)
            case .none: self = .qcow2(.none)
            }
        }
    }
}
