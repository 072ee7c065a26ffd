/// The default of a key, as a recipe would spell it.
enum DefaultText {
    /// The spelling; nil for what is made of other keys, which have defaults of their own.
    static func of(_ value: Any) -> String? {
        switch value {
        case let flag as Bool: "\(flag)"
        case let number as Int: "\(number)"
        case let mode as UInt16: "0" + String(mode, radix: 8)
        case let size as ByteCount: "\(size)"
        case let duration as Duration: duration.inWords
        case let text as String: text
        case let texts as [String]: texts.isEmpty ? "[]" : "[" + texts.joined(separator: ", ") + "]"
        case let choice as any RawRepresentable<String>: choice.rawValue
        case let others as [Any] where others.isEmpty: "[]"
        default: nil
        }
    }
}
