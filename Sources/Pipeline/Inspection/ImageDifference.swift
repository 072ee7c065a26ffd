public import Guestfs
import Inventory

/// What differs between two images.
public struct ImageDifference: Sendable, Codable, Equatable {
    /// A thing of which one image has another than the other.
    public struct Change: Sendable, Codable, Equatable {
        /// The thing's name.
        public let name: String
        /// What the first image has; nil where it has none.
        public let before: String?
        /// What the second image has; nil where it has none.
        public let after: String?
    }

    /// The operating system's name and release, where they differ.
    public let system: [Change]
    /// The packages, `name` or `name.architecture` with versions.
    public let packages: [Change]
    /// The files by directory.
    public let files: [DirectoryDifference]
    /// The users.
    public let users: [Change]
    /// The services that start by themselves.
    public let services: [Change]
    /// The arguments of kernels, by entry of the boot loader's menu.
    public let bootArguments: [Change]
    /// What could not be compared.
    public let warnings: [String]

    /// Whether nothing differs.
    public var isEmpty: Bool {
        system.isEmpty && packages.isEmpty && files.isEmpty && users.isEmpty && services.isEmpty
            && bootArguments.isEmpty
    }

    /// Compares two images.
    ///
    /// - Parameters:
    ///   - before: The first.
    ///   - after: The second.
    ///   - depth: How many names the path of a directory has at most; what lies deeper is counted there.
    public init(
        from before: (facts: GuestFacts, files: FileTable),
        to after: (facts: GuestFacts, files: FileTable),
        depth: Int
    ) {
        func changes(_ values: (GuestFacts) -> [(String, String)]) -> [Change] {
            Self.changes(values(before.facts), values(after.facts))
        }
        system = changes { [("system", $0.os.productName), ("architecture", $0.os.architecture)] }
        packages = changes { facts in
            facts.inventory.packages.map { package in
                ([package.name, package.architecture].compactMap(\.self).joined(separator: "."), package.version)
            }
        }
        files = FileTable.differences(from: before.files, to: after.files, depth: depth)
        users = changes { facts in
            facts.users.map { user in
                let keys = user.authorizedKeys == 1 ? "1 key" : "\(user.authorizedKeys) keys"
                let words = [
                    "uid \(user.uid)", "gid \(user.gid)", user.home, user.shell,
                    "password \(user.password.rawValue)", keys,
                ]
                return (user.name, words.joined(separator: ", "))
            }
        }
        services = changes { facts in
            facts.services.map { ($0.name, ([$0.state.rawValue] + $0.listens).joined(separator: " ")) }
        }
        bootArguments = changes { facts in facts.bootEntries.map { ($0.title, $0.arguments) } }
        var warnings = [(before, "first"), (after, "second")].flatMap { image, name in
            image.facts.warnings.map { "the \(name) image: \($0)" }
        }
        if before.files.isCut || after.files.isCut {
            warnings.append("there are more files than are compared one by one; the sizes of directories count all")
        }
        self.warnings = warnings
    }

    /// Compares named values; a name may have several, as kernels have.
    static func changes(_ before: [(String, String)], _ after: [(String, String)]) -> [Change] {
        let (old, new) = (Dictionary(grouping: before, by: \.0), Dictionary(grouping: after, by: \.0))
        return Set(old.keys).union(new.keys).sorted().flatMap { name -> [Change] in
            let (left, right) = (Set((old[name] ?? []).map(\.1)), Set((new[name] ?? []).map(\.1)))
            let (gone, come) = (left.subtracting(right).sorted(), right.subtracting(left).sorted())
            if gone.count == 1, come.count == 1 { return [Change(name: name, before: gone[0], after: come[0])] }
            return gone.map { Change(name: name, before: $0, after: nil) }
                + come.map { Change(name: name, before: nil, after: $0) }
        }
    }
}
