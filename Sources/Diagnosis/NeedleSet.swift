/// Finds many strings in one pass over a text, ASCII case ignored (Aho and Corasick, 1975).
///
/// The cost of a byte is one look-up, however many strings there are: a console may send a gigabyte.
struct NeedleSet: Sendable {
    /// The bit of a transition whose target ends a needle.
    private static let isEnd: UInt32 = 1 << 31

    private let classes: [UInt8]
    private let width: Int
    /// For each state and class of bytes, the next state times `width`, and perhaps `isEnd`.
    private let transitions: [UInt32]
    /// For each state, the needles that end there.
    private let ends: [[Int]]

    /// Creates a set.
    ///
    /// - Parameter needles: Strings in lower case, none of them empty.
    init(_ needles: [[UInt8]]) {
        var classes = [UInt8](repeating: 0, count: 256)
        var width = 1
        for byte in Set(needles.joined()).sorted() {
            classes[Int(byte)] = UInt8(width)
            width += 1
        }
        for upper in UInt8(ascii: "A")...UInt8(ascii: "Z") { classes[Int(upper)] = classes[Int(upper | 0x20)] }

        var next: [[Int]] = [[Int](repeating: -1, count: width)]
        var ends: [[Int]] = [[]]
        for (index, needle) in needles.enumerated() {
            var state = 0
            for byte in needle {
                let column = Int(classes[Int(byte)])
                if next[state][column] < 0 {
                    next[state][column] = next.count
                    next.append([Int](repeating: -1, count: width))
                    ends.append([])
                }
                state = next[state][column]
            }
            ends[state].append(index)
        }

        // Breadth first: where a state has no way on, it goes on from its longest proper suffix that is a state.
        var suffix = [Int](repeating: 0, count: next.count)
        var queue: [Int] = []
        for column in 0..<width {
            if next[0][column] < 0 { next[0][column] = 0 } else { queue.append(next[0][column]) }
        }
        var head = 0
        while head < queue.count {
            let state = queue[head]
            head += 1
            ends[state] += ends[suffix[state]]
            for column in 0..<width {
                let target = next[state][column]
                if target < 0 {
                    next[state][column] = next[suffix[state]][column]
                } else {
                    suffix[target] = next[suffix[state]][column]
                    queue.append(target)
                }
            }
        }
        self.classes = classes
        self.width = width
        self.ends = ends
        transitions = next.flatMap { row in
            row.map { UInt32($0 * width) | (ends[$0].isEmpty ? 0 : Self.isEnd) }
        }
    }

    /// Appends the indices of the needles that are in a text.
    func find(in text: UnsafeBufferPointer<UInt8>, _ found: inout [Int]) {
        classes.withUnsafeBufferPointer { classes in
            transitions.withUnsafeBufferPointer { transitions in
                var state = 0
                for byte in text {
                    let entry = transitions[state &+ Int(classes[Int(byte)])]
                    state = Int(entry & ~Self.isEnd)
                    if entry & Self.isEnd != 0 { found += ends[state / width] }
                }
            }
        }
    }
}
