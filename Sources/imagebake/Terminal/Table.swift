import Foundation
import Pipeline
import Yams

/// How a list or an object is printed.
enum OutputFormat: String, CaseIterable {
    case table, json, yaml, value
}

/// Rows for people, and the same as data for programs.
struct Listing<Payload: Encodable> {
    let columns: [String]
    let rows: [[String]]
    let payload: Payload

    /// Prints it to standard output.
    func print(_ format: OutputFormat) throws {
        switch format {
        case .table:
            if !rows.isEmpty { Output.data(Self.aligned([columns.map { $0.uppercased() }] + rows)) }
        case .value:
            for row in rows { Output.data(row.joined(separator: " ")) }
        case .json:
            Output.data(String(decoding: try json(), as: UTF8.self))
        case .yaml:
            let object = try JSONSerialization.jsonObject(with: try json(), options: [.fragmentsAllowed])
            Output.data(try Yams.dump(object: object, sortKeys: true).trimmingCharacters(in: .newlines))
        }
    }

    private func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        return try encoder.encode(payload)
    }

    /// Columns padded to their widest cell; the last is left as it is.
    static func aligned(_ rows: [[String]]) -> String {
        var widths: [Int] = []
        for row in rows {
            for (column, cell) in row.enumerated() {
                if column == widths.count { widths.append(0) }
                widths[column] = max(widths[column], width(cell))
            }
        }
        var text = ""
        text.reserveCapacity(rows.count * (widths.reduce(0, +) + 2 * widths.count))
        for (number, row) in rows.enumerated() {
            if number > 0 { text += "\n" }
            for (column, cell) in row.enumerated() {
                text += cell
                guard column < row.count - 1 else { continue }
                text += String(repeating: " ", count: widths[column] - width(cell) + 2)
            }
        }
        return text
    }

    /// How many characters a cell has.
    private static func width(_ cell: String) -> Int {
        // In ASCII a character is a byte, save a line's end of two; to look for longer ones takes most of a long list's time.
        cell.utf8.allSatisfy { $0 < 0x80 && $0 != 13 } ? cell.utf8.count : cell.count
    }
}
