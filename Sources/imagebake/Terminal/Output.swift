import Foundation

/// Writes to the standard streams; a stream that is closed is no error.
enum Output {
    /// Data: what the command was asked for.
    static func data(_ text: String) {
        try? FileHandle.standardOutput.write(contentsOf: Data((text + "\n").utf8))
    }

    /// Data that holds what strangers have written: a terminal is shown it and acts on none of it.
    static func show(_ text: String) {
        data(isatty(STDOUT_FILENO) == 1 ? VisibleText.of(text, keeping: ["\n", "\t"]) : text)
    }

    /// Data that brings its own newlines.
    static func raw(toData text: String) {
        try? FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
    }

    /// Data that is no text.
    static func raw(bytes: [UInt8]) {
        try? FileHandle.standardOutput.write(contentsOf: Data(bytes))
    }

    /// Everything else.
    static func error(_ text: String) {
        raw(text + "\n")
    }

    /// Everything else, without a newline.
    static func raw(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }

    /// Whether standard error is a terminal that understands control sequences.
    static var isInteractive: Bool {
        let terminal = ProcessInfo.processInfo.environment["TERM"] ?? "dumb"
        return isatty(STDERR_FILENO) == 1 && terminal != "dumb"
    }

    /// The width of the terminal in columns.
    static var width: Int {
        guard let width = width(STDERR_FILENO), width > 20 else { return 80 }
        return width
    }

    /// The widths in columns of the terminals that data, and everything else, go to; nil for what is no terminal.
    typealias Widths = (data: Int?, error: Int?)

    /// The widths of this process's terminals.
    static var widths: Widths { (width(STDOUT_FILENO), width(STDERR_FILENO)) }

    private static func width(_ descriptor: Int32) -> Int? {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }
}
