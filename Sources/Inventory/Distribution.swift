/// What os-release(5) says of the system: what a package's URL needs of it.
public struct Distribution: Sendable, Codable, Hashable {
    /// `ID`, lower case: `centos`, `debian`, `opensuse-leap`.
    public let id: String
    /// `VERSION_ID`, where there is one.
    public let version: String?
    /// `PRETTY_NAME`, for people.
    public let name: String?

    /// Creates a distribution.
    public init(id: String, version: String? = nil, name: String? = nil) {
        self.id = id
        self.version = version
        self.name = name
    }

    /// Reads the content of `/etc/os-release`; nil where it gives no `ID`.
    public init?(osRelease: [UInt8]) {
        var values: [String: String] = [:]
        for line in osRelease.prefix(64 << 10).split(separator: UInt8(ascii: "\n")).prefix(200) {
            guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let key = String(decoding: line[..<equals], as: UTF8.self)
            values[key] = Self.value(String(decoding: line[(equals + 1)...].prefix(200), as: UTF8.self))
        }
        guard let id = values["ID"]?.lowercased(), !id.isEmpty else { return nil }
        func optional(_ key: String) -> String? { values[key].flatMap { $0.isEmpty ? nil : $0 } }
        self.init(id: id, version: optional("VERSION_ID"), name: optional("PRETTY_NAME"))
    }

    private static func value(_ text: String) -> String {
        var text = text[...]
        while text.last?.isWhitespace == true { text.removeLast() }
        if text.count > 1, let quote = text.first, quote == "\"" || quote == "'", text.last == quote {
            text = text.dropFirst().dropLast()
        }
        return text.filter { !$0.unicodeScalars.contains { $0.properties.generalCategory == .control } }
    }

    /// `ID-VERSION_ID`, as a package's URL has it.
    public var qualifier: String { version.map { "\(id)-\($0)" } ?? id }
}
