import Foundation

/// Where everything that a test can need is to be there, so that what lacks is a failure and not a reason to skip.
package enum ContinuousIntegration {
    /// Whether this process runs there.
    package static let isHere = isMeant(by: ProcessInfo.processInfo.environment["CI"])

    /// Whether a value of the variable `CI` says so; people switch it off with `false` and `0`.
    package static func isMeant(by value: String?) -> Bool {
        !["", "0", "false"].contains((value ?? "").lowercased())
    }
}
