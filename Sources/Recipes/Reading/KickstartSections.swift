/// The words that begin or end a section of a kickstart file, or are acted on inside one.
enum KickstartSections {
    /// What pykickstart and Anaconda act on at the start of a line, also within a script.
    static let words: Set<String> = [
        "%end", "%include", "%ksappend", "%pre", "%pre-install", "%post", "%onerror", "%traceback", "%packages",
        "%addon", "%anaconda", "%certificate",
    ]

    /// The words that begin a section.
    static let opening: Set<String> = [
        "%pre", "%pre-install", "%post", "%onerror", "%traceback", "%packages", "%addon", "%anaconda", "%certificate",
    ]

    /// The first word of a line, when it is one of these.
    ///
    /// pykickstart splits lines with Python's `str.split()`, to which every white space of Unicode is one, and looks for `%ksappend` by
    /// its first letters.
    static func word(beginning line: some Collection<Unicode.Scalar>) -> String? {
        var word = String.UnicodeScalarView()
        for scalar in line.drop(while: \.properties.isWhitespace) {
            if scalar.properties.isWhitespace { break }
            word.append(scalar)
        }
        let text = String(word)
        return words.contains(text) || text.hasPrefix("%ksappend") ? text : nil
    }
}
