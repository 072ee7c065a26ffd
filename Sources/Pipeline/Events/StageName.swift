/// The stages of a bake, in the order in which they run.
public enum StageName: String, CaseIterable, Codable, Sendable {
    /// The recipe becomes kickstart, cloud.cfg and domain definition.
    case render
    /// Kernel and initrd are fetched and verified.
    case tree
    /// The installer runs in a guest.
    case install
    /// The disk is cleaned, and proven clean.
    case sysprep
    /// The disk becomes an artefact.
    case convert
    /// The artefact goes into the registry.
    case publish

    /// Where it stands in the order of the stages, from 0.
    public var position: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
