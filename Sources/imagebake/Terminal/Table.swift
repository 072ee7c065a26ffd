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
        let count = rows.map(\.count).max() ?? 0
        let widths = (0..<count).map { column in rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
        return rows.map { row in
            row.enumerated().map { index, cell in
                index == row.count - 1 ? cell : cell + String(repeating: " ", count: widths[index] - cell.count)
            }.joined(separator: "  ")
        }.joined(separator: "\n")
    }
}
