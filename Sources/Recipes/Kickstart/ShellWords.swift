/// A line split into words as Python's `shlex` does it in its POSIX mode, which is how pykickstart and so Anaconda read a line.
enum ShellWords {
    /// The words of a line; nil where a quote is not closed or nothing follows a backslash.
    ///
    /// A `#` begins a comment wherever it stands outside quotes, as `shlex.split(line, comments=True)` has it.
    static func split(_ line: some StringProtocol) -> [String]? {
        var words: [String] = []
        var word: String?
        var quote: Unicode.Scalar?
        var scalars = line.unicodeScalars.makeIterator()
        while let scalar = scalars.next() {
            switch (quote, scalar) {
            case ("'", "'"), ("\"", "\""): quote = nil
            case ("\"", "\\"):
                guard let next = scalars.next() else { return nil }
                // Within double quotes a backslash escapes itself and the quote only.
                if next != "\"", next != "\\" { word = (word ?? "") + "\\" }
                word = (word ?? "") + String(next)
            case (.some, _): word = (word ?? "") + String(scalar)
            case (nil, "'"), (nil, "\""): (quote, word) = (scalar, word ?? "")
            case (nil, "\\"):
                guard let next = scalars.next() else { return nil }
                word = (word ?? "") + String(next)
            case (nil, "#"):
                return words + (word.map { [$0] } ?? [])
            case (nil, " "), (nil, "\t"), (nil, "\r"), (nil, "\n"):
                if let finished = word { words.append(finished) }
                word = nil
            case (nil, _): word = (word ?? "") + String(scalar)
            }
        }
        guard quote == nil else { return nil }
        return words + (word.map { [$0] } ?? [])
    }
}
