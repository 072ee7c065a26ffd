/// Bytes that come in pieces, with `(hidden)` for every secret in them, also where one is cut by the end of a piece.
///
/// It keeps at most as many bytes as the longest spelling of a secret has.
public struct MaskedStream: Sendable {
    private let masker: SecretMasker
    private var kept: [UInt8] = []

    /// How often a secret was masked.
    public private(set) var count = 0

    init(_ masker: SecretMasker) {
        self.masker = masker
    }

    /// Takes the next bytes.
    ///
    /// - Returns: All that can be no part of a secret any more.
    public mutating func push(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        if masker.isEmpty { return Array(bytes) }
        kept += bytes
        return release(isComplete: false)
    }

    /// Ends the stream.
    ///
    /// - Returns: What was kept.
    public mutating func finish() -> [UInt8] {
        release(isComplete: true)
    }

    private mutating func release(isComplete: Bool) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(kept.count)
        var place = 0
        scanning: while place < kept.count {
            switch masker.look(at: place, in: kept, isComplete: isComplete) {
            case .nothing:
                result.append(kept[place])
                place += 1
            case .secret(let length):
                result += Array(SecretMasker.replacement.utf8)
                count += 1
                place += length
            case .perhaps:
                break scanning
            }
        }
        kept.removeFirst(place)
        return result
    }
}
