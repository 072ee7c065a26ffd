import Yams

extension Recipe.Places {
    /// Notes where the values stand in a tree that a recipe was read from.
    init(_ nodes: NodePath, _ overrides: RecipeOverrides, _ context: ReadingContext) {
        self.init()
        for key in Key.allCases {
            // What is nearest to a value that is not there is the mapping that it would stand in.
            guard case let node = nodes.nearest(to: key.rawValue), case .scalar = node else { continue }
            self[key] = context.describe(node)
        }
        if overrides.location != nil { self[.location] = "--location" }
    }
}

extension Recipe {
    /// Refuses a pin that does not fit the tree that the command line puts in the place of the recipe's, as it would be refused beside
    /// it in one file.
    func checkPin(_ nodes: NodePath, _ context: ReadingContext) {
        guard let pin = install.pin else { return }
        let isMedium = if case .image = install.location { true } else { false }
        let media: [(Places.Key, Bool)] = [
            (.checksum, pin.checksum != nil), (.checksumFile, pin.checksumFile != nil),
            (.signature, pin.signature != nil), (.gpgKey, pin.gpgKey != nil),
        ]
        let hint = "a pin is one tree's: remove it, or bake without --location"
        for (key, isGiven) in media where isGiven && !isMedium {
            let message =
                "'\(key.rawValue)' pins a medium, and \(Quoted(install.location.description)) of --location is no ISO"
            context.report(message, at: nodes.nearest(to: key.rawValue), hint: hint)
        }
        guard pin.treeinfo != nil else { return }
        let node = nodes.nearest(to: Places.Key.treeinfo.rawValue)
        if install.location == .builtIn {
            context.report("the built-in tree is made on the spot and cannot be pinned", at: node, hint: hint)
        } else if isMedium {
            let message =
                "'install.pin.treeinfo' pins a tree, and \(Quoted(install.location.description)) of --location is an ISO"
            context.report(message, at: node, hint: hint)
        }
    }
}
