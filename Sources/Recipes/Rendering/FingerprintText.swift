/// What a recipe renders to where nothing depends on the bake; the recipe's part of the stages' fingerprints.
public struct FingerprintText: Sendable, Equatable {
    /// What the installed disk depends on: kickstart, kernel arguments and the guest's machine.
    public let install: String

    /// What the sealed disk depends on beside the installed one: cloud.cfg and the choices of sysprep.
    public let seal: String

    /// What customising does to the disk; empty where it does nothing.
    public let customize: String
}
