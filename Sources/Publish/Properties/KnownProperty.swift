/// A property of images that some service gives a meaning.
public struct KnownProperty: Sendable, Hashable {
    /// Its name.
    ///
    /// One that ends in `.N` stands for all with a number from 0 in its place; `trait:` for all that begin so.
    public let name: String

    /// The values that it may have.
    public let values: PropertyValues

    /// Who reads it.
    public let source: PropertySource

    /// What it does, as the end of a sentence.
    public let meaning: String

    init(_ name: String, _ values: PropertyValues, _ source: PropertySource, _ meaning: String) {
        self.name = name
        self.values = values
        self.source = source
        self.meaning = meaning
    }

    /// All of them, by subject.
    public static let all =
        identity + origin + processor + memory + devices + firmware + operatingSystem + handling + older

    private static let byName = Dictionary(all.map { ($0.name, $0) }) { first, _ in first }

    /// The one that a name stands for; nil for one that nobody gives a meaning.
    public static func named(_ name: String) -> KnownProperty? {
        if let known = byName[name] { return known }
        if name.hasPrefix("trait:") { return byName["trait:"] }
        guard let dot = name.lastIndex(of: "."), PropertyValues.number(name[name.index(after: dot)...]) != nil else {
            return nil
        }
        return byName[name[...dot] + "N"]
    }

    /// Attributes of every image that begin like properties.
    static let attributes: Set = ["os_hidden", "os_hash_algo", "os_hash_value"]
}
