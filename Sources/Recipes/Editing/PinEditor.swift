public import SystemPackage
import Yams

/// Writes a pin into a recipe's text and leaves every other byte of it alone.
///
/// What stands in the file is edited line by line, because a YAML library would write the whole file anew, without its comments.
public struct PinEditor: Sendable {
    /// The recipe's file.
    public let file: FilePath

    /// Makes an editor.
    public init(file: FilePath) {
        self.file = file
    }

    /// The recipe's text with a pin in it.
    ///
    /// - Parameters:
    ///   - key: `treeinfo` for a tree, `checksum` for a medium.
    ///   - digest: `sha256:` and 64 hexadecimal digits.
    /// - Throws: ``RecipeProblems`` where the file cannot be read, or where its `install` is written in a way in which no line can be
    ///   added, such as `{...}`; the message says what to write by hand.
    public func text(pinning key: String, to digest: String) throws(RecipeProblems) -> String {
        let name = file.string
        let bytes = try RecipeBytes.read(file, name: name)
        let text: String
        do {
            text = try RecipeText(bytes, file: name).text
        } catch {
            throw RecipeProblems([error])
        }
        let root = try YAMLTree(text, file: name).root
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard let (installKey, install) = root.entry(of: "install") else {
            if lines.last == "" { lines.removeLast() }
            return (lines + ["", "install:", "  pin:", "    \(key): \(digest)", ""]).joined(separator: "\n")
        }
        guard let section = Section(install, below: installKey, in: lines) else { throw byHand(key, digest, install) }
        guard let (pinKey, pin) = install.entry(of: "pin") else {
            lines.insert(
                contentsOf: ["\(section.indent)pin:", "\(section.indent)  \(key): \(digest)"],
                at: section.line
            )
            return lines.joined(separator: "\n")
        }
        guard let (_, old) = pin.entry(of: key) else {
            guard let section = Section(pin, below: pinKey, in: lines) else { throw byHand(key, digest, pin) }
            lines.insert("\(section.indent)\(key): \(digest)", at: section.line)
            return lines.joined(separator: "\n")
        }
        guard case .scalar(let scalar) = old,
            scalar.style == .plain || scalar.style == .singleQuoted || scalar.style == .doubleQuoted,
            lines.indices.contains(old.place.line - 1)
        else { throw byHand(key, digest, old) }
        let line = lines[old.place.line - 1]
        let start = line.unicodeScalars.index(line.unicodeScalars.startIndex, offsetBy: old.place.column - 1)
        guard let range = line[start...].firstRange(of: scalar.string) else { throw byHand(key, digest, old) }
        lines[old.place.line - 1] = line.replacingCharacters(in: range, with: digest)
        return lines.joined(separator: "\n")
    }

    private func byHand(_ key: String, _ digest: String, _ node: Node) -> RecipeProblems {
        RecipeProblems([
            Diagnostic(
                file: file.string,
                line: node.place.line,
                column: node.place.column,
                message: "no line can be added here",
                hint: "write 'pin: {\(key): \(digest)}' into 'install' by hand"
            )
        ])
    }
}

/// Where a line can be added to a block mapping: right below its key, above the comment of its first entry.
private struct Section {
    /// The index of the line.
    let line: Int
    /// What stands before its keys.
    let indent: String

    /// Looks at a mapping; nil when it is not one in block style, each key in a line of its own.
    init?(_ node: Node, below key: Node, in lines: [String]) {
        guard case .mapping(let mapping) = node, mapping.style != .flow, let first = mapping.first?.key else {
            return nil
        }
        let place = first.place
        guard lines.indices.contains(place.line - 1), key.place.line < place.line else { return nil }
        let indent = lines[place.line - 1].unicodeScalars.prefix(place.column - 1)
        guard indent.allSatisfy({ $0 == " " }), !indent.isEmpty else { return nil }
        line = key.place.line
        self.indent = String(String.UnicodeScalarView(indent))
    }
}

extension Node {
    fileprivate func entry(of key: String) -> (key: Node, value: Node)? {
        guard case .mapping(let mapping) = self else { return nil }
        return mapping.first { $0.key.scalar?.string == key }.map { ($0.key, $0.value) }
    }
}

extension String {
    fileprivate func replacingCharacters(in range: Range<Index>, with text: String) -> String {
        self[..<range.lowerBound] + text + self[range.upperBound...]
    }
}
