import ArgumentParser

/// `imagebake registry`.
struct RegistryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "registry",
        abstract: "Look after the registry of this machine.",
        subcommands: [RegistryFsck.self, RegistryQuota.self, RegistryStore.self]
    )
}
