import Foundation
import Testing

@testable import Diagnosis

@Suite("Logs of the wild")
struct LogTests {
    @Test("A log that was quoted in public is diagnosed rightly", arguments: WildLog.all)
    func failure(_ log: WildLog) {
        #expect(log.from.hasPrefix("https://"))
        for source in [LogSource.unknown, .console] {
            let reader = LogReader.read(log.text, from: source)
            #expect(reader.best?.id == log.id, "\(source): \(reader.diagnoses.map(\.id))")
            #expect(reader.best?.sentence == log.sentence, "\(source)")
            #expect(reader.best?.line == log.line, "\(source)")
        }
    }

    @Test("There are logs of CentOS 7 and RHEL 7 of several kinds of failure")
    func enough() {
        let old = WildLog.all.filter { $0.name.hasPrefix("centos7") || $0.name.hasPrefix("rhel7") }
        #expect(Set(old.map(\.id)).count >= 6)
        #expect(WildLog.all.count >= 15)
    }

    @Test("With the end cut off at any line, it never says something else than it may", arguments: WildLog.all)
    func cut(_ log: WildLog) {
        let whole = LogReader.read(log.text, from: .unknown)
        let lines = log.text.split(separator: "\n", omittingEmptySubsequences: false)
        for count in lines.indices {
            let part = LogReader.read(lines[..<count].joined(separator: "\n") + "\n", from: .unknown)
            let known = Set(whole.diagnoses.map(\.id) + FailurePattern.prompts.map(\.id))
            #expect(Set(part.diagnoses.map(\.id)).isSubset(of: known))
        }
    }

    @Test("The console of an install that went well says nothing")
    func success() throws {
        let text = try Repository.text(Repository.logs.appending(path: "debian12-success.log"))
        for source in LogSource.allCases {
            let reader = LogReader.read(text, from: source)
            #expect(reader.diagnoses == [], "\(source)")
        }
    }

    static let harmless: [String] = {
        let text = (try? Repository.text(Repository.logs.appending(path: "harmless.txt"))) ?? ""
        return text.split(separator: "\n").filter { !$0.hasPrefix("## ") }.map(String.init)
    }()

    @Test("Lines of installs that went well, and what only looks like an error, mean nothing", arguments: harmless)
    func nothing(_ line: String) {
        for source in LogSource.allCases {
            #expect(LogReader.read("\(line)\n", from: source).diagnoses == [], "\(source)")
            #expect(LogReader.read(line, from: source).diagnoses == [], "\(source), without a line feed")
        }
    }

    @Test("All of them, one after the other, mean nothing")
    func together() {
        #expect(Self.harmless.count >= 60)
        let text = Self.harmless.joined(separator: "\n")
        for source in LogSource.allCases {
            #expect(LogReader.read(text, from: source).diagnoses == [], "\(source)")
        }
    }
}
