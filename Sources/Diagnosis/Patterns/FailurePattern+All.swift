extension FailurePattern {
    /// A chapter of the table.
    struct Chapter: Sendable {
        let title: String
        let patterns: [FailurePattern]
    }

    /// The table: where a line fits several, the first in this order comes first.
    static let chapters = [
        Chapter(title: "The kickstart and its scripts", patterns: kickstart),
        Chapter(title: "The way to the installer: boot, initrd, network", patterns: boot),
        Chapter(title: "Repositories and packages", patterns: packages),
        Chapter(title: "Disks and the boot loader", patterns: storage),
        Chapter(title: "Anaconda itself", patterns: anaconda),
        Chapter(title: "The kernel and the memory", patterns: kernel),
        Chapter(title: "The installer for Debian", patterns: debian),
        Chapter(title: "The guest waits for a person", patterns: prompts),
    ]

    /// All patterns.
    static let all = chapters.flatMap(\.patterns)
}
