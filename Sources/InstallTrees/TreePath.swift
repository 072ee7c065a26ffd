/// A relative path that stays inside its tree.
///
/// What a treeinfo names is joined to a URL or a directory, so it must be neither absolute nor climb out, and must not
/// hold bytes that a terminal, a kickstart or a C string would read differently.
enum TreePath {
    /// The path without `.` and empty components; nil where it is unsafe or empty.
    static func normalized(_ path: String) -> String? {
        guard !path.isEmpty, !path.hasPrefix("/"), !path.unicodeScalars.contains(where: \.isControl) else { return nil }
        var components: [Substring] = []
        // A backslash is a separator to some servers; no tree has one in a name.
        for component in path.split(separator: "/") where component != "." {
            guard component != "..", !component.contains("\\") else { return nil }
            components.append(component)
        }
        guard !components.isEmpty else { return nil }
        return components.joined(separator: "/")
    }

    /// The path with everything but RFC 3986's unreserved characters and the slash percent-encoded.
    static func percentEncoded(_ path: String) -> String {
        let unreserved = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/+".utf8)
        var text: [UInt8] = []
        for byte in path.utf8 {
            if unreserved.contains(byte) {
                text.append(byte)
            } else {
                text.append(UInt8(ascii: "%"))
                text.append(contentsOf: [byte].hexadecimal.uppercased().utf8)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
