/// Bytes that the index says the registry has.
struct CheckedBlob {
    /// The id of the image that they belong to, or one of them.
    let image: String
    /// Whose they are, for messages.
    let owner: String
    /// How many they are to be.
    let size: Int64
    /// Whether they are there, and so many.
    var isWhole = false
}
