import Yams

/// The check that aliases (`*name`) stand only where values stand, and that keys are plain text.
///
/// The library compares the keys of a mapping with all they contain. Keys that are aliases of lists of aliases would make it work for
/// ever (the "billion laughs"). So the text is composed once with every alias replaced by a word, which is cheap, and the keys are
/// looked at before the real text is composed. What aliases in values add up to is counted by ``ReadingContext``.
enum YAMLAliases {
    static func check(_ text: String, file: String) throws(Diagnostic) {
        let (plain, places) = withoutAliases(text)
        guard !places.isEmpty else { return }
        // What is no YAML here is none in the real text either; that one has the better message.
        guard let root = try? Parser(yaml: plain).singleRoot() else { return }
        var pending = [root]
        while let node = pending.popLast() {
            switch node {
            case .mapping(let mapping):
                for (key, value) in mapping {
                    let place = key.place
                    guard case .scalar = key, !places.contains(place) else {
                        throw Diagnostic(
                            file: file,
                            line: place.line,
                            column: place.column,
                            message: "a key must be plain text, not an alias, a list or a mapping"
                        )
                    }
                    pending.append(value)
                }
            case .sequence(let sequence): pending += sequence
            case .scalar, .alias: break
            }
        }
    }

    /// The text with `_` in place of every `*` that may begin an alias, and the places of those.
    private static func withoutAliases(_ text: String) -> (String, Set<Place>) {
        var result = String.UnicodeScalarView()
        var places: Set<Place> = []
        var line = 1
        var column = 1
        var previous: Unicode.Scalar = " "
        var scalars = text.unicodeScalars.makeIterator()
        var current = scalars.next()
        while let scalar = current {
            let next = scalars.next()
            let begins = scalar == "*" && " \n\r\t[{,:?-".unicodeScalars.contains(previous)
            if begins, let next,
                next.properties.isAlphabetic || ("0"..."9").contains(next) || next == "_" || next == "-"
            {
                places.insert(Place(line: line, column: column))
                result.append("_")
            } else {
                result.append(scalar)
            }
            (line, column) = scalar == "\n" ? (line + 1, 1) : (line, column + 1)
            (previous, current) = (scalar, next)
        }
        return (String(result), places)
    }
}
