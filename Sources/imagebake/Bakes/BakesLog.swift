import ArgumentParser
import Diagnosis
import Foundation
import Pipeline
import SystemPackage

/// `imagebake bakes log`.
struct BakesLog: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "log", abstract: "Print what happened in a bake.")

    @Argument(help: "The bake's id, its beginning, or 'last'.")
    var id: String

    @Flag(help: "Go on until the bake ends.")
    var follow = false

    @Flag(
        name: .customLong("console"),
        help: "Print the guest's console, rather than the journal; as it came, save on a terminal."
    )
    var isConsole = false

    mutating func run() async throws {
        let (store, _) = try await BakesCommand.store()
        let bake = try store.find(id)
        let directory = store.directory(bake.id)
        let file = directory.appending(isConsole ? "console.log" : "journal.jsonl")
        let reader = LogFile(file)
        let progress = PlainProgress(isVerbose: true)
        // A file or a pipe gets the bytes as they came; a terminal would act on what a guest sends.
        let isTerminal = isatty(STDOUT_FILENO) == 1
        while true {
            // Asked before reading: what was written before the end is still read.
            let isRunning = try store.find(bake.id).state == .running
            for line in reader.newLines(includingPartial: !isRunning) {
                if isConsole {
                    Output.data(isTerminal ? ConsoleText.line(Array(line.utf8)) : line)
                } else if let event = Journal.event(in: line), let text = progress.line(for: event) {
                    Output.data("\(event.time.formatted(.iso8601))  \(text)")
                }
            }
            guard follow, isRunning else { return }
            try await Task.sleep(for: .milliseconds(300))
        }
    }
}

/// A file that grows.
private final class LogFile {
    private let path: FilePath
    private var offset: UInt64 = 0
    private var partial = Data()

    init(_ path: FilePath) {
        self.path = path
    }

    /// The lines that came since the last call.
    func newLines(includingPartial: Bool) -> [String] {
        guard let handle = FileHandle(forReadingAtPath: path.string) else { return [] }
        defer { try? handle.close() }
        var lines: [String] = []
        guard (try? handle.seek(toOffset: offset)) != nil else { return [] }
        while let data = try? handle.read(upToCount: 1 << 16), !data.isEmpty {
            offset += UInt64(data.count)
            partial += data
            while let end = partial.firstIndex(of: UInt8(ascii: "\n")) {
                lines.append(String(decoding: partial[partial.startIndex..<end], as: UTF8.self))
                partial = Data(partial[partial.index(after: end)...])
            }
        }
        if includingPartial, !partial.isEmpty {
            lines.append(String(decoding: partial, as: UTF8.self))
            partial = Data()
        }
        return lines
    }
}
