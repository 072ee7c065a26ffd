import TestSupport

/// Where a change of an image matters.
enum GateMutation {
    /// A place in the headers, in the tables of a VHDX, in the volume of a CD, or in a footer.
    static func place(in count: Int, _ random: inout Noise) -> Int {
        let regions = [
            0..<64, 0..<512, 440..<1100, 32_768..<33_000, 196_608..<196_700, 2 << 20..<(2 << 20) + 400,
            count - 1536..<count,
        ]
        let region = regions.randomElement(using: &random) ?? 0..<1
        let place = Int.random(in: region, using: &random)
        return min(max(place, 0), count - 1)
    }
}
