import DiskImages
import Guestfs
import Synchronization

/// Finds out which files of an image hold what a search of its disk has found.
struct ContentLocator: Sendable {
    /// Where things were found.
    struct Places: Sendable {
        /// `NAME: PATH:LINE`, of each pattern and file the first place.
        var findings: [String] = []
        /// How often each was found in files, also in those where it is as it should be.
        var counts: [String: Int] = [:]
    }

    private struct State {
        var places = Places()
        var search: ByteSearch
        var lines = 0
        var found: Set<String> = []
    }

    /// Directories of what packages bring; keys in there are examples, known to everybody.
    private static let examples = ["/usr/share/", "/usr/lib/", "/usr/lib64/"]

    let patterns: [SearchPattern]
    let declared: HygieneDeclaration?

    /// Reads every file.
    func run(on request: HygieneRequest, options: GuestfsOptions) async throws -> Places {
        let box = Box(State(search: ByteSearch(patterns)))
        try await Hygiene.readFiles(of: request, options: options) { piece in
            box.state.withLock { take(piece, &$0) }
            return true
        }
        return box.state.withLock(\.places)
    }

    private func take(_ piece: GuestFilePiece, _ state: inout State) {
        if piece.offset == 0 {
            state.search = ByteSearch(patterns)
            state.lines = 1
            state.found = []
        }
        piece.bytes.withUnsafeBytes { state.search.take($0, at: piece.offset) }
        if piece.isLast { state.search.finish() }
        for result in state.search.results where result.count > 0 && !state.found.contains(result.name) {
            state.found.insert(result.name)
            guard isFinding(result.name, piece.path), let offset = result.offsets.first else { continue }
            let within = max(0, Int(offset - piece.offset))
            let line = state.lines + piece.bytes.prefix(within).count { $0 == UInt8(ascii: "\n") }
            state.places.findings.append("\(result.name): \(piece.path):\(line)")
        }
        state.lines += piece.bytes.count { $0 == UInt8(ascii: "\n") }
        guard piece.isLast else { return }
        for result in state.search.results where result.count > 0 {
            state.places.counts[result.name, default: 0] += result.count
        }
    }

    private func isFinding(_ name: String, _ path: GuestPath) -> Bool {
        guard name == SearchPattern.privateKey.name else { return true }
        return !Self.examples.contains { path.description.hasPrefix($0) } && declared?.allows(path) != true
    }

    private final class Box: Sendable {
        let state: Mutex<State>

        init(_ state: State) {
            self.state = Mutex(state)
        }
    }
}
