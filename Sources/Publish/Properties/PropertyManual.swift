/// The known properties in docs/image-properties.md, written from the table.
public enum PropertyManual {
    private static let subjects: [(title: String, properties: [KnownProperty])] = [
        ("What the image is", KnownProperty.identity),
        ("Operating system", KnownProperty.operatingSystem),
        ("Firmware and machine", KnownProperty.firmware),
        ("Processor", KnownProperty.processor),
        ("Memory", KnownProperty.memory),
        ("Devices", KnownProperty.devices),
        ("How services treat it", KnownProperty.handling),
        ("Origin and maintenance", KnownProperty.origin),
        ("Older names", KnownProperty.older),
    ]

    /// The part of the document that lists them, in Markdown.
    public static func markdown() -> String {
        var lines = ["\(KnownProperty.all.count) properties are known."]
        for (title, properties) in subjects {
            lines += ["", "### \(title)", "", "| property | values | read by | what it is |", "|---|---|---|---|"]
            lines += properties.map { property in
                let name = property.name == "trait:" ? "trait:NAME" : property.name
                return "| `\(name)` | \(values(property)) | \(property.source.rawValue) | \(property.meaning) |"
            }
        }
        for profile in PropertyProfile.allCases {
            lines += [
                "", "## Profile \(profile.rawValue)", "",
                "An image must have " + names(profile.mandatory) + ", and `min_disk` and `min_ram` above 0.",
                "It should have " + names(profile.recommended) + ".",
            ]
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func names(_ names: [String]) -> String { names.map { "`\($0)`" }.joined(separator: ", ") }

    private static func values(_ property: KnownProperty) -> String {
        switch property.values {
        case .words(let words): names(words)
        case .anyCase(let words, let aliases):
            names(words) + ", in any case" + (aliases.isEmpty ? "" : "; also " + names(aliases.keys.sorted()))
        case .open(let words, _): "any; known are " + names(words)
        default: property.values.summary
        }
    }
}
