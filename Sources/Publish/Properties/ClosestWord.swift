/// The word that somebody may have meant who wrote another.
///
/// Recipes has one of its own: the modules at the bottom do not know each other.
enum ClosestWord {
    /// The candidate that differs by the fewest edits, the first in order among equals; nil where none is close for its length.
    static func to(_ word: String, among candidates: some Sequence<String>) -> String? {
        let bytes = Array(word.lowercased().utf8.prefix(80))
        let limit = max(1, min(3, bytes.count / 3))
        var best: (word: String, distance: Int)?
        for candidate in candidates.sorted() {
            let distance = distance(bytes, Array(candidate.lowercased().utf8.prefix(80)))
            if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.word
    }

    /// The number of insertions, deletions, substitutions and swaps of neighbours (optimal string alignment).
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for (row, byte) in left.enumerated() {
            var current = [row + 1]
            for (column, other) in right.enumerated() {
                var cost = min(last[column + 1] + 1, current[column] + 1, last[column] + (byte == other ? 0 : 1))
                if row > 0, column > 0, byte == right[column - 1], left[row - 1] == other {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            (beforeLast, last) = (last, current)
        }
        return last[right.count]
    }
}
