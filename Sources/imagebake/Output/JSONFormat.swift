import Foundation
import Publish
import Yams

/// `--format json` and `--format yaml`.
struct JSONFormat {
    /// Whether JSON has a line for each value.
    var isIndented = true
    var isYAML = false

    /// An array of objects, by the names of their columns.
    func list(_ grid: Grid) throws -> String {
        let rows = grid.rows.map { Cell.object(Array(zip(grid.names, $0))) }
        return try text("[\(rows.joined(separator: ","))]")
    }

    /// An object.
    func record(_ fields: [Record.Field]) throws -> String {
        try text(Cell.object(fields.map { ($0.name, $0.cell) }))
    }

    /// Whatever a value encodes to.
    func document(_ value: any Encodable) throws -> String {
        let json = try JSONText.of(value, isIndented: isIndented)
        return isYAML ? try yaml(json) : json
    }

    private func text(_ json: String) throws -> String {
        isYAML ? try yaml(json) : JSONText.layOut(json, isIndented: isIndented)
    }

    private func yaml(_ json: String) throws -> String {
        let value = try JSONDecoder().decode(JSONValue.self, from: Data(json.utf8))
        return try Yams.dump(object: Self.plain(value), sortKeys: true).trimmingCharacters(in: .newlines)
    }

    /// Swift's own values: of Foundation's numbers Yams makes `1.55e+6`.
    private static func plain(_ value: JSONValue) -> Any {
        switch value {
        case .null: NSNull()
        case .bool(let value): value
        case .integer(let value): Int(value)
        case .number(let value): value
        case .string(let value): value
        case .array(let values): values.map(plain)
        case .object(let pairs): pairs.mapValues(plain)
        }
    }
}
