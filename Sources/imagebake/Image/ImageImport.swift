import ArgumentParser
import Pipeline
import Publish

/// `imagebake image import`.
struct ImageImport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Bring an image's bytes in from elsewhere.",
        subcommands: [Start.self, Info.self],
        defaultSubcommand: Start.self
    )

    /// `imagebake image import IMAGE`.
    struct Start: AsyncParsableCommand {
        /// Glance's names of the methods.
        enum Method: String, CaseIterable, ExpressibleByArgument {
            case direct = "glance-direct"
            case webDownload = "web-download"
            case copy = "copy-image"
        }

        static let configuration = CommandConfiguration(
            commandName: "start",
            abstract: "Begin an import: of staged bytes, from a URL, or from one store into others."
        )

        @Argument(help: "The image's id, or its name where only one image has it.")
        var image: String

        @Option(help: "glance-direct, web-download or copy-image.")
        var method = Method.direct

        @Option(help: "The URL for web-download.")
        var uri: String?

        @Option(
            name: [.long, .customLong("stores")],
            help: "A store for the bytes; may be given several times."
        )
        var store: [String] = []

        @Flag(help: "Into all stores.")
        var allStores = false

        @Flag(help: "Whether it counts as done with some of the stores only.")
        var failure: FailureChoice = .disallowFailure

        @Flag(help: "Wait until it is done, or has failed.")
        var wait = false

        @OptionGroup(title: "Output options")
        var format: ShowOptions

        @OptionGroup
        var options: RegistryOptions

        mutating func validate() throws {
            try format.check(ImageShow.fields)
            guard (uri != nil) == (method == .webDownload) else {
                throw ValidationError("web-download takes --uri, and only it does")
            }
            guard store.isEmpty || !allStores else { throw ValidationError("name stores, or say --all-stores") }
        }

        mutating func run() async throws {
            let method: ImportMethod =
                switch method {
                case .direct: .direct
                case .webDownload: .webDownload(uri ?? "")
                case .copy: .copy
                }
            let stores: StoreChoice = allStores ? .all : store.isEmpty ? .usual : .named(store)
            let (options, reference, wait) = (options, image, wait)
            let allMustSucceed = failure == .disallowFailure
            let image = try await withSignals {
                try await options.with { registry in
                    let id = try await registry.show(reference).id
                    try await registry.importData(method, into: id, stores: stores, allMustSucceed: allMustSucceed)
                    if wait { try await registry.waitForImport(into: id) }
                    return try await registry.show(id.description)
                }
            }
            try ImageShow.print(image, format)
        }
    }

    /// What to do where one of several stores fails.
    enum FailureChoice: EnumerableFlag {
        case allowFailure, disallowFailure
    }

    /// `imagebake image import info`.
    struct Info: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "info",
            abstract: "Show by which methods the registry imports."
        )

        @OptionGroup(title: "Output options")
        var format: ShowOptions

        @OptionGroup
        var options: RegistryOptions

        mutating func run() async throws {
            let methods = try await options.with { try await $0.importMethods() }
            try format.print(Record([("import-methods", .list(methods))]))
        }
    }
}
