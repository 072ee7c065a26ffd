/// A kernel that is installed.
public struct GuestKernel: Sendable, Codable, Equatable {
    /// Its version as `uname -r` gives it.
    public let version: String
    /// Its image, where there is one in `/boot` or beside its modules.
    public let image: String?
    /// Its initrd, where there is one in `/boot`.
    public let initrd: String?
    /// Whether its modules are there.
    public let hasModules: Bool
}
