/// A service or socket that starts by itself.
public struct GuestService: Sendable, Codable, Equatable {
    /// By what it starts.
    public enum State: String, Sendable, Codable {
        /// A link of systemd's, or of another init.
        case enabled
        /// No link: systemd's presets make one at the first boot of a machine without an id.
        case preset
    }

    /// The unit's name.
    public let name: String
    /// By what it starts.
    public let state: State
    /// Where a socket listens, as its unit says: ports, addresses, paths.
    public let listens: [String]
}
