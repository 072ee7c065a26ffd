/// The address of a network card, as files write it: six pairs of hexadecimal digits.
enum HardwareAddress {
    /// Whether the bytes are one, its pairs separated by colons or dashes.
    static func isOne(_ text: some Collection<UInt8>) -> Bool {
        text.count == 17
            && text.enumerated().allSatisfy { index, byte in
                index % 3 == 2
                    ? byte == UInt8(ascii: ":") || byte == UInt8(ascii: "-")
                    : Character(Unicode.Scalar(byte)).isHexDigit
            }
    }
}
