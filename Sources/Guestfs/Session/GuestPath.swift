/// A path inside the guest: bytes, as the guest wrote them, whatever their encoding.
public struct GuestPath: Sendable, Hashable, Comparable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The bytes of the path, without a NUL.
    public let bytes: [UInt8]

    /// A path of these bytes.
    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// A path of this text.
    public init(_ text: String) {
        bytes = Array(text.utf8)
    }

    /// A path of this text.
    public init(stringLiteral text: String) {
        self.init(text)
    }

    /// The last component.
    public var name: [UInt8] {
        guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return bytes }
        return Array(bytes[(slash + 1)...])
    }

    /// The path without its last component; `/` is its own parent.
    public var parent: GuestPath {
        guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")), slash > 0 else { return "/" }
        return GuestPath(Array(bytes[..<slash]))
    }

    /// The path of something in this directory.
    public func appending(_ name: some Sequence<UInt8>) -> GuestPath {
        GuestPath((bytes.last == UInt8(ascii: "/") ? bytes : bytes + [UInt8(ascii: "/")]) + name)
    }

    /// Whether this path is in `directory` or further down.
    public func isBelow(_ directory: GuestPath) -> Bool {
        let prefix = directory.bytes.last == UInt8(ascii: "/") ? directory.bytes : directory.bytes + [UInt8(ascii: "/")]
        return bytes.count > prefix.count && bytes.starts(with: prefix)
    }

    /// The path for people: text as it is, control characters and bytes that are not UTF-8 as `\xNN`.
    ///
    /// A guest's file names may hold anything, also what would move a terminal's cursor.
    public var description: String {
        Self.printable(bytes)
    }

    static func printable(_ bytes: some Collection<UInt8>) -> String {
        var text = ""
        var rest = Array(bytes)[...]
        while let byte = rest.first {
            // A whole UTF-8 character, if one starts here.
            let length = byte < 0x80 ? 1 : byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2
            if let character = String(validating: rest.prefix(length), as: UTF8.self),
                character.unicodeScalars.count == 1,
                character.unicodeScalars.allSatisfy({ !$0.properties.isControl })
            {
                text += character == "\\" ? "\\\\" : character
                rest = rest.dropFirst(length)
            } else {
                let digits = String(byte, radix: 16)
                text += "\\x" + (digits.count < 2 ? "0" : "") + digits
                rest = rest.dropFirst()
            }
        }
        return text
    }

    /// Bytewise order, so that reports do not depend on a locale.
    public static func < (left: GuestPath, right: GuestPath) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}

extension Unicode.Scalar.Properties {
    /// Whether the character moves, hides or reorders text instead of showing: controls, formats, line separators.
    fileprivate var isControl: Bool {
        switch generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned, .privateUse: true
        default: false
        }
    }
}
