import SystemPackage
import Testing

extension Lab {
    /// Fails the test unless the last bake left its evidence, whole, named in the last line of the output.
    ///
    /// - Parameter files: What must be in it, beside what is in every one.
    /// - Returns: The directory into which it is unpacked.
    @discardableResult
    func expectEvidence(
        of result: CommandResult,
        with files: String...,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> FilePath {
        let id = lastBake.lastComponent?.string ?? ""
        let bundle = lastBake.appending("failure-\(id).tar.zst")
        #expect(
            result.stderr.split(separator: "\n").last { !$0.contains(": status ") } == "  evidence  \(bundle)",
            "\(result)",
            sourceLocation: sourceLocation
        )
        let directory = root.appending("evidence-\(id)")
        try Disk.make(directory)
        _ = try await tool("tar", "-xf", bundle.string, "-C", directory.string, sourceLocation: sourceLocation)
        let found = Disk.files(below: directory)
        for file in ["failure.txt", "versions.txt", "journal.jsonl"] + files {
            #expect(
                found.contains("failure-\(id)/\(file)"),
                "\(file) is not in \(found)",
                sourceLocation: sourceLocation
            )
        }
        let words = try Disk.text(directory.appending("failure-\(id)/failure.txt"))
        #expect(words.contains("exit status \(result.status)"), "\(words)", sourceLocation: sourceLocation)
        #expect(Disk.names(lastBake).filter { $0.hasPrefix(".") } == [], sourceLocation: sourceLocation)
        return directory.appending("failure-\(id)")
    }
}
