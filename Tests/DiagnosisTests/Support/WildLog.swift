import Foundation
import Testing

/// A piece of a log of the wild, kept in Logs: lines that begin with `#: ` say where it was quoted and what it means.
struct WildLog: CustomTestStringConvertible {
    let name: String
    let text: String
    private let facts: [String: String]

    var testDescription: String { name }
    var from: String { facts["from"] ?? "" }
    var id: String { facts["is"] ?? "" }
    var sentence: String { facts["says"] ?? "" }
    var line: Int { Int(facts["line"] ?? "") ?? 0 }

    init(_ file: URL) throws {
        name = file.lastPathComponent
        var facts: [String: String] = [:]
        var lines: [Substring] = []
        for line in try Repository.text(file).split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("#: "), let colon = line.dropFirst(3).firstIndex(of: ":") {
                facts[String(line.dropFirst(3)[..<colon])] = String(line[line.index(colon, offsetBy: 2)...])
            } else {
                lines.append(line)
            }
        }
        self.facts = facts
        text = lines.joined(separator: "\n")
    }

    /// All of them.
    static let all: [WildLog] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: Repository.logs.path)) ?? []
        return names.sorted().filter { $0.hasSuffix(".log") && !$0.contains("success") }
            .compactMap { try? WildLog(Repository.logs.appending(path: $0)) }
    }()
}
