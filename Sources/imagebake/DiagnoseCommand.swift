import ArgumentParser
import Diagnosis
import Foundation
import Pipeline

/// `imagebake diagnose`.
struct DiagnoseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diagnose",
        abstract: "Say why an install failed, by its console and its logs.",
        discussion: """
            Reads logs of Anaconda, of the installer for Debian, of their kernels and initrds, of any size; those of one \
            install together. docs/troubleshooting.md explains each diagnosis.
            """
    )

    @Argument(help: "The logs of one install; '-' is standard input.")
    var files: [String]

    @Option(help: "The kickstart of the install: lines of it are named.")
    var kickstart: String?

    @Option(name: [.customShort("f"), .long], help: "How to print: table or json.")
    var format = Format.table

    /// How it is printed.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case table, json
    }

    func validate() throws {
        if files.isEmpty { throw ValidationError("name at least one log") }
        if (files + [kickstart ?? ""]).count(where: { $0 == "-" }) > 1 {
            throw ValidationError("standard input can be read once only")
        }
    }

    func run() throws {
        let examination = try LogExamination(of: files, kickstart: kickstart)
        switch format {
        case .json: Output.show(try JSONText.of(examination))
        case .table: Output.data(Self.text(examination))
        }
    }

    /// The examination as a person reads it.
    static func text(_ examination: LogExamination) -> String {
        var lines: [String] = []
        if let cause = examination.cause {
            lines += [
                place(cause), "  said      \(cause.diagnosis.text)", "  next      \(cause.diagnosis.next)",
                "  more      docs/troubleshooting.md#\(cause.diagnosis.id)",
            ]
            if !examination.others.isEmpty { lines += ["", "seen too:"] + examination.others.map { "  \(place($0))" } }
        } else {
            let count = examination.files.reduce(0) { $0 + $1.lines }
            lines.append("no line tells that the install failed (\(count) lines read)")
            if !examination.others.isEmpty {
                lines += ["", "what may explain a failure, or mean nothing:"]
                lines += examination.others.map { "  \(place($0))" }
            }
            for file in examination.files {
                lines += ["", "the last lines of \(file.name):"] + file.tail.map { "  \($0)" }
            }
        }
        return lines.joined(separator: "\n")
    }

    private static func place(_ finding: LogExamination.Finding) -> String {
        "\(finding.file == "-" ? "standard input" : finding.file):\(finding.diagnosis.line): \(finding.diagnosis.sentence)"
    }
}
