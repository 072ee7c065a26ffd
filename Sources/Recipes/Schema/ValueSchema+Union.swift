extension ValueSchema {
    /// What both take: the readers of one key may differ from operating system to operating system.
    func union(_ other: Self) -> Self {
        switch (self, other) {
        case (let left, let right) where left == right: left
        case (.words(let left), .words(let right)): .words(left + right.filter { !left.contains($0) })
        case (.integer(let left), .integer(let right)):
            .integer(min(left.lowerBound, right.lowerBound)...max(left.upperBound, right.upperBound))
        case (
            .list(let left, let least, let most, let isDistinct),
            .list(let right, let least2, let most2, let isDistinct2)
        ):
            .list(
                left.union(right),
                atLeast: min(least, least2),
                atMost: max(most, most2),
                isDistinct: isDistinct && isDistinct2
            )
        case (.mapping(let left), .mapping(let right)): .mapping(Self.union(left, right))
        case (.either(let left), .either(let right)) where left.count == right.count:
            .either(zip(left, right).map { $0.union($1) })
        case (.either(let left), .either(let right)): .either(left + right.filter { !left.contains($0) })
        case (.either(let cases), let right): .either(cases.contains(right) ? cases : cases + [right])
        case (let left, .either(let cases)): .either(cases.contains(left) ? cases : [left] + cases)
        default: .either([self, other])
        }
    }

    private static func union(_ left: [Key], _ right: [Key]) -> [Key] {
        var keys: [Key] = []
        for var key in left {
            if let other = right.first(where: { $0.name == key.name }) {
                key.schema = key.schema.union(other.schema)
                key.isRequired = key.isRequired && other.isRequired
                key.defaults += other.defaults.filter { !key.defaults.contains($0) }
            } else {
                key.isRequired = false
            }
            keys.append(key)
        }
        for var key in right where !left.contains(where: { $0.name == key.name }) {
            key.isRequired = false
            keys.append(key)
        }
        return keys
    }
}
