/// Random numbers that are the same for the same seed.
///
/// The generator is xorshift64 (Marsaglia, "Xorshift RNGs", Journal of Statistical Software 8, 2003).
public struct Noise: RandomNumberGenerator {
    private var state: UInt64

    /// Begins anew.
    ///
    /// - Parameter seed: Any number.
    public init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    /// The next number.
    public mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}
