/// A text in which a word stands for every alias (`*name`), so that it is as large as it looks.
///
/// The library compares the keys of a mapping with all they contain. Keys that are aliases of lists of aliases would make it work for
/// ever (the "billion laughs"). So the text is composed once without its aliases, which is cheap, and looked at before the real text
/// is composed. What aliases in values add up to is counted by ``ReadingContext``.
struct YAMLAliases {
    /// The text, each character where it was.
    let text: String

    /// The names of the aliases by their places.
    let names: [Place: String]

    /// Replaces the aliases of a text.
    ///
    /// - Throws: That there are more than a recipe can have values.
    init(replacedIn text: String, file: String) throws(Diagnostic) {
        var result = String.UnicodeScalarView()
        var names: [Place: String] = [:]
        var line = 1
        var column = 1
        var previous: Unicode.Scalar = " "
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            let begins = scalar == "*" && " \n\r\t[{,:?-".unicodeScalars.contains(previous)
            let name = rest.prefix {
                begins && ($0.properties.isAlphabetic || $0.isASCIIWord || $0 == "_" || $0 == "-")
            }
            if name.isEmpty {
                result.append(scalar)
            } else {
                guard names.count < ReadingContext.valueLimit, let word = Self.word(names.count) else {
                    let message = "has more than \(ReadingContext.valueLimit) aliases"
                    throw Diagnostic(file: file, line: line, column: column, message: message)
                }
                names[Place(line: line, column: column)] = String(name)
                result.append(word)
            }
            (line, column) = scalar == "\n" ? (line + 1, 1) : (line, column + 1)
            previous = scalar
        }
        self.text = String(result)
        self.names = names
    }

    /// A word of one character, another one for each number, so that no two keys that were aliases are the same.
    private static func word(_ number: Int) -> Unicode.Scalar? {
        // CJK ideographs, of which there are more than a recipe has aliases.
        Unicode.Scalar(UInt32(0x4E00 + number))
    }
}
