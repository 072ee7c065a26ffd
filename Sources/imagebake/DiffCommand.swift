import ArgumentParser
import Guestfs
import Pipeline
import SystemPackage

/// `imagebake diff`.
struct DiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Compare two images: packages, files by directory, users, services, boot arguments.",
        discussion: """
            Exit status: 0 where nothing differs, 1 where something does, otherwise that of the failure. \
            docs/inspect.md says what is compared.
            """
    )

    @Argument(help: "The first image file, qcow2 or raw.", completion: .file())
    var before: String

    @Argument(help: "The second image file.", completion: .file())
    var after: String

    @Option(
        help: """
            The images' format: qcow2 or raw; given twice, that of the first and that of the second. \
            Default: qcow2 where a file begins as one; raw has to be told.
            """
    )
    var imageFormat: [ImageInspection.Format] = []

    @Option(help: "How many names the path of a directory has at most; what lies deeper is counted there.")
    var depth = 2

    @OptionGroup(title: "Disk options, of both images")
    var disk: DiskOptions

    @OptionGroup(title: "Output options")
    var format: ListOptions

    func validate() throws {
        guard imageFormat.count <= 2 else { throw ValidationError("--image-format is given twice at most") }
        guard (1...20).contains(depth) else { throw ValidationError("--depth takes a number from 1 to 20") }
        try format.check(Self.columns)
    }

    mutating func run() async throws {
        let home = try Home()
        // Both are looked at before the first costs an appliance.
        var images = try zip([before, after], [imageFormat.first, imageFormat.last]).map {
            try ImageInspection(FilePath($0), format: $1, home: home)
        }
        for index in images.indices { disk.apply(to: &images[index]) }
        let (first, second, depth) = (images[0], images[1], depth)
        let difference = try await withSignals {
            let before = try await first.factsAndFiles()
            return try await ImageDifference(from: before, to: second.factsAndFiles(), depth: depth)
        }
        for warning in difference.warnings { Output.error("warning: \(warning)") }
        try format.print(Listing(columns: Self.columns, rows: Self.rows(difference), document: difference))
        if !difference.isEmpty { throw ExitCode(1) }
    }

    private static let columns = ["What", "Name", "Before", "After"]

    /// A line for each difference.
    static func rows(_ difference: ImageDifference) -> [[String]] {
        func rows(_ what: String, _ changes: [ImageDifference.Change]) -> [[String]] {
            changes.map { [what, $0.name, $0.before ?? "-", $0.after ?? "-"] }
        }
        let files = difference.files.map { files in
            let counts = [("added", files.added), ("removed", files.removed), ("changed", files.changed)]
            let words = counts.filter { $0.1 > 0 }.map { "\($0.1) \($0.0)" }.joined(separator: ", ")
            return [
                "files", files.directory, ByteText.text(files.bytesBefore),
                "\(ByteText.text(files.bytesAfter)) (\(words))",
            ]
        }
        return rows("system", difference.system) + rows("package", difference.packages)
            + rows("user", difference.users) + rows("service", difference.services)
            + rows("boot", difference.bootArguments) + files
    }
}
