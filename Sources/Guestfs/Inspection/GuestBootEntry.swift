/// A line of a boot loader's menu.
public struct GuestBootEntry: Sendable, Codable, Equatable {
    /// What the menu shows.
    public let title: String
    /// The kernel's path as the loader has it.
    public let kernel: String
    /// The kernel's arguments, in one line.
    public let arguments: String
    /// The file that says so.
    public let file: String

    /// Creates an entry.
    public init(title: String, kernel: String, arguments: String, file: String) {
        self.title = title
        self.kernel = kernel
        self.arguments = arguments
        self.file = file
    }
}
