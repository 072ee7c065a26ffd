/// The licences of a document that SPDX's list does not have, each under a name of the document's own.
struct SPDXLicenses {
    private var names = UniqueNames()
    private var identifiers: [String: String] = [:]
    private var texts: [String: String] = [:]

    /// What a package declares: the statements of its database, joined; `NOASSERTION` for none.
    mutating func declared(_ statements: [String]) -> String {
        var parts: [SPDXExpression] = []
        for statement in statements where !statement.isEmpty {
            if let expression = SPDXExpression(statement) {
                for reference in expression.references where texts[reference] == nil {
                    // A name of the distribution's: what it means is not in the database.
                    texts[reference] =
                        "\(reference): the package database names this licence and does not have its text."
                    _ = names.name(reference)
                }
                parts.append(expression)
            } else {
                parts.append(.reference(identifier(of: statement)))
            }
        }
        return SPDXExpression.all(parts)?.text ?? "NOASSERTION"
    }

    private mutating func identifier(of statement: String) -> String {
        if let known = identifiers[statement] { return known }
        // Long ones would make the document hard to read, and are told apart by number.
        let identifier = names.name("LicenseRef-\(SPDXDocument.plain(String(statement.prefix(60))))")
        identifiers[statement] = identifier
        texts[identifier] = statement
        return identifier
    }

    /// The descriptions, sorted by name.
    var infos: [JSONText] {
        texts.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map { identifier, text in
            .object([
                ("licenseId", .text(identifier)),
                ("extractedText", .text(text)),
                ("name", .text(identifiers[text] == identifier ? text : identifier)),
            ])
        }
    }
}
