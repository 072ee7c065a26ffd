/// A relative path that stays inside its tree.
///
/// What a treeinfo names is joined to a URL or a directory, so it must be neither absolute nor climb out, and must not
/// hold bytes that a terminal, a kickstart or a C string would read differently.
enum TreePath {
    /// The longest path in bytes, PATH_MAX of Linux.
    static let maximumLength = 4096

    /// The path without `.` and empty components; nil where it is unsafe or empty.
    static func normalized(_ path: String) -> String? {
        guard let components = components(path), !components.isEmpty, !components.contains("..") else { return nil }
        return components.joined(separator: "/")
    }

    /// The path of a repository without `.` and empty components, `.` for the tree itself; nil where it is unsafe.
    ///
    /// The trees of one release name each other (`../../AppStream/x86_64/os`), so this path may climb first and descend
    /// then. imagebake never opens it: a guest's installer does, relative to the tree's URL.
    static func repository(_ path: String) -> String? {
        guard !path.isEmpty, let components = components(path) else { return nil }
        let climb = components.prefix { $0 == ".." }.count
        guard climb <= 8, !components.dropFirst(climb).contains("..") else { return nil }
        return components.isEmpty ? "." : components.joined(separator: "/")
    }

    /// The components, `..` included; nil for an absolute path, a URL, control characters and backslashes.
    private static func components(_ path: String) -> [Substring]? {
        guard !path.hasPrefix("/"), path.utf8.count <= maximumLength, !hasScheme(path),
            !path.unicodeScalars.contains(where: \.isControl),
            // A backslash is a separator to some servers; no tree has one in a name.
            !path.contains("\\")
        else { return nil }
        return path.split(separator: "/").filter { $0 != "." }
    }

    /// True for `http://other/x` and its like: joined to a base by a lenient reader it would leave for another host.
    private static func hasScheme(_ path: String) -> Bool {
        guard let colon = path.firstIndex(of: ":") else { return false }
        let scheme = path[..<colon].utf8
        let isLetter = { (byte: UInt8) in (65...90).contains(byte & 0xDF) }
        guard let first = scheme.first, isLetter(first) else { return false }
        return scheme.allSatisfy { isLetter($0) || (48...57).contains($0) || [43, 45, 46].contains($0) }
            && path[colon...].hasPrefix("://")
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
