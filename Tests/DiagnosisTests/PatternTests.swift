import Foundation
import Testing

@testable import Diagnosis

@Suite("The table of patterns")
struct PatternTests {
    @Test("An excerpt is found by its pattern, in a log of each of its kinds", arguments: FailurePattern.all)
    func excerpt(_ pattern: FailurePattern) {
        for source in pattern.sources {
            let reader = LogReader.read(pattern.seen.text, from: source)
            let found = reader.diagnoses.last { $0.id == pattern.id }
            #expect(found != nil, "\(source): \(reader.diagnoses.map(\.id))")
            #expect(found?.weight == pattern.weight, "\(source)")
            #expect(found?.kind == pattern.kind)
        }
    }

    @Test("A line of a kind of log that a pattern is not for is left alone", arguments: FailurePattern.all)
    func otherSources(_ pattern: FailurePattern) {
        for source in LogSource.allCases where !pattern.isFor(source) {
            let reader = LogReader.read(pattern.seen.text, from: source)
            #expect(!reader.diagnoses.contains { $0.id == pattern.id }, "\(source)")
        }
    }

    @Test("There are enough of them, and no id is there twice")
    func ids() {
        let ids = FailurePattern.all.map(\.id)
        #expect(Set(ids).count == ids.count)
        #expect(FailurePattern.all.count { $0.kind == .failure } >= 45)
        #expect(FailurePattern.all.count { $0.kind == .prompt } >= 12)
        #expect(FailurePattern.all.count { $0.seen.isQuoted } >= 45, "real excerpts")
        #expect(ids.allSatisfy { $0.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "-" } })
    }

    @Test("Sentences are of the house style and name what was captured", arguments: FailurePattern.all)
    func style(_ pattern: FailurePattern) throws {
        let reader = LogReader.read(pattern.seen.text, from: try #require(pattern.sources.first))
        let diagnosis = try #require(reader.diagnoses.first { $0.id == pattern.id })
        for text in [diagnosis.sentence, diagnosis.next] {
            #expect(!text.isEmpty && (!text.hasSuffix(".") || text.hasSuffix("...")) && !text.contains("{"), "\(text)")
            #expect(!text.contains("  ") && !text.contains("''"), "\(text)")
        }
        let first = try #require(pattern.sentence.first)
        #expect(first.isLowercase || first == "{" || pattern.sentence.hasPrefix("GRUB"))
        #expect(pattern.means.hasSuffix(".") && pattern.why.hasSuffix("."))
        #expect(pattern.seen.source.hasPrefix("https://") || pattern.seen.source.hasPrefix("installer/"))
        if pattern.seen.source.hasPrefix("installer/") {
            #expect(FileManager.default.fileExists(atPath: Repository.root.appending(path: pattern.seen.source).path))
        }
    }

    @Test(
        "Every template takes what its sentence says, and has words enough to be searched for",
        arguments: FailurePattern.all
    )
    func templates(_ pattern: FailurePattern) {
        let wanted = Self.names(in: pattern.sentence).subtracting([FailurePattern.detail])
        for template in pattern.templates {
            #expect(wanted.isSubset(of: template.names), "\(template.text)")
            #expect(template.needle.count >= (pattern.silence > 0 ? 3 : 8), "\(template.text)")
            #expect(template.needle == template.needle.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 })
            #expect(Set(template.names).isSubset(of: Self.known), "\(template.names)")
        }
        if let place = pattern.place {
            #expect(pattern.templates.contains { $0.names.contains(place.capture) })
        }
    }

    @Test("Keys of recipes that a next step names are there")
    func keys() throws {
        let manual = try Repository.text(Repository.root.appending(path: "docs/recipes.md"))
        for pattern in FailurePattern.all {
            for match in pattern.next.matches(of: #/'((?:install|machine|system)\.[a-z_.]+)'/#) {
                #expect(manual.contains("| `\(match.1)` |"), "\(pattern.id): \(match.1)")
            }
        }
    }

    private static func names(in text: String) -> Set<String> {
        Set(text.matches(of: #/\{([a-z]+)\}/#).map { String($0.1) })
    }

    private static let known: Set<String> = [
        "cpu", "detail", "device", "disk", "file", "fstype", "group", "host", "ksline", "mount", "ms", "n", "need",
        "organization", "package", "packages", "payload", "pid", "problem", "process", "reason", "repository",
        "scriptlet",
        "seconds", "section", "sector", "service", "signal", "size", "status", "task", "url", "user", "version", "what",
    ]
}
