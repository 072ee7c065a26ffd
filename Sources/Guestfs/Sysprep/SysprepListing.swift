/// One operation as commands and documents show it.
public struct SysprepListing: Sendable, Codable, Equatable {
    /// The name, for `--operations`, `--enable`, `--disable` and recipes.
    public let name: String
    /// Whether it runs without being asked for.
    public let enabledByDefault: Bool
    /// The families of systems that it applies to.
    public let families: [GuestFamily]
    /// What it does, in half a line.
    public let heading: String
    /// The paths that it removes or changes, as patterns; `~` is root's home and every directory in `/home`.
    public let touches: [String]
    /// Its place: smaller ones run first, equal ones by name.
    public let order: Int
    /// Whether virt-sysprep runs its operation of this name by default; nil where it has none.
    public let virtSysprepDefault: Bool?
    /// What differs from virt-sysprep, and why; nil where nothing does.
    public let difference: String?

    /// What is known of this operation.
    public init(_ operation: SysprepOperation) {
        name = operation.name
        enabledByDefault = operation.enabledByDefault
        families = GuestFamily.allCases.filter { operation.families.contains($0) }
        heading = operation.heading
        touches = operation.touches
        order = operation.order
        virtSysprepDefault = operation.virtSysprepDefault
        difference = operation.difference
    }

    /// The families in a word for people: `all`, or their names.
    public var familyNames: String {
        Set(families) == GuestFamily.unix ? "all" : families.map(\.rawValue).joined(separator: ", ")
    }
}

extension Sysprep {
    /// The operations in the order in which they run, for `imagebake sysprep --list-operations --format json`.
    public static var listing: [SysprepListing] { operations.map(SysprepListing.init) }

    /// The operations by their names as a table of text, for `imagebake sysprep --list-operations`.
    ///
    /// A star stands where an operation runs by default, as in virt-sysprep's own list. Lines end in a newline.
    public static func listOfOperations() -> String {
        let rows =
            [("NAME", "DEFAULT", "FAMILIES", "WHAT IT DOES")]
            + listing.sorted { $0.name < $1.name }.map {
                ($0.name, $0.enabledByDefault ? "*" : "", $0.familyNames, $0.heading)
            }
        func padded(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: width - text.count) }
        let (first, third) = (rows.map(\.0.count).max() ?? 0, rows.map(\.2.count).max() ?? 0)
        return rows.map { row in
            "\(padded(row.0, first))  \(padded(row.1, 7))  \(padded(row.2, third))  \(row.3)\n"
        }.joined()
    }
}
