/// What becomes of an image that is older than those that are kept.
public enum RetireAction: String, Sendable, Hashable, Codable, CaseIterable {
    /// Lists leave it out (`os_hidden`); who knows its id uses it as before, which servers need that are rebuilt or resized.
    case hide
    /// Its bytes are an administrator's alone; no new server starts from it.
    case deactivate
    /// It goes, unless it is protected; one that is in use is hidden in place of that.
    case delete
    /// A public image leaves everybody's list, and who knows its id uses it as before; one that is not public is hidden, since this would show
    /// it to everybody.
    case community
}
