/// Follows a shell script from its start and tells whether a quoted word may be put where the script is now.
///
/// A word in single quotes is one word only where the shell begins to read a word: in double quotes, in a comment or in a here-document
/// its quotes are plain characters, and what stands between them may run. This is no parser of the shell. What it cannot follow it
/// calls unclear, and from there on allows no word.
struct ShellPosition {
    private enum Frame {
        case command(parentheses: Int)
        case single
        case double
        case backtick
        case brace
        case arithmetic(parentheses: Int)
        case bracket
        case comment
    }

    private struct HereDocument {
        let delimiter: String
        let stripsTabs: Bool
    }

    private var frames: [Frame] = [.command(parentheses: 0)]
    private var pending: [HereDocument] = []
    private var bodies: [HereDocument] = []
    private var bodyLine = ""
    private var word = ""
    private var previous: Unicode.Scalar = "\n"
    private var isEscaped = false
    private var isUnclear = false
    private var isInTest = false

    /// Why no quoted word may stand here, to follow "it stands"; nil when one may.
    var obstacle: String? {
        if !bodies.isEmpty { return "in a here-document" }
        if isEscaped { return "behind a backslash" }
        switch frames.last {
        case .single, .double: return "in quotes"
        case .backtick: return "in backticks"
        case .brace: return "in '${ }'"
        case .arithmetic, .bracket: return "in an arithmetic expression"
        case .comment: return "in a comment"
        case .command, nil: break
        }
        // bash calculates what stands beside '-eq' there, and runs '$( )' in it, quoted or not.
        if isInTest { return "in '[[ ]]', which may calculate it" }
        if isUnclear { return "behind quotes that are hard to follow" }
        if previous == "$" { return "behind a '$'" }
        return previous == "<" && !pending.isEmpty ? "where a here-document begins" : nil
    }

    /// Goes on through a stretch of the script.
    mutating func advance(through text: String) {
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            let wasEscaped = isEscaped
            if bodies.isEmpty { step(scalar, &rest) } else { stepInBody(scalar) }
            previous = wasEscaped ? "\\" : scalar
        }
    }

    /// Goes on past a word that was put here.
    mutating func passWord() {
        previous = "'"
        word = "'"
    }

    private mutating func stepInBody(_ scalar: Unicode.Scalar) {
        guard scalar == "\n", let document = bodies.first else {
            bodyLine.unicodeScalars.append(scalar)
            return
        }
        let line = document.stripsTabs ? String(bodyLine.drop { $0 == "\t" }) : bodyLine
        if line == document.delimiter { bodies.removeFirst() }
        bodyLine = ""
    }

    private mutating func step(_ scalar: Unicode.Scalar, _ rest: inout Substring.UnicodeScalarView) {
        if isEscaped {
            isEscaped = false
            // The line goes on, and so does what stood before the backslash.
            if scalar == "\n", word.last == "\\" { word.removeLast() }
            return
        }
        switch frames.last {
        case .single: if scalar == "'" { frames.removeLast() }
        case .double: stepInQuotes(scalar, "\"", &rest, expands: true)
        case .backtick: stepInQuotes(scalar, "`", &rest, expands: false)
        case .brace:
            if scalar == "'" { isUnclear = true }
            if scalar == "\"" { frames.append(.double) } else { stepInQuotes(scalar, "}", &rest, expands: true) }
        case .arithmetic(let parentheses): stepInArithmetic(scalar, parentheses)
        case .bracket:
            if scalar == "]" { frames.removeLast() } else if !Self.isPlainInArithmetic(scalar) { isUnclear = true }
        case .comment:
            guard scalar == "\n" else { return }
            frames.removeLast()
            word = ""
            endLine()
        case .command(let parentheses): stepInCommand(scalar, parentheses, &rest)
        case nil: isUnclear = true
        }
    }

    private mutating func stepInQuotes(
        _ scalar: Unicode.Scalar,
        _ end: Unicode.Scalar,
        _ rest: inout Substring.UnicodeScalarView,
        expands: Bool
    ) {
        if scalar == end {
            frames.removeLast()
        } else if scalar == "\\" {
            isEscaped = true
        } else if expands, scalar == "`" {
            frames.append(.backtick)
        } else if expands, scalar == "$" {
            expansion(&rest)
        }
    }

    private mutating func stepInArithmetic(_ scalar: Unicode.Scalar, _ parentheses: Int) {
        switch scalar {
        case "(": frames[frames.count - 1] = .arithmetic(parentheses: parentheses + 1)
        case ")" where parentheses == 1: frames.removeLast()
        case ")": frames[frames.count - 1] = .arithmetic(parentheses: parentheses - 1)
        default:
            // It may be a subshell in a subshell after all, with quotes and here-documents in it.
            if !Self.isPlainInArithmetic(scalar) { isUnclear = true }
        }
    }

    private static func isPlainInArithmetic(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCIIWord || " _$+-*/%,=!?:&|^~>".unicodeScalars.contains(scalar)
    }

    private mutating func stepInCommand(
        _ scalar: Unicode.Scalar,
        _ parentheses: Int,
        _ rest: inout Substring.UnicodeScalarView
    ) {
        let isNested = frames.count > 1
        let startsWord = word.isEmpty
        switch scalar {
        case " ", "\t", "\n", ";", "&", "|", "<", ">", "(", ")":
            // The ')' of its patterns closes nothing.
            if word == "case", isNested { isUnclear = true }
            if word == "[[" { isInTest = true } else if word == "]]" { isInTest = false }
            word = ""
        default: word.unicodeScalars.append(scalar)
        }
        switch scalar {
        case "\\": isEscaped = true
        case "'":
            // A quote that some shells end at a backslash and a quote, and others do not.
            if previous == "$" { isUnclear = true }
            frames.append(.single)
        case "\"": frames.append(.double)
        case "`": frames.append(.backtick)
        case "#" where startsWord: frames.append(.comment)
        case "$": expansion(&rest)
        case "(" where startsWord && rest.first == "(":
            rest.removeFirst()
            frames.append(.arithmetic(parentheses: 2))
        case "(": frames[frames.count - 1] = .command(parentheses: parentheses + 1)
        case ")" where parentheses > 0: frames[frames.count - 1] = .command(parentheses: parentheses - 1)
        case ")" where isNested:
            frames.removeLast()
            word = ")"
        case "<" where rest.first == "<": redirection(&rest)
        case "\n": endLine()
        default: break
        }
    }

    /// What follows a `$`.
    private mutating func expansion(_ rest: inout Substring.UnicodeScalarView) {
        if rest.starts(with: "((".unicodeScalars) {
            rest.removeFirst(2)
            frames.append(.arithmetic(parentheses: 2))
        } else if rest.first == "(" {
            rest.removeFirst()
            frames.append(.command(parentheses: 0))
            word = ""
        } else if rest.first == "{" {
            rest.removeFirst()
            frames.append(.brace)
        } else if rest.first == "[" {
            // bash's old way to calculate; to other shells these are plain characters, of which none is quoted in here.
            rest.removeFirst()
            frames.append(.bracket)
        }
    }

    /// What follows the first `<` of `<<`.
    private mutating func redirection(_ rest: inout Substring.UnicodeScalarView) {
        rest.removeFirst()
        if rest.first == "<" {
            rest.removeFirst()
            return
        }
        if frames.count > 1 { isUnclear = true }
        let stripsTabs = rest.first == "-"
        if stripsTabs { rest.removeFirst() }
        while rest.first == " " || rest.first == "\t" { rest.removeFirst() }
        var word = ""
        while let scalar = rest.first, !" \t\n;&|<>()".unicodeScalars.contains(scalar) {
            word.unicodeScalars.append(scalar)
            rest.removeFirst()
        }
        let delimiter: String
        if let match = word.wholeMatch(of: #/\\?([A-Za-z0-9_.-]+)|'([A-Za-z0-9_.-]+)'|"([A-Za-z0-9_.-]+)"/#) {
            delimiter = String(match.output.1 ?? match.output.2 ?? match.output.3 ?? "")
        } else {
            // One that is a reference, or quoted in a way that is not followed.
            delimiter = word
            isUnclear = true
        }
        pending.append(HereDocument(delimiter: delimiter, stripsTabs: stripsTabs))
    }

    private mutating func endLine() {
        (bodies, pending) = (pending, [])
    }
}
