import Foundation

/// Writes to the standard streams; a stream that is closed is no error.
enum Output {
    /// Data: what the command was asked for.
    static func data(_ text: String) {
        try? FileHandle.standardOutput.write(contentsOf: Data((text + "\n").utf8))
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
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 20 else { return 80 }
        return Int(size.ws_col)
    }
}
