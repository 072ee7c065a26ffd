import CNbd

/// Looks for patterns in bytes that come piece by piece.
public struct ByteSearch: Sendable {
    private let patterns: [SearchPattern]
    private let needles: [[UInt8]]
    /// The end of what came before, in which the beginning of a match may stand.
    private var tail: [UInt8] = []
    private let tailLength: Int
    /// The byte before `tail`.
    private var previous: UInt8?
    /// Where the next piece has to begin for `tail` to belong to it.
    private var next: Int64 = -1
    /// What was found so far, one result for each pattern; offsets count from the first byte's place.
    public private(set) var results: [SearchResult]

    /// A search for these patterns.
    public init(_ patterns: [SearchPattern]) {
        self.patterns = patterns
        needles = patterns.map(\.needle)
        tailLength = patterns.map { $0.needle.count + $0.lookahead }.max().map { $0 - 1 } ?? 0
        results = patterns.map { SearchResult(name: $0.name) }
    }

    /// Takes bytes that stand at this place of the disk; places only grow.
    public mutating func take(_ bytes: UnsafeRawBufferPointer, at offset: Int64) {
        if offset != next {
            finish()
            previous = nil
        }
        next = offset + Int64(bytes.count)
        let joined = tail + bytes
        let begin = offset - Int64(tail.count)
        // What ends in the last bytes is looked at again with those that follow, unless it was whole.
        joined.withUnsafeBytes { search($0, at: begin, isEnd: false) }
        if joined.count > tailLength { previous = joined[joined.count - tailLength - 1] }
        tail = Array(joined.suffix(tailLength))
    }

    /// No more bytes follow the last ones.
    public mutating func finish() {
        let begin = next - Int64(tail.count)
        tail.withUnsafeBytes { search($0, at: begin, isEnd: true) }
        tail = []
        next = -1
    }

    /// Counts each match that begins before the tail, and at the end those in it too: so each counts once.
    private mutating func search(_ bytes: UnsafeRawBufferPointer, at begin: Int64, isEnd: Bool) {
        guard let base = bytes.baseAddress else { return }
        let limit = isEnd ? bytes.count : bytes.count - tailLength
        for (index, needle) in needles.enumerated() {
            var start = 0
            while start < limit, bytes.count - start >= needle.count,
                let found = imagebake_memmem(base + start, bytes.count - start, needle, needle.count)
            {
                let place = found - base
                guard place < limit else { break }
                // Files begin where blocks do, and those are never smaller.
                let isBlock = (begin + Int64(place)) % 512 == 0
                if patterns[index].accepts(
                    previous: isBlock ? nil : place > 0 ? bytes[place - 1] : previous,
                    following: UnsafeRawBufferPointer(rebasing: bytes[(place + needle.count)...])
                ) {
                    results[index].add(begin + Int64(place))
                }
                start = place + 1
            }
        }
    }
}
