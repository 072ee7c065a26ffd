extension Unicode.Scalar {
    /// The scalar in the notation of the Unicode standard, such as `U+001B`.
    var codePoint: String {
        let digits = String(value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
