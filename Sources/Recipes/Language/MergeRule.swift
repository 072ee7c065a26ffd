/// What becomes of an inherited value where the recipe has one too.
enum MergeRule: Equatable {
    /// The items of the base come first, then the recipe's own; an item that both have stands once, among the recipe's own.
    case append

    /// The recipe's own value stands in place of the base's.
    case replace

    /// A plain value is a new default for the base's definition, a mapping a new definition.
    case define
}

extension MergeRule {
    /// The exceptions; everywhere else mappings merge key by key, lists append and scalars replace.
    ///
    /// `*` stands for any one key. Here are the lists whose order or completeness is what they mean, and the mappings that say one thing
    /// in one of several ways, where a mixture would say two.
    static let exceptions: [(path: String, rule: MergeRule)] = [
        ("machine.network", .replace),
        ("install.pin", .replace),
        ("outputs", .replace),
        ("publish", .replace),
        ("system.partitions", .replace),
        ("system.network.nameservers", .replace),
        ("system.root_password", .replace),
        ("cloud_init.datasources", .replace),
        ("cloud_init.network", .replace),
        ("cloud_init.modules.*", .replace),
        ("secrets.*", .replace),
        ("variables.*", .define),
    ]

    /// The rule for a path; nil where the kinds of the values decide.
    init?(for path: [String]) {
        let found = Self.exceptions.first { exception in
            let pattern = exception.path.split(separator: ".")
            return pattern.count == path.count && zip(pattern, path).allSatisfy { $0 == "*" || $0 == $1 }
        }
        guard let found else { return nil }
        self = found.rule
    }
}
