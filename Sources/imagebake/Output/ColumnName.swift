import ArgumentParser
import Foundation

/// The names of columns and fields, as people type them.
enum ColumnName {
    /// As they are compared: `Disk Format`, `disk format` and `disk_format` are one (cliff/display.py).
    static func normal(_ name: String) -> String {
        name.lowercased().trimmingCharacters(in: .whitespacesAndNewlines).replacing(" ", with: "_")
    }

    /// Which of these are wanted; nil for no wish.
    ///
    /// - Throws: `ValidationError` for one that there is not. Of several names cliff passes over those that it does not know.
    static func indices(of wanted: [String], in names: [String]) throws -> [Int]? {
        guard !wanted.isEmpty else { return nil }
        let known = Set(names.map(normal))
        if let unknown = wanted.first(where: { !known.contains(normal($0)) }) {
            throw ValidationError("there is no column '\(unknown)'; there are: \(names.joined(separator: ", "))")
        }
        let wanted = Set(wanted.map(normal))
        return names.indices.filter { wanted.contains(normal(names[$0])) }
    }
}
