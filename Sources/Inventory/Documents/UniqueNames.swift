/// Gives each of many things a name that no other has.
struct UniqueNames {
    private var taken: Set<String> = []

    /// The name, or the name with a number from 2 on.
    mutating func name(_ wanted: String) -> String {
        var name = wanted
        var number = 2
        while !taken.insert(name).inserted {
            name = "\(wanted)-\(number)"
            number += 1
        }
        return name
    }
}
