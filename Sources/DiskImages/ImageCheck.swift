/// What `qemu-img check` found in a qcow2 image.
public struct ImageCheck: Sendable, Hashable {
    /// The number of metadata errors that damage data.
    public var corruptions: Int

    /// The number of clusters that are taken but not used; harmless.
    public var leaks: Int

    /// The number of things that could not be checked.
    public var checkErrors: Int

    /// Whether nothing at all was found.
    public var isClean: Bool { corruptions == 0 && leaks == 0 && checkErrors == 0 }
}
