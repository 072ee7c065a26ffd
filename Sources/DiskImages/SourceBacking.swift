/// Whether the source of a conversion may be an overlay on other files.
public enum SourceBacking: Sendable, Hashable {
    /// A source that names a backing file is refused: such a name can point at any file of this machine.
    case refused

    /// The chain is followed and flattened; for disks that this bake made itself.
    ///
    /// Each overlay must state its backing file's format, so that nothing is ever probed.
    case trusted
}
