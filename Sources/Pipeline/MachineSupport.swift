import Foundation
import Recipes

/// Whether this machine can run a recipe's guest.
enum MachineSupport {
    /// Refuses a guest of another architecture, which would take hours, before anything is fetched for it.
    ///
    /// - Throws: ``Failure`` with ``ExitStatus/unavailable``.
    static func require(_ recipe: Recipe) throws(Failure) {
        var name = utsname()
        uname(&name)
        let host = withUnsafeBytes(of: &name.machine) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        guard host != recipe.architecture.rawValue else { return }
        throw Failure(
            .unavailable,
            "\(recipe.file) is for \(recipe.architecture.rawValue), and this machine is \(host)",
            ["next": "bake it on such a machine; 'imagebake render' works here"]
        )
    }
}
