/// What the command line says of a bake, beyond the recipe.
public struct BakeOptions: Sendable {
    /// The libvirt URI; nil chooses one.
    public var connect: String?
    /// The storage pool of a remote hypervisor; nil for `default`, or one of the bake's own.
    public var storagePool: String?
    /// Whether nothing cached is used, so that all is made anew.
    public var ignoresCache: Bool

    /// The first stage that is made anew, with all that follow it; nil makes none anew that is cached.
    public var refresh: StageName?

    /// The age above which no product is used, nor anything made from one; nil uses those of any age.
    public var maxAge: Duration?

    /// The stage after which the bake stops; nil runs it to its end.
    public var until: StageName?

    /// Whether a tree over plain http may be used that neither checksums nor a pin vouch for; it is recorded with the image.
    public var allowsUnverifiedTree: Bool

    /// What becomes of the guest and its disk when the bake fails.
    public var onError: OnError

    /// Asks whoever sits at the terminal, for ``OnError/ask``; answers no where nobody does.
    public var ask: @Sendable (String) async -> Bool = { _ in false }

    /// Creates options.
    public init(
        connect: String? = nil,
        storagePool: String? = nil,
        ignoresCache: Bool = false,
        refresh: StageName? = nil,
        maxAge: Duration? = nil,
        until: StageName? = nil,
        allowsUnverifiedTree: Bool = false,
        onError: OnError = .cleanup
    ) {
        self.onError = onError
        self.refresh = refresh
        self.maxAge = maxAge
        self.until = until
        self.connect = connect
        self.storagePool = storagePool
        self.ignoresCache = ignoresCache
        self.allowsUnverifiedTree = allowsUnverifiedTree
    }
}

extension BakeOptions {
    /// What becomes of a bake's guest and files when it fails.
    public enum OnError: String, CaseIterable, Sendable {
        /// They are removed; the evidence stays.
        case cleanup
        /// They stay as they are, until `imagebake bakes remove`.
        case keep
        /// Whoever sits at the terminal is asked.
        case ask
    }
}
