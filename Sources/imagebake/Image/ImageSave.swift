import ArgumentParser
import Foundation
import Pipeline
import Publish
import SystemPackage

/// `imagebake image save`.
struct ImageSave: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "save",
        abstract: "Write an image's bytes, or a document's, to a file, checked against their digest on the way.",
        discussion: """
            Without --file the bytes go to standard output, which must not be a terminal for an image.
            Where it breaks off, or Ctrl-C comes, what is there stays beside the file as FILE.KEY.part, and the same command goes on there.
            What else is kept with an image is named by 'image show': the bills of materials and the report on its hygiene.
            """
    )

    @Argument(help: "The image's id, or its name where only one image has it.")
    var image: String

    @Option(help: "The file to write; one that exists is replaced when all of the image is there.", completion: .file())
    var file: String?

    @Flag(
        inversion: .prefixedNo,
        help: "Go on where an earlier save broke off, and keep what is there if this one does."
    )
    var resume = true

    @Option(help: "Write this document of the image in place of the image.")
    var document: String?

    @OptionGroup
    var options: RegistryOptions

    mutating func validate() throws {
        guard file != nil || document != nil || isatty(STDOUT_FILENO) == 0 else {
            throw ValidationError("an image on a terminal helps nobody: give --file, or redirect the output")
        }
    }

    mutating func run() async throws {
        let target: SaveTarget =
            switch file.map({ FilePath($0) }) {
            case nil: .descriptor(.standardOutput)
            case let file? where resume && document == nil: .resumable(file, onEvent: Self.tell)
            case let file?: .file(file)
            }
        let reference = image
        let options = options
        if let document {
            let saved = try await options.local().saveDocument(document, of: reference, to: target)
            if let file { Output.error("saved \(saved.name), \(ByteText.text(saved.size)), to \(file)") }
            return
        }
        let saved = try await withSignals("stopping") {
            try await options.with { try await $0.save(reference, to: target) }
        }
        if let file { Output.error("saved \(saved.title), \(ByteText.text(saved.size ?? 0)), to \(file)") }
    }

    private static func tell(_ event: SaveEvent) {
        func size(_ bytes: Int64, _ total: Int64?) -> String {
            ByteText.text(bytes) + (total.map { " of \(ByteText.text($0))" } ?? "")
        }
        switch event {
        case .resumed(let part, let bytes, let total): Output.error("going on after \(size(bytes, total)) in \(part)")
        case .kept(let part, let bytes, let total):
            Output.error("\(size(bytes, total)) are kept in \(part); the same command goes on there")
        case .restarted(let part):
            Output.error("warning: \(part) was not the beginning of the image; fetching all of it")
        }
    }
}
