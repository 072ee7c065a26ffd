import ArgumentParser
import Foundation
import Guestfs
import Inventory
import Pipeline
import SystemPackage

/// `imagebake inspect`.
struct InspectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show what is in an image: system, boot, users, services, packages; or its bill of materials.",
        discussion: """
            The image is not started and not changed: libguestfs' appliance reads it. docs/inspect.md says what is shown.
            """
    )

    @Argument(help: "The image file, qcow2 or raw.", completion: .file())
    var image: String

    @Option(help: "The image's format: qcow2 or raw. Default: qcow2 where the file begins as one; raw has to be told.")
    var imageFormat: ImageInspection.Format?

    @OptionGroup(title: "Disk options")
    var disk: DiskOptions

    @OptionGroup(title: "Output options")
    var format: ReportOptions

    @Option(
        help: ArgumentHelp(
            "Print the bill of materials instead: spdx (SPDX 2.3) or cyclonedx (CycloneDX 1.6), both JSON.",
            valueName: "form"
        )
    )
    var sbom: BillOfMaterials.Form?

    @Flag(
        help:
            "Say instead whether it holds what an image must not: identities, logs, passwords, keys. Status 81 where it does."
    )
    var hygiene = false

    @Option(
        help:
            "With --hygiene: a path or pattern of files in which passwords and keys are meant to be. Can be given again."
    )
    var allow: [String] = []

    @Option(help: "Write the bill of materials to this file.", completion: .file())
    var output: String?

    func validate() throws {
        if !allow.isEmpty, !hygiene { throw ValidationError("--allow goes with --hygiene") }
        if hygiene, sbom != nil { throw ValidationError("--hygiene and --sbom are two questions: give one of them") }
        if let pattern = allow.first(where: { !$0.hasPrefix("/") }) {
            throw ValidationError("--allow takes an absolute path or pattern, not '\(pattern)'")
        }
        if output != nil, sbom == nil { throw ValidationError("--output goes with --sbom") }
    }

    mutating func run() async throws {
        var looking = try ImageInspection(FilePath(image), format: imageFormat, home: Home())
        disk.apply(to: &looking)
        let inspection = looking
        let (sbom, output, format) = (sbom, output, format)
        if hygiene {
            let allow = allow
            let report = try await withSignals { try await inspection.hygiene(allowing: allow) }
            for warning in report.warnings { Output.error("warning: \(warning)") }
            let rows = report.checks.map {
                [$0.name, $0.passed ? "ok" : "failed", $0.findings.joined(separator: ", ")]
            }
            try format.print(report.text.trimmingCharacters(in: .newlines), values: rows, document: report)
            guard report.passed else { throw ExitCode(ExitStatus.sysprepFailed.rawValue) }
            return
        }
        try await withSignals {
            let facts = try await inspection.facts()
            for warning in facts.warnings { Output.error("warning: \(warning)") }
            guard let sbom else {
                let report = InspectReport(facts: facts)
                return try format.print(report.text, values: report.values, document: facts)
            }
            let document = try await inspection.billOfMaterials(facts.inventory).document(sbom)
            if let output {
                try ImageInspection.write(document, to: FilePath(output))
            } else {
                Output.raw(toData: document)
            }
        }
    }
}
