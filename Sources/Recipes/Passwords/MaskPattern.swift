/// One spelling of a secret, as bytes.
struct MaskPattern: Hashable, Sendable {
    /// How bytes compare to a pattern.
    enum Match: Equatable {
        case no

        /// They match as far as they go.
        case soFar

        /// So many of them are the pattern.
        case yes(Int)
    }

    let bytes: [UInt8]

    /// Whether a line break may stand between any two bytes, as encoders of base64 put them.
    let mayBreak: Bool

    /// Compares the bytes from a place on.
    func match(_ text: [UInt8], from start: Int) -> Match {
        var place = start
        for (index, byte) in bytes.enumerated() {
            if mayBreak, index > 0 {
                if place < text.count, text[place] == 0x0D { place += 1 }
                if place < text.count, text[place] == 0x0A { place += 1 }
            }
            guard place < text.count else { return .soFar }
            guard text[place] == byte else { return .no }
            place += 1
        }
        return .yes(place - start)
    }
}
