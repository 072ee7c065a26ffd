import TestSupport

@testable import Recipes

/// Writes recipes that look right and are not, or are: every key of the schema, with values that fit and values that do not.
struct RecipeGenerator {
    var random: Noise

    /// A whole recipe.
    mutating func text(of schema: ValueSchema) -> String {
        var lines: [String] = []
        write(schema, into: &lines, indentation: 0, prefix: "")
        return lines.joined(separator: "\n") + (chance(20) ? "" : "\n")
    }

    private mutating func write(_ schema: ValueSchema, into lines: inout [String], indentation: Int, prefix: String) {
        let blanks = String(repeating: " ", count: indentation)
        if chance(40) {
            lines.append("\(blanks)# \(["note", "a: b", "'", "\"x", "- y"].randomElement(using: &random) ?? "")")
        }
        if chance(40) { lines.append("") }
        switch schema {
        case .mapping(let keys) where !chance(30):
            if !prefix.isEmpty { lines.append(prefix) }
            let inner = prefix.isEmpty ? indentation : indentation + 2
            var isEmpty = true
            for key in keys where key.isRequired ? !chance(15) : chance(4) {
                isEmpty = false
                let name = chance(60) ? key.name + "x" : key.name
                write(
                    key.schema,
                    into: &lines,
                    indentation: inner,
                    prefix: String(repeating: " ", count: inner) + name + ":"
                )
            }
            if isEmpty, !prefix.isEmpty { lines[lines.count - 1] += " {}" }
        case .list(let element, _, _, _) where !chance(20):
            let count = Int.random(in: 0...4, using: &random)
            if case .mapping = element, count > 0 {
                lines.append(prefix + (chance(20) ? " !append" : ""))
                for _ in 0..<count { lines.append("\(blanks)  - \(flow(element))") }
            } else if chance(2) || count == 0 {
                lines.append("\(prefix) [\((0..<count).map { _ in flow(element) }.joined(separator: ", "))]\(note())")
            } else {
                lines.append(prefix)
                for _ in 0..<count { lines.append("\(blanks)  - \(flow(element))\(note())") }
            }
        case .script where chance(2):
            lines.append("\(prefix) |\(["", "-", "+"].randomElement(using: &random) ?? "")")
            for _ in 0...Int.random(in: 0...3, using: &random) {
                lines.append(
                    blanks + "    "
                        + (["echo # x", "", "  indented", "%end", "rootpw", "${{ a }}"].randomElement(using: &random)
                            ?? "")
                )
            }
        case .either(let cases) where !cases.isEmpty:
            write(cases.randomElement(using: &random) ?? .flag, into: &lines, indentation: indentation, prefix: prefix)
        case .mapping where prefix.isEmpty: lines.append("[]")
        default: lines.append("\(prefix) \(flow(schema))\(note())")
        }
    }

    private mutating func note() -> String { chance(12) ? " # why" : "" }

    /// A value in one line.
    private mutating func flow(_ schema: ValueSchema) -> String {
        if chance(25) { return junk() }
        switch schema {
        case .unknown: return junk()
        case .text: return quoted(TextRule.samples.randomElement(using: &random) ?? "")
        case .script: return quoted("echo \(Int.random(in: 0...9, using: &random))")
        case .flag: return ["true", "false", "yes"].randomElement(using: &random) ?? ""
        case .number(let number): return "\(number)"
        case .integer(let range):
            return
                "\(Int.random(in: max(range.lowerBound, -9)...min(range.upperBound, 99999).advanced(by: 1), using: &random))"
        case .size:
            return ["1 GiB", "2048 MiB", "10GB", "512 MiB", "1 B", "999 TiB", "7"].randomElement(using: &random) ?? ""
        case .duration: return ["45m", "90m", "1h30m", "0s", "2d"].randomElement(using: &random) ?? ""
        case .words(let words): return words.randomElement(using: &random) ?? ""
        case .list(let element, _, _, _):
            return "[" + (0..<Int.random(in: 0...3, using: &random)).map { _ in flow(element) }.joined(separator: ", ")
                + "]"
        case .mapping(let keys):
            let members = keys.filter { $0.isRequired ? !chance(15) : chance(3) }.map {
                "\($0.name): \(flow($0.schema))"
            }
            return "{" + members.joined(separator: ", ") + "}"
        case .names(_, _, let values, _):
            return "{"
                + (0..<Int.random(in: 0...2, using: &random)).map { "n\($0): \(flow(values))" }.joined(separator: ", ")
                + "}"
        case .either(let cases): return flow(cases.randomElement(using: &random) ?? .flag)
        }
    }

    private mutating func junk() -> String {
        Mutation.yaml.filter { !$0.contains("\n") && !$0.contains("\u{0}") }.randomElement(using: &random) ?? "~"
    }

    private mutating func quoted(_ text: String) -> String {
        switch Int.random(in: 0..<4, using: &random) {
        case 0: "'" + text.replacing("'", with: "''") + "'"
        case 1, 2: "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
        default: text
        }
    }

    private mutating func chance(_ of: Int) -> Bool { Int.random(in: 0..<of, using: &random) == 0 }
}
