/// What the tests read of a bake's `sysprep.json`.
struct SysprepFields: Decodable {
    /// An operation and its work.
    struct Operation: Decodable {
        let name: String
        let changes: [String]
    }
    /// The system that was found.
    struct System: Decodable {
        let distro: String
        let majorVersion: Int
        let packageFormat: String
    }
    /// A package of it.
    struct Package: Decodable {
        let name: String
    }

    let os: System
    let packages: [Package]
    let operations: [Operation]

    /// What an operation changed.
    func changes(_ name: String) -> [String] { operations.first { $0.name == name }?.changes ?? [] }
}
