import ArgumentParser
import Foundation
import Pipeline
import SystemPackage

/// `imagebake console`.
struct ConsoleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "console",
        abstract: "Look at the console of a living guest; Ctrl-] leaves.",
        discussion: """
            Of a bake that runs, or of one that failed and was kept. On a terminal only what draws text comes through; \
            a file or a pipe gets the bytes as they came, without the recipe's secrets.
            """
    )

    @Argument(help: "The bake's id, its beginning, or 'last'.")
    var id: String

    @Flag(help: "Type on the console too.")
    var write = false

    mutating func run() async throws {
        let home = try Home()
        let id = try BakeStore(home: home).find(id).id
        let visit = try await ConsoleVisit(id, home: home)
        let isTerminal = isatty(STDOUT_FILENO) == 1
        let keys = RawTerminal()
        defer { keys.restore() }
        if isTerminal {
            Output.error("the console of \(id)\(write ? "" : ", to look at only"); Ctrl-] leaves\r")
        }
        let mayWrite = write
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                var filter = TerminalFilter()
                for await bytes in visit.output { Output.raw(bytes: isTerminal ? filter.filter(bytes) : bytes) }
            }
            if keys.isTerminal || mayWrite {
                group.addTask {
                    for await bytes in keys.input {
                        // Ctrl-], as telnet and virsh have it.
                        let end = keys.isTerminal ? bytes.firstIndex(of: 0x1D) : nil
                        let text = bytes[..<(end ?? bytes.endIndex)]
                        if mayWrite, !text.isEmpty { try? await visit.type(Array(text)) }
                        if end != nil { return }
                    }
                    // An input that has ended is no wish to leave.
                    if !keys.isTerminal { try? await Task.sleep(for: .seconds(86400 * 365)) }
                }
            }
            await group.next()
            visit.leave()
            group.cancelAll()
        }
        if isTerminal { Output.error("\r") }
    }
}

/// The keyboard, key by key.
private final class RawTerminal: Sendable {
    let isTerminal = isatty(STDIN_FILENO) == 1
    let input: AsyncStream<[UInt8]>
    private let saved: termios?

    init() {
        var settings = termios()
        if isTerminal, tcgetattr(STDIN_FILENO, &settings) == 0 {
            saved = settings
            cfmakeraw(&settings)
            // What is printed is still for a person: line ends begin new lines.
            settings.c_oflag |= tcflag_t(OPOST)
            tcsetattr(STDIN_FILENO, TCSANOW, &settings)
        } else {
            saved = nil
        }
        let (input, continuation) = AsyncStream.makeStream(of: [UInt8].self)
        self.input = input
        let thread = Thread {
            var buffer = [UInt8](repeating: 0, count: 1024)
            while true {
                let count = read(STDIN_FILENO, &buffer, buffer.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { break }
                continuation.yield(Array(buffer[..<count]))
            }
            continuation.finish()
        }
        thread.name = "keyboard"
        thread.start()
    }

    func restore() {
        guard var saved else { return }
        tcsetattr(STDIN_FILENO, TCSANOW, &saved)
    }
}
