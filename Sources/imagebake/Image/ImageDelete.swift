import ArgumentParser
import Pipeline
import Publish

/// `imagebake image delete`.
struct ImageDelete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "delete", abstract: "Delete images.")

    @Argument(help: ArgumentHelp("The ids, or names that only one image has.", valueName: "image"))
    var images: [String]

    @Option(help: "Delete the bytes in this store only.")
    var store: String?

    @OptionGroup
    var options: RegistryOptions

    mutating func run() async throws {
        try await options.with { registry in
            var first: Failure?
            for reference in images {
                do {
                    if let store {
                        let image = try await registry.show(reference)
                        try await registry.delete(image.id, from: store)
                        Output.error("deleted \(image.title) from \(store)")
                    } else {
                        let image = try await registry.delete(reference)
                        Output.error("deleted \(image.title)")
                    }
                } catch {
                    // As the openstack client does: the others are deleted all the same.
                    let failure = Failure(error)
                    if first == nil { first = failure } else { Output.error(failure.description) }
                }
            }
            if let first { throw first }
        }
    }
}

extension Image {
    /// What a person knows it by.
    var title: String { name.map { "\($0) (\(id))" } ?? id.description }
}
