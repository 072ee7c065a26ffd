/// A passphrase for the encrypted volumes of a disk.
public struct DiskKey: Sendable, CustomStringConvertible {
    /// The volume that it opens: its device in the appliance, such as `/dev/sda2`, or its UUID; nil tries it on all of them.
    public let volume: String?
    let passphrase: [UInt8]

    /// A key.
    ///
    /// - Parameters:
    ///   - volume: The device or the UUID; nil for all.
    ///   - content: What a key file holds; its first line is the passphrase, as libguestfs' own tools have it.
    /// - Returns: nil where the first line is empty or has a NUL in it, which libguestfs cannot be given.
    public init?(volume: String? = nil, content: [UInt8]) {
        let line = content.prefix { $0 != UInt8(ascii: "\n") }
        guard !line.isEmpty, !line.contains(0) else { return nil }
        self.volume = volume
        passphrase = Array(line)
    }

    /// What it is for; never what it is.
    public var description: String { "a key for \(volume ?? "every volume")" }
}
