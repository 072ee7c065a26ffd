import ArgumentParser
import Foundation
import Pipeline
import Publish
import SystemPackage

/// `imagebake image save`.
struct ImageSave: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "save",
        abstract: "Write an image's bytes to a file, checked against its digest on the way.",
        discussion: "Without --file the bytes go to standard output, which must not be a terminal."
    )

    @Argument(help: "The image's id, or its name where only one image has it.")
    var image: String

    @Option(help: "The file to write; one that exists is replaced when all of the image is there.", completion: .file())
    var file: String?

    mutating func validate() throws {
        guard file != nil || isatty(STDOUT_FILENO) == 0 else {
            throw ValidationError("an image on a terminal helps nobody: give --file, or redirect the output")
        }
    }

    mutating func run() async throws {
        let target = file.map { SaveTarget.file(FilePath($0)) } ?? .descriptor(.standardOutput)
        let reference = image
        let saved = try await withSignals {
            try await ImageCommand.registry().save(reference, to: target)
        }
        if let file { Output.error("saved \(saved.name) (\(saved.id)), \(ByteText.text(saved.size)), to \(file)") }
    }
}
