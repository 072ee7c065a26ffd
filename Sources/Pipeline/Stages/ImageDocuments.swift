import DiskImages
import Foundation
import Inventory
import Publish
import Recipes
import SystemPackage

/// The bills of materials of a bake's artefacts, in the bake's directory: `NAME.spdx.json` and `NAME.cdx.json`.
struct ImageDocuments {
    let bake: BakeContext

    /// Those that a bake's directory has.
    static func files(in directory: FilePath) -> [FilePath] {
        let endings = BillOfMaterials.Form.allCases.map { ".\($0.fileExtension)" }
        return Files.names(in: directory).sorted().filter { name in endings.contains { name.hasSuffix($0) } }
            .map { directory.appending($0) }
    }

    /// Writes them, from what sysprep read off the disk and the artefacts' own digests.
    ///
    /// The same artefact gives the same bytes again: the time is that at which it was made.
    /// - Returns: The files.
    func write(_ artefacts: Artefacts) throws -> [FilePath] {
        let data = try Files.read(artefacts.entry.file(SealRecord.inventoryName))
        guard let inventory = try? JSONDecoder().decode(PackageInventory.self, from: data) else {
            throw Failure(
                .inputOutput,
                "the list of packages in \(artefacts.entry.directory) cannot be read",
                ["next": "remove that directory and run the command again"]
            )
        }
        var documents: [FilePath] = []
        for (index, artefact) in artefacts.record.artefacts.enumerated() {
            guard let digest = artefacts.entry.manifest.files[artefact.name]?.sha256 else {
                throw Failure(.bug, "the digest of \(artefact.name) is not known")
            }
            let fileExtension = FilePath(artefact.name).extension ?? artefact.formatName
            let bill = BillOfMaterials(
                subject: .init(name: "\(bake.recipe.name).\(fileExtension)", sha256: digest),
                distribution: inventory.distribution,
                packages: inventory.packages,
                isComplete: inventory.isComplete,
                created: artefacts.entry.manifest.created.formatted(.iso8601),
                tool: "imagebake",
                toolVersion: Version.current
            )
            for form in BillOfMaterials.Form.allCases {
                let file = file(form, of: index, artefacts.record)
                try Files.write(Data(bill.document(form).utf8), to: file)
                documents.append(file)
            }
        }
        return documents
    }

    /// What a registry keeps with one of the artefacts: its bills of materials and the report on its hygiene.
    func drafts(of index: Int, _ artefacts: Artefacts) -> [ImageDocument.Draft] {
        let bills = BillOfMaterials.Form.allCases.map { form in
            ImageDocument.Draft(name: "sbom.\(form.fileExtension)", file: file(form, of: index, artefacts.record))
        }
        let reports = HygieneProof.reports.map { ImageDocument.Draft(name: $0, file: artefacts.entry.file($0)) }
        return (bills + reports).filter { Files.exists($0.file) }
    }

    /// Of several outputs each has documents of its own, two of one format too.
    private func file(_ form: BillOfMaterials.Form, of index: Int, _ record: ArtefactsRecord) -> FilePath {
        let artefact = record.artefacts[index]
        let fileExtension = FilePath(artefact.name).extension ?? artefact.formatName
        let same = record.artefacts.prefix(index).count { $0.formatName == artefact.formatName }
        let ending = record.artefacts.count == 1 ? "" : ".\(fileExtension)" + (same > 0 ? "-\(same + 1)" : "")
        return bake.directory.appending("\(bake.recipe.name)\(ending).\(form.fileExtension)")
    }
}
