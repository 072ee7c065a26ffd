/// A step of customising as it was carried out.
public struct CustomizedStep: Sendable, Codable, Equatable {
    /// Its number, from 1.
    public let number: Int
    /// The kind of step, in the recipe's word.
    public let name: String
    /// What it is about.
    public let subject: String
    /// Where the recipe asks for it, `file:line:column`.
    public let place: String
    /// What it changed from outside, one line each; what its commands did stands in its log.
    public let changes: [String]
    /// How long it took, in seconds.
    public let seconds: Double

    /// The name of its log: `03-run.log`.
    public var logName: String { Self.logName(number, name) }

    /// The name of the log of a step that has this number and kind.
    public static func logName(_ number: Int, _ name: String) -> String {
        (number < 10 ? "0" : "") + "\(number)-\(name).log"
    }
}
