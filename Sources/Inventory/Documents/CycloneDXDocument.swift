/// A bill of materials as CycloneDX 1.6 has it.
struct CycloneDXDocument {
    let json: JSONText

    init(_ bill: BillOfMaterials) {
        let image = "image:sha256:\(bill.subject.sha256)"
        var names = UniqueNames()
        _ = names.name(image)
        var components: [JSONText] = []
        if let distribution = bill.distribution {
            components.append(
                .object([
                    ("type", .text("operating-system")),
                    ("bom-ref", .text(names.name("os:\(distribution.qualifier)"))),
                    ("name", .text(distribution.id)),
                    ("version", distribution.version.map { .text($0) }),
                    ("description", distribution.name.map { .text($0) }),
                ])
            )
        }
        for package in bill.software {
            let url = PackageURL(package, in: bill.distribution).description
            components.append(Self.component(package, url: url, reference: names.name(url)))
        }
        json = .object([
            ("$schema", .text("http://cyclonedx.org/schema/bom-1.6.schema.json")),
            ("bomFormat", .text("CycloneDX")),
            ("specVersion", .text("1.6")),
            ("serialNumber", .text("urn:uuid:\(bill.uuid(salt: 0x4364_7831))")),
            ("version", .number(1)),
            (
                "metadata",
                .object([
                    ("timestamp", .text(bill.created)),
                    (
                        "tools",
                        .object([
                            (
                                "components",
                                .list([
                                    .object([
                                        ("type", .text("application")),
                                        ("name", .text(bill.tool)),
                                        ("version", .text(bill.toolVersion)),
                                    ])
                                ])
                            )
                        ])
                    ),
                    (
                        "component",
                        .object([
                            ("type", .text("file")),
                            ("bom-ref", .text(image)),
                            ("name", .text(bill.subject.name)),
                            ("version", bill.subject.version.map { .text($0) }),
                            (
                                "hashes",
                                .list([
                                    .object([("alg", .text("SHA-256")), ("content", .text(bill.subject.sha256))])
                                ])
                            ),
                        ])
                    ),
                ])
            ),
            ("components", .list(components)),
            (
                "compositions",
                .list([
                    .object([
                        ("aggregate", .text(bill.isComplete ? "complete" : "incomplete")),
                        ("assemblies", .list([.text(image)])),
                    ])
                ])
            ),
        ])
    }

    private static func component(_ package: InstalledPackage, url: String, reference: String) -> JSONText {
        let licenses = licenses(package.licenses)
        return .object([
            ("type", .text("library")),
            ("bom-ref", .text(reference)),
            ("supplier", package.vendor.map { .object([("name", .text($0))]) }),
            ("name", .text(package.name)),
            ("version", .text(package.version)),
            ("licenses", licenses.isEmpty ? nil : .list(licenses)),
            ("purl", .text(url)),
        ])
    }

    /// Either one expression or any number of licences, which the schema does not let be mixed.
    private static func licenses(_ statements: [String]) -> [JSONText] {
        var seen: Set<String> = []
        let statements = statements.filter { !$0.isEmpty && seen.insert($0).inserted }
        let expressions = statements.map(SPDXExpression.init)
        if let whole = SPDXExpression.all(expressions.compactMap(\.self)), !expressions.contains(nil),
            !whole.isIdentifier
        {
            return [.object([("expression", .text(whole.text)), ("acknowledgement", .text("declared"))])]
        }
        return zip(statements, expressions).map { statement, expression in
            let isKnown = expression?.isIdentifier == true
            return .object([
                (
                    "license",
                    .object([
                        (isKnown ? "id" : "name", .text(expression?.text ?? statement)),
                        ("acknowledgement", .text("declared")),
                    ])
                )
            ])
        }
    }
}
