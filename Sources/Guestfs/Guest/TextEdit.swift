/// A change to a text file of the guest that is done once for all: applied to its own result it finds nothing.
struct TextEdit: Sendable {
    /// The changed content, all other bytes as they were, and what had to go.
    let apply: @Sendable ([UInt8]) -> (content: [UInt8], dropped: [LineFilter.Dropped])

    init(apply: @escaping @Sendable ([UInt8]) -> (content: [UInt8], dropped: [LineFilter.Dropped])) {
        self.apply = apply
    }

    /// Lines are taken out.
    init(_ filter: LineFilter) {
        self.init { filter.apply(to: $0) }
    }

    /// Each line is looked at by itself: its new text and the keys that it lost, nil for one that stays as it is.
    static func lines(
        _ change: @escaping @Sendable (ArraySlice<UInt8>) -> (line: [UInt8]?, keys: [String])?
    ) -> TextEdit {
        TextEdit { content in
            var dropped: [LineFilter.Dropped] = []
            let kept = content.replacingLines { line, number in
                guard let changed = change(line) else { return .same }
                dropped += changed.keys.map { LineFilter.Dropped(key: $0, line: number) }
                return changed.line.map { .changed($0) } ?? .gone
            }
            return (kept, dropped)
        }
    }
}
