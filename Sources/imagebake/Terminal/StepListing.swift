import Pipeline
import Publish

/// What a publication does or has done, as a list.
enum StepListing {
    /// Prints it to standard output.
    static func print(_ steps: [PublicationStep], _ format: ListOptions) throws {
        try format.print(Listing(columns: columns, rows: steps.map(row), document: steps))
        if steps.isEmpty, format.format == .table { Output.error("nothing to do") }
    }

    static let columns = ["registry", "action", "image", "name", "detail"]

    static func row(_ step: PublicationStep) -> [String] {
        [step.registry, step.action.rawValue, step.image ?? "-", step.name.isEmpty ? "-" : step.name, step.detail]
    }
}
