/// A bill of materials as SPDX 2.3 has it.
struct SPDXDocument {
    let json: JSONText

    init(_ bill: BillOfMaterials) {
        var names = UniqueNames()
        var licenses = SPDXLicenses()
        let image = names.name("SPDXRef-Image")
        var packages: [JSONText] = [Self.image(bill, id: image)]
        var relationships = [Self.relationship("SPDXRef-DOCUMENT", "DESCRIBES", image)]
        if let distribution = bill.distribution {
            let id = names.name("SPDXRef-OperatingSystem")
            packages.append(Self.system(distribution, id: id))
            relationships.append(Self.relationship(image, "CONTAINS", id))
        }
        for package in bill.software {
            let words = [package.kind.rawValue, package.name, package.architecture ?? ""]
            let wanted = words.filter { !$0.isEmpty }.map(Self.plain).joined(separator: "-")
            let id = names.name("SPDXRef-Package-\(wanted)")
            packages.append(Self.package(package, bill.distribution, id: id, &licenses))
            relationships.append(Self.relationship(image, "CONTAINS", id))
        }
        let uuid = bill.uuid(salt: 0x5350_4458)
        let infos = licenses.infos
        json = .object([
            ("spdxVersion", .text("SPDX-2.3")),
            ("dataLicense", .text("CC0-1.0")),
            ("SPDXID", .text("SPDXRef-DOCUMENT")),
            ("name", .text(bill.subject.name)),
            ("documentNamespace", .text("https://spdx.org/spdxdocs/\(Self.plain(bill.subject.name))-\(uuid)")),
            (
                "comment",
                bill.isComplete ? nil : .text("The packages could not be read from the image, or not all of them.")
            ),
            (
                "creationInfo",
                .object([
                    ("created", .text(bill.created)),
                    ("creators", .list([.text("Tool: \(bill.tool)-\(bill.toolVersion)")])),
                    ("licenseListVersion", .text(SPDXLicenseList.version)),
                ])
            ),
            ("packages", .list(packages)),
            ("hasExtractedLicensingInfos", infos.isEmpty ? nil : .list(infos)),
            ("relationships", .list(relationships)),
        ])
    }

    private static func image(_ bill: BillOfMaterials, id: String) -> JSONText {
        .object([
            ("SPDXID", .text(id)),
            ("name", .text(bill.subject.name)),
            ("versionInfo", bill.subject.version.map { .text($0) }),
            ("packageFileName", .text(bill.subject.name)),
            ("downloadLocation", .text("NOASSERTION")),
            ("filesAnalyzed", .flag(false)),
            (
                "checksums",
                .list([
                    .object([("algorithm", .text("SHA256")), ("checksumValue", .text(bill.subject.sha256))])
                ])
            ),
            ("licenseConcluded", .text("NOASSERTION")),
            ("licenseDeclared", .text("NOASSERTION")),
            ("copyrightText", .text("NOASSERTION")),
            ("primaryPackagePurpose", .text("FILE")),
        ])
    }

    private static func system(_ distribution: Distribution, id: String) -> JSONText {
        .object([
            ("SPDXID", .text(id)),
            ("name", .text(distribution.id)),
            ("versionInfo", distribution.version.map { .text($0) }),
            ("downloadLocation", .text("NOASSERTION")),
            ("filesAnalyzed", .flag(false)),
            ("licenseConcluded", .text("NOASSERTION")),
            ("licenseDeclared", .text("NOASSERTION")),
            ("copyrightText", .text("NOASSERTION")),
            ("description", distribution.name.map { .text($0) }),
            ("primaryPackagePurpose", .text("OPERATING-SYSTEM")),
        ])
    }

    private static func package(
        _ package: InstalledPackage,
        _ distribution: Distribution?,
        id: String,
        _ licenses: inout SPDXLicenses
    ) -> JSONText {
        let source = package.source.map { source in
            "built from \(source)" + (package.sourceVersion.map { " \($0)" } ?? "")
        }
        let url = PackageURL(package, in: distribution).description
        return .object([
            ("SPDXID", .text(id)),
            ("name", .text(package.name)),
            ("versionInfo", .text(package.version)),
            ("supplier", .text(package.vendor.map { "Organization: \($0)" } ?? "NOASSERTION")),
            ("downloadLocation", .text("NOASSERTION")),
            ("filesAnalyzed", .flag(false)),
            ("sourceInfo", source.map { .text($0) }),
            ("licenseConcluded", .text("NOASSERTION")),
            ("licenseDeclared", .text(licenses.declared(package.licenses))),
            ("copyrightText", .text("NOASSERTION")),
            (
                "externalRefs",
                .list([
                    .object([
                        ("referenceCategory", .text("PACKAGE-MANAGER")),
                        ("referenceType", .text("purl")),
                        ("referenceLocator", .text(url)),
                    ])
                ])
            ),
        ])
    }

    private static func relationship(_ element: String, _ type: String, _ related: String) -> JSONText {
        .object([
            ("spdxElementId", .text(element)),
            ("relationshipType", .text(type)),
            ("relatedSpdxElement", .text(related)),
        ])
    }

    /// The text with each character that an identifier of SPDX must not have replaced by a minus.
    static func plain(_ text: String) -> String {
        String(text.unicodeScalars.map { SPDXExpression.isPlain(String($0)) ? Character($0) : "-" })
    }
}
