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
}
