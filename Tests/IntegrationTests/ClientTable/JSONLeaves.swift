/// A JSON document as its leaves, each under its path: `properties.os_distro`, `tags.0`.
struct JSONLeaves: Decodable {
    private(set) var values: [String: String] = [:]

    private struct Key: CodingKey {
        let stringValue: String
        let intValue: Int? = nil
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
        if let object = try? decoder.container(keyedBy: Key.self) {
            for key in object.allKeys { add(try object.decode(Self.self, forKey: key), key.stringValue) }
        } else if let list = try? decoder.singleValueContainer().decode([Self].self) {
            // Nothing here has an order of its own but the rows of a list, which is not read so.
            let sorted = list.sorted { ($0.values[""] ?? "") < ($1.values[""] ?? "") }
            for (index, element) in sorted.enumerated() { add(element, "\(index)") }
        } else {
            let value = try decoder.singleValueContainer()
            if value.decodeNil() {
                values[""] = "null"
            } else if let bool = try? value.decode(Bool.self) {
                values[""] = "\(bool)"
            } else if let number = try? value.decode(Int64.self) {
                values[""] = "\(number)"
            } else {
                values[""] = try value.decode(String.self)
            }
        }
    }

    private mutating func add(_ leaves: Self, _ name: String) {
        for (path, value) in leaves.values { values[path.isEmpty ? name : "\(name).\(path)"] = value }
    }
}
