public import Foundation
import Synchronization
import SystemPackage

/// The events of a bake on disk, one JSON object a line.
public final class Journal: EventReader {
    private struct State {
        var lastProgress: [StageName: Date] = [:]
    }

    private let file: FileDescriptor
    private let state = Mutex(State())

    /// Opens a journal for appending.
    init(_ path: FilePath) throws(Failure) {
        do {
            file = try FileDescriptor.open(
                path,
                .writeOnly,
                options: [.create, .append, .closeOnExec],
                permissions: [.ownerReadWrite]
            )
        } catch {
            throw Files.failure(error, "cannot open the journal \(path)")
        }
    }

    deinit {
        try? file.close()
    }

    /// Writes the event, save progress that comes within a second of the last.
    public func receive(_ event: Event) {
        if case .progress(let completed, let total, _) = event.kind, let stage = event.stage, completed != total {
            let isSoon = state.withLock { state in
                if let last = state.lastProgress[stage], event.time.timeIntervalSince(last) < 1 { return true }
                state.lastProgress[stage] = event.time
                return false
            }
            if isSoon { return }
        }
        guard var line = try? Self.encoder.encode(event) else { return }
        line.append(UInt8(ascii: "\n"))
        // A journal that cannot be written must not end a bake that goes well.
        _ = try? file.writeAll(line)
    }

    /// The encoder of events, the same for the journal and for `--progress json`.
    public static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Milliseconds tell what a stage spent its time on; the strategy .iso8601 leaves them out.
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
        }
        return encoder
    }

    /// Reads a line of a journal; nil for one that was torn by a crash.
    public static func event(in line: some StringProtocol) -> Event? {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return try? decoder.decode(Event.self, from: Data(line.utf8))
    }
}
