/// One kind of machine-specific data: how it is taken out of a guest, and how its absence is proven.
///
/// The table of operations documents itself: names and headings are what commands, reports and the manual show. Where
/// virt-sysprep has an operation for the same thing, this one has its name.
public struct SysprepOperation: Sendable {
    /// The name, for `enabled` and `disabled` in requests.
    public let name: String
    /// What it does, in half a line: "remove ...", "empty ...".
    public let heading: String
    /// The families that it applies to.
    public let families: Set<GuestFamily>
    /// Its place: smaller ones run first, equal ones by name.
    public let order: Int
    /// Whether it runs without being asked for.
    public let enabledByDefault: Bool
    /// What it does otherwise than virt-sysprep's operation of this name, and why; nil where there is nothing to say.
    ///
    /// For one that virt-sysprep does not have, why it is not run by default.
    public let difference: String?

    /// Paths for people beside those of the rules; nil takes the patterns.
    private let touching: [String]?
    let rules: [SysprepRule]
    /// Patterns that `apply` and `check` look up in the tree, beside those of the rules.
    let globs: [GuestGlob]
    /// What the rules cannot say; runs after them.
    let apply: @Sendable (Guest) throws -> [String]
    /// Where that does not hold.
    let check: @Sendable (Guest) throws -> [String]

    init(
        _ name: String,
        _ heading: String,
        families: Set<GuestFamily> = GuestFamily.unix,
        order: Int = 50,
        enabledByDefault: Bool = true,
        difference: String? = nil,
        rules: [SysprepRule] = [],
        globs: [GuestGlob] = [],
        touching: [String]? = nil,
        apply: @escaping @Sendable (Guest) throws -> [String] = { _ in [] },
        check: @escaping @Sendable (Guest) throws -> [String] = { _ in [] }
    ) {
        self.name = name
        self.heading = heading
        self.families = families
        self.order = order
        self.enabledByDefault = enabledByDefault
        self.difference = difference
        self.touching = touching
        self.rules = rules
        self.globs = globs
        self.apply = apply
        self.check = check
    }

    /// The paths that it removes or changes, as patterns; `~` is root's home and every directory in `/home`.
    public var touches: [String] {
        var patterns: [String] = []
        for pattern in rules.map(\.glob.text) + (touching ?? globs.map(\.text)) where !patterns.contains(pattern) {
            patterns.append(pattern)
        }
        let all = Set(patterns)
        return patterns.compactMap { pattern in
            if pattern.hasPrefix("/root/"), all.contains("/home/*/" + pattern.dropFirst("/root/".count)) {
                return "~/" + pattern.dropFirst("/root/".count)
            }
            if pattern.hasPrefix("/home/*/"), all.contains("/root/" + pattern.dropFirst("/home/*/".count)) {
                return nil
            }
            return pattern
        }
    }

    /// Whether virt-sysprep runs its operation of this name by default; nil where it has none.
    public var virtSysprepDefault: Bool? {
        VirtSysprep.operations[name]
    }

    var allGlobs: [GuestGlob] {
        rules.map(\.glob) + globs
    }

    /// Does it; what was changed, in words.
    func perform(on guest: Guest) throws -> [String] {
        try naming { try rules.flatMap { try $0.apply(to: guest) } + apply(guest) }
    }

    /// Where it was not done: `path` or `path:line`, each once.
    func findings(in guest: Guest) throws -> [String] {
        try naming { Array(Set(try rules.flatMap { try $0.check(guest) } + check(guest))).sorted() }
    }

    /// An error in the appliance says which operation it stopped.
    private func naming<R>(_ body: () throws -> R) throws -> R {
        do {
            return try body()
        } catch let error as GuestfsError {
            throw GuestfsError(
                error.code,
                name,
                "\(error.operation): \(error.message)",
                hint: error.hint,
                errno: error.errno
            )
        }
    }

    /// The operations of a run, in their order.
    ///
    /// Errors: `unknownOperation` for a name that is not in the table.
    static func select(
        family: GuestFamily?,
        enabled: Set<String>,
        disabled: Set<String>
    ) throws -> [SysprepOperation] {
        let names = Set(Sysprep.operations.map(\.name))
        if let unknown = enabled.union(disabled).subtracting(names).min() {
            throw GuestfsError(
                .unknownOperation,
                "sysprep",
                "no operation is named '\(unknown)'",
                hint: "operations: " + names.sorted().joined(separator: ", ")
            )
        }
        return Sysprep.operations.filter { operation in
            (operation.enabledByDefault || enabled.contains(operation.name)) && !disabled.contains(operation.name)
                && family.map { operation.families.contains($0) } ?? true
        }
    }
}
