import ArgumentParser
import Foundation

@testable import imagebake

/// A list or an object, and the options that it is printed with.
struct FormatCase: Sendable, Encodable, CustomStringConvertible {
    enum Kind: String, Encodable {
        case list, show
    }

    let kind: Kind
    let columns: [String]
    let rows: [[Cell]]
    let arguments: [String]

    var description: String { "\(kind.rawValue) \(arguments.joined(separator: " "))" }

    private enum CodingKeys: String, CodingKey {
        case kind, columns, rows, arguments
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(kind, forKey: .kind)
        try container.encode(columns, forKey: .columns)
        try container.encode(arguments, forKey: .arguments)
        var rows = container.nestedUnkeyedContainer(forKey: .rows)
        for row in self.rows {
            var cells = rows.nestedUnkeyedContainer()
            for cell in row {
                switch cell {
                case .nothing: try cells.encodeNil()
                case .flag(let value): try cells.encode(value)
                case .number(let value), .size(let value): try cells.encode(value)
                case .text(let value): try cells.encode(value)
                case .list(let value): try cells.encode(value)
                case .mapping(let value): try cells.encode(value)
                }
            }
        }
    }

    /// What imagebake prints; nil where it refuses the case.
    func ours() -> String? {
        do {
            let text =
                switch kind {
                case .list: try ListOptions.parse(arguments).text(Listing(columns: columns, rows: rows))
                case .show: try ShowOptions.parse(arguments).text(Record(Array(zip(columns, rows[0]))))
                }
            return text.map { $0 + "\n" } ?? ""
        } catch {
            return nil
        }
    }
}

extension FormatCase {
    /// Images, as the client has them in its lists.
    static let images: (columns: [String], rows: [[Cell]]) = (
        ["ID", "Name", "Disk Format", "Size", "Protected", "Tags", "Properties"],
        [
            [
                .text("6b99f817-f065-4e91-a4f3-c716c302d2f7"), .text("debian12"), .text("qcow2"), .number(175_112_192),
                .flag(false), .list([]), .mapping([:]),
            ],
            [
                .text("0b5d4ee2-7f5a-4b0c-9b43-7c5b3d1d6f10"), .text("web, \"the\" first"), .nothing, .nothing,
                .flag(true),
                .list(["it's", "b \"c\"", "tab\tand\u{E9}"]),
                .mapping(["os_distro": "debian", "hw_disk_bus": "scsi's"]),
            ],
            [
                .text("a"), .text("back\\slash"), .text("raw"), .number(7), .flag(true), .list(["a"]),
                .mapping(["os_type": "linux \u{1F427}"]),
            ],
            [.text("b"), .text(""), .text("raw"), .number(0), .flag(false), .list(["a", "b"]), .mapping([:])],
            [
                .text("c"), .text("B\u{FC}cher \u{4F60}\u{597D}"), .text("iso"), .number(-1), .flag(false), .list([]),
                .mapping([:]),
            ],
            [.text("d"), .text("two\nlines"), .text("iso"), .number(12), .flag(false), .list(["x\ny"]), .mapping([:])],
        ]
    )

    /// The options of lists.
    static let listArguments: [[String]] = [
        [], ["-f", "table"], ["-ftable", "-cID", "-cName"], ["-c", "size", "-c", "disk_format"],
        ["-c", " DISK FORMAT "],
        ["--column", "Size", "--column", "ID"], ["--max-width", "60"], ["--max-width", "40", "-c", "ID", "-c", "Name"],
        ["--max-width", "100"], ["--max-width", "20", "-c", "ID", "-c", "Tags"], ["--max-width", "1", "-c", "ID"],
        ["--max-width", "80", "-c", "name", "-c", "properties"], ["--max-width=-5"], ["--fit-width", "-c", "id"],
        ["--print-empty", "-c", "id"],
        ["--format", "csv"], ["-f", "csv", "--quote", "all"], ["-f", "csv", "--quote", "minimal"],
        ["-f", "csv", "--quote", "none"], ["-f", "csv", "--quote", "nonnumeric", "-c", "Name"],
        ["-f", "csv", "--quote", "minimal", "-c", "Name"], ["-f", "csv", "--sort-column", "name"],
        ["-f", "json"], ["-f", "json", "--noindent"], ["-f", "json", "-c", "id", "-c", "tags"],
        ["-f", "yaml", "-c", "id", "-c", "size"],
        ["-f", "csv", "--sort-column", "size", "-c", "ID"],
        ["-f", "csv", "--sort-column", "Size", "--sort-descending"],
        ["-f", "csv", "--sort-column", "disk_format", "--sort-column", "NAME", "--sort-ascending", "-c", "id"],
        ["-f", "csv", "--sort-column", "protected", "--sort-descending", "-c", "id"],
        ["-f", "csv", "--sort-column", "Nothing", "-c", "id"],
        ["-f", "csv", "--sort-column", "ID", "--sort-column", "Nothing"],
        ["-f", "value", "-c", "ID", "-c", "Size", "-c", "Protected", "-c", "Tags", "-c", "Properties"],
        ["-fvalue", "-cDisk Format"], ["-c", "nothing"], ["-f", "shell"], ["--quote", "some"], ["--prefix", "x"],
        ["--sort-ascending", "--sort-descending"], ["--max-width", "wide"],
    ]

    /// An image, as the client shows it; with texts that cliff's shell format does not break.
    static let image: (columns: [String], cells: [Cell]) = (
        [
            "checksum", "created_at", "Disk Format", "id", "hw:numa-nodes", "name", "protected", "properties", "size",
            "tags", "virtual_size",
        ],
        [
            .nothing, .text("2026-11-24T03:10:00Z"), .text("qcow2"), .text("6b99f817-f065-4e91-a4f3-c716c302d2f7"),
            .text("2"),
            .text("it's the first \u{4F60}"), .flag(true), .mapping(["os_distro": "debian", "hw_disk_bus": "scsi"]),
            .number(1), .list(["a", "b"]), .number(10_737_418_240),
        ]
    )

    /// The options of objects.
    static let showArguments: [[String]] = [
        [], ["-f", "table", "-c", "id", "-c", "checksum"], ["--max-width", "50"],
        ["--max-width", "30", "-c", "properties"],
        ["-f", "json"], ["-f", "json", "--noindent", "-c", "SIZE"], ["-f", "yaml", "-c", "id"], ["-f", "value"],
        ["-f", "value", "-c", "tags", "-c", "disk format"], ["-f", "shell"], ["-f", "shell", "--prefix", "image_"],
        ["-f", "shell", "--variable", "id", "--variable", "disk_format"],
        ["-f", "shell", "--prefix", "export I_", "-c", "id"],
        ["--print-empty", "-c", "id"], ["-c", "nothing"], ["-f", "csv"], ["--sort-column", "id"], ["--quote", "all"],
    ]

    /// All of them; an object's fields without a value are cliff's to print, and in imagebake are asked for.
    static let all: [FormatCase] =
        listArguments.flatMap { arguments in
            [
                FormatCase(kind: .list, columns: images.columns, rows: images.rows, arguments: arguments),
                FormatCase(kind: .list, columns: images.columns, rows: [], arguments: arguments),
            ]
        }
        + showArguments.map { arguments in
            let isChosen = arguments.contains("-c")
            let kept = image.columns.indices.filter { isChosen || image.cells[$0] != .nothing }
            return FormatCase(
                kind: .show,
                columns: kept.map { image.columns[$0] },
                rows: [kept.map { image.cells[$0] }],
                arguments: arguments
            )
        }
}
