import Pipeline

/// A value in a list or of a field: words for people, data for programs.
///
/// Both are those of the openstack client (cliff/columns.py, osc_lib/cli/format_columns.py), whose data are Python's.
enum Cell: Sendable, Hashable {
    /// No value.
    case nothing
    case flag(Bool)
    case number(Int64)
    /// Bytes: a number for programs, `1.5 GiB` for people.
    case size(Int64)
    case text(String)
    case list([String])
    case mapping([String: String])

    /// A text, or nothing.
    init(_ text: String?) {
        self = text.map { .text($0) } ?? .nothing
    }

    /// A number, or nothing.
    init(_ number: Int64?) {
        self = number.map { .number($0) } ?? .nothing
    }

    /// What people read.
    var forPeople: String {
        switch self {
        case .size(let bytes): ByteText.text(bytes)
        case .list(let items): items.sorted().joined(separator: ", ")
        case .mapping(let pairs):
            pairs.sorted { $0.key < $1.key }.map { "\($0.key)='\($0.value)'" }.joined(separator: ", ")
        default: forPrograms
        }
    }

    /// What programs read where there is nothing but text: Python's `str()`.
    var forPrograms: String {
        switch self {
        case .nothing: "None"
        case .flag(let value): value ? "True" : "False"
        case .number(let number), .size(let number): String(number)
        case .text(let text): text
        case .list(let items): PythonLiteral.list(items)
        case .mapping(let pairs): PythonLiteral.mapping(pairs)
        }
    }

    /// The same in JSON, without spaces between its parts.
    var json: String {
        switch self {
        case .nothing: "null"
        case .flag(let value): value ? "true" : "false"
        case .number(let number), .size(let number): String(number)
        case .text(let text): JSONText.quoted(text)
        case .list(let items): "[\(items.map(JSONText.quoted).joined(separator: ","))]"
        case .mapping(let pairs): Self.object(pairs.sorted { $0.key < $1.key }.map { ($0.key, .text($0.value)) })
        }
    }

    /// A JSON object of cells, in their order.
    static func object(_ pairs: [(String, Cell)]) -> String {
        let members = pairs.map { name, cell in JSONText.quoted(name) + ":" + cell.json }
        return "{\(members.joined(separator: ","))}"
    }

    /// Whether it stands at the right of its column, and in CSV without quotes.
    var isNumber: Bool {
        switch self {
        case .number, .size: true
        default: false
        }
    }

    /// Whether it comes before another one, nothing last; nil where the two have no order.
    func precedes(_ other: Cell) -> Bool? {
        switch (self, other) {
        case (.nothing, _): false
        case (_, .nothing): true
        case (.flag(let left), .flag(let right)): !left && right
        case (.number(let left), .number(let right)), (.size(let left), .size(let right)): left < right
        // By code points, as Python does it, which is the order of the bytes of UTF-8.
        case (.text(let left), .text(let right)): left.utf8.lexicographicallyPrecedes(right.utf8)
        case (.list(let left), .list(let right)):
            left.lexicographicallyPrecedes(right) { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        default: nil
        }
    }
}
