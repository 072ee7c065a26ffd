import Foundation
import SystemPackage

/// Whether a directory can be written, asked before the work whose product goes there.
enum WriteAccess {
    /// Throws where neither the directory nor, while it does not exist, its nearest parent can be written.
    ///
    /// - Parameters:
    ///   - directory: Where something will be written.
    ///   - name: What it is, in the user's words.
    static func require(_ directory: FilePath, _ name: String) throws(Failure) {
        var existing = directory
        while !Files.exists(existing), existing.removeLastComponent() {}
        guard access(existing.string, W_OK | X_OK) != 0 else { return }
        let number = Errno(rawValue: errno)
        throw Failure(
            .notPermitted,
            "\(name) at \(directory) cannot be written: \("\(number)".lowercased())",
            ["next": "change the owner or permissions of \(existing), or set IMAGEBAKE_HOME"]
        )
    }
}
