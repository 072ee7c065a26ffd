import ArgumentParser
import Pipeline
import Publish

/// `imagebake image delete`.
struct ImageDelete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "delete", abstract: "Delete images.")

    @Argument(help: ArgumentHelp("The ids, or names that only one image has.", valueName: "image"))
    var images: [String]

    mutating func run() async throws {
        let registry = try await ImageCommand.registry()
        var first: Failure?
        for reference in images {
            do {
                let image = try await registry.delete(reference)
                Output.error("deleted \(image.name) (\(image.id))")
            } catch {
                // As the openstack client does: the others are deleted all the same.
                let failure = Failure(error)
                if first == nil { first = failure } else { Output.error(failure.description) }
            }
        }
        if let first { throw first }
    }
}
