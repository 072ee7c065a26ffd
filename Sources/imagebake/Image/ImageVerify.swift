import ArgumentParser
import Pipeline
import Publish

/// `imagebake image verify`.
struct ImageVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Compare images' bytes in the local registry with their digests."
    )

    @Argument(
        help: ArgumentHelp(
            "The ids, or names that only one image has; all images where none is given.",
            valueName: "image"
        )
    )
    var images: [String] = []

    @OptionGroup
    var options: RegistryOptions

    mutating func run() async throws {
        let (options, references) = (options, images)
        try await withSignals {
            let registry = try await options.local()
            var query = ImageQuery()
            query.visibility = .all
            var images: [Image] = []
            if references.isEmpty {
                images = try await registry.list(query)
                query.isHidden = true
                images += try await registry.list(query)
            } else {
                for reference in references { images.append(try await registry.show(reference)) }
            }
            var damaged: RegistryError?
            for image in images where image.size != nil {
                do {
                    try await registry.verify(image.id)
                    Output.error("\(image.title): well")
                } catch let error as RegistryError where error.code == .corrupt {
                    if let first = damaged { Output.error("error: \(first)") }
                    damaged = error
                }
            }
            if let damaged { throw damaged }
        }
    }
}
