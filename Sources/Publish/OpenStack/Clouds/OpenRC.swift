/// The variables that an openrc file sets, read and never run.
///
/// Understood are `export NAME=VALUE`, `NAME=VALUE` and `unset NAME` with the shell's quotes (POSIX, XCU 2.2 and 2.6.2), and
/// variables in them. All other lines, such as Horizon's questions for a password, are passed over.
struct OpenRC {
    private(set) var variables: [String: String]
    /// Variables whose value is another one that nobody has set: what the file asks its user for.
    private(set) var asked: [String: String] = [:]
    private let file: String

    /// Reads a file over an environment.
    init(_ text: String, file: String, over environment: [String: String]) throws {
        variables = environment
        self.file = file
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            try read(line, index + 1)
        }
    }

    private mutating func read(_ line: Substring, _ number: Int) throws {
        var reader = Words(line)
        guard var first = reader.next(expanding: { _ in nil })?.raw else { return }
        if first == "unset" {
            while let word = reader.next(expanding: { _ in nil })?.raw { variables[word] = nil }
            return
        }
        reader = Words(line)
        if first == "export" {
            _ = reader.next(expanding: { _ in nil })
            first = ""
        }
        while let name = reader.assignment() {
            var unknown: String?
            let known = variables
            let word = reader.next { variable in
                if known[variable] == nil { unknown = variable }
                return known[variable]
            }
            guard let word else { break }
            guard name.hasPrefix("OS_") else { continue }
            if word.isUnfinished {
                throw OpenStackError(
                    .configuration,
                    "\(file):\(number): the value of \(name) has a quote without an end"
                )
            }
            if word.runsCommand {
                throw OpenStackError(
                    .configuration,
                    "\(file):\(number): the value of \(name) is what a command prints, and openrc files are not run",
                    hint: "source the file in a shell, and leave out the file's name here"
                )
            }
            if let unknown, word.text.isEmpty {
                // `export OS_PASSWORD=$OS_PASSWORD_INPUT` after a `read`: what is in the environment stays.
                if variables[name] == nil { asked[name] = "\(file):\(number)" }
                _ = unknown
                continue
            }
            asked[name] = nil
            variables[name] = word.text
        }
    }

    /// A line's words.
    private struct Words {
        struct Word {
            var text = ""
            var raw = ""
            var isUnfinished = false
            var runsCommand = false
        }

        private var rest: Substring

        init(_ line: Substring) { rest = line.last == "\r" ? line.dropLast() : line }

        private mutating func skipBlanks() { rest = rest.drop { $0 == " " || $0 == "\t" || $0 == ";" } }

        /// The name of an assignment, which is taken off with its sign; nil where there is none.
        mutating func assignment() -> String? {
            skipBlanks()
            let name = rest.prefix { $0 == "_" || ($0.isASCII && ($0.isLetter || $0.isNumber)) }
            guard let first = name.first, !first.isNumber, rest[name.endIndex...].first == "=" else { return nil }
            rest = rest[name.endIndex...].dropFirst()
            return String(name)
        }

        /// The next word; right after ``assignment()`` its value, which may be empty.
        mutating func next(expanding value: (String) -> String?) -> Word? {
            var word = Word()
            // Blanks before the first word; the value of an assignment begins at once.
            if rest.first == " " || rest.first == "\t" { skipBlanks() }
            if rest.isEmpty || rest.first == "#" { return nil }
            let start = rest
            while let character = rest.first {
                if character == " " || character == "\t" || character == ";" || character == "&" || character == "|" {
                    break
                }
                rest = rest.dropFirst()
                switch character {
                case "'":
                    guard let end = rest.firstIndex(of: "'") else {
                        word.isUnfinished = true
                        return word
                    }
                    word.text += rest[..<end]
                    rest = rest[end...].dropFirst()
                case "\"":
                    var isClosed = false
                    while let inner = rest.first {
                        rest = rest.dropFirst()
                        if inner == "\"" {
                            isClosed = true
                            break
                        }
                        if inner == "\\", let escaped = rest.first, "$`\"\\".contains(escaped) {
                            word.text.append(escaped)
                            rest = rest.dropFirst()
                        } else if inner == "$" {
                            expand(&word, value)
                        } else {
                            if inner == "`" { word.runsCommand = true }
                            word.text.append(inner)
                        }
                    }
                    if !isClosed {
                        word.isUnfinished = true
                        return word
                    }
                case "\\":
                    if let escaped = rest.first {
                        word.text.append(escaped)
                        rest = rest.dropFirst()
                    }
                case "$": expand(&word, value)
                case "`":
                    word.runsCommand = true
                default: word.text.append(character)
                }
            }
            word.raw = String(start[..<rest.startIndex])
            return word
        }

        /// A variable after its dollar sign.
        private mutating func expand(_ word: inout Word, _ value: (String) -> String?) {
            if rest.first == "(" {
                word.runsCommand = true
                return
            }
            let isBraced = rest.first == "{"
            var name = isBraced ? rest.dropFirst() : rest
            name = name.prefix { $0 == "_" || ($0.isASCII && ($0.isLetter || $0.isNumber)) }
            guard !name.isEmpty else {
                word.text.append("$")
                return
            }
            rest = rest[name.endIndex...]
            var fallback = ""
            if isBraced {
                let tail = rest.prefix { $0 != "}" }
                // ${NAME:-default}
                if tail.hasPrefix(":-") { fallback = String(tail.dropFirst(2)) }
                rest = rest[tail.endIndex...].dropFirst()
            }
            let found = value(String(name))
            word.text += found.flatMap { $0.isEmpty ? nil : $0 } ?? fallback
        }
    }
}
