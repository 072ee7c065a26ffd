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
            What else is kept with an image is named by 'image show': the bills of materials and the report on its hygiene.
            """
    )

    @Argument(help: "The image's id, or its name where only one image has it.")
    var image: String

    @Option(help: "The file to write; one that exists is replaced when all of the image is there.", completion: .file())
    var file: String?

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
        let target = file.map { SaveTarget.file(FilePath($0)) } ?? .descriptor(.standardOutput)
        let reference = image
        let options = options
        if let document {
            let saved = try await options.local().saveDocument(document, of: reference, to: target)
            if let file { Output.error("saved \(saved.name), \(ByteText.text(saved.size)), to \(file)") }
            return
        }
        let saved = try await withSignals {
            try await options.with { try await $0.save(reference, to: target) }
        }
        if let file { Output.error("saved \(saved.title), \(ByteText.text(saved.size ?? 0)), to \(file)") }
    }
}
