/// Puts `(hidden)` where a secret stands in a text or in a stream of bytes, in whatever spelling it is likely to be met.
///
/// The spellings are the value itself, each line of a value of several lines, its base64 in both alphabets, at any offset and with line
/// breaks in it, and its percent-encoded, shell, kickstart, YAML, JSON and XML forms. All other bytes stay as they are.
public struct SecretMasker: Sendable {
    /// The number of bytes below which a secret is refused, for its letters would be found in half of all words.
    public static let shortest = 4

    /// What stands for a secret.
    public static let replacement = "(hidden)"

    let patterns: [MaskPattern]

    /// Whether a pattern begins with a byte.
    private let begins: [Bool]

    /// The patterns that begin with two bytes, longest first.
    private let table: [UInt16: [Int]]

    /// Makes a masker.
    ///
    /// - Parameters:
    ///   - secrets: The secrets; those of fewer than ``shortest`` bytes are not masked.
    ///   - byLine: Whether the lines of a secret are secrets too.
    public init(_ secrets: [String], byLine: Bool = true) {
        let long = secrets.filter { $0.utf8.count >= Self.shortest }
        let patterns = Set(long.flatMap { SecretSpellings.all(of: $0, byLine: byLine) })
        self.patterns = patterns.sorted { $0.bytes.count > $1.bytes.count }
        var begins = [Bool](repeating: false, count: 256)
        var table: [UInt16: [Int]] = [:]
        for (index, pattern) in self.patterns.enumerated() {
            begins[Int(pattern.bytes[0])] = true
            for second in [pattern.bytes[1]] + (pattern.mayBreak ? [0x0A, 0x0D] : []) {
                table[Self.key(pattern.bytes[0], second), default: []].append(index)
            }
        }
        (self.begins, self.table) = (begins, table)
    }

    /// Whether there is nothing to mask.
    public var isEmpty: Bool { patterns.isEmpty }

    /// A text with `(hidden)` for every secret in it.
    public func mask(_ text: String) -> String {
        guard !isEmpty else { return text }
        let bytes = Array(text.utf8)
        guard let masked = masked(bytes) else { return text }
        return String(decoding: masked, as: UTF8.self)
    }

    /// Whether a text has a secret in it, in any spelling.
    public func finds(in text: String) -> Bool {
        masked(Array(text.utf8)) != nil
    }

    /// A mask for bytes that come in pieces.
    public func stream() -> MaskedStream {
        MaskedStream(self)
    }

    private func masked(_ bytes: [UInt8]) -> [UInt8]? {
        var stream = stream()
        let masked = stream.push(bytes) + stream.finish()
        return stream.count == 0 ? nil : masked
    }

    /// What is known about the bytes from a place on.
    enum Finding: Equatable {
        /// No secret begins here.
        case nothing

        /// A secret of so many bytes begins here.
        case secret(Int)

        /// A secret may begin here; more bytes will tell.
        case perhaps
    }

    /// Looks for a secret that begins at a place.
    func look(at start: Int, in bytes: [UInt8], isComplete: Bool) -> Finding {
        guard begins[Int(bytes[start])] else { return .nothing }
        guard start + 1 < bytes.count else { return isComplete ? .nothing : .perhaps }
        for index in table[Self.key(bytes[start], bytes[start + 1])] ?? [] {
            switch patterns[index].match(bytes, from: start) {
            case .yes(let length): return .secret(length)
            case .soFar where !isComplete: return .perhaps
            case .no, .soFar: continue
            }
        }
        return .nothing
    }

    private static func key(_ first: UInt8, _ second: UInt8) -> UInt16 {
        UInt16(first) << 8 | UInt16(second)
    }
}
