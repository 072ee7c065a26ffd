import Foundation
import SystemPackage

extension StageCache {
    /// The names of all entries.
    var names: [String] {
        let stages = StageName.allCases.map { "\($0.rawValue)-" }
        return Files.names(in: root).filter { name in stages.contains { name.hasPrefix($0) } }
    }

    /// Whether a bake uses an entry.
    func isInUse(_ name: String) -> Bool {
        let path = root.appending(name)
        guard let lock = FileLock(directory: path, mode: .exclusive) else { return Files.exists(path) }
        return withExtendedLifetime(lock) { false }
    }

    /// The entries that need another one.
    func dependents(of name: String) -> [String] {
        names.filter { other in (try? manifest(of: other))?.needs.contains(name) ?? false }
    }

    /// Removes an entry, unless somebody uses it or it is a newer version's.
    ///
    /// - Returns: Whether it is gone.
    @discardableResult
    func removeNow(_ name: String) -> Bool {
        let path = root.appending(name)
        if let layout = layout(of: name), layout > StageManifest.layout { return false }
        guard let lock = FileLock(directory: path, mode: .exclusive) else { return !Files.exists(path) }
        // Renaming is one step, removing is many: whoever looks for the entry sees all of it or nothing. A leading dot has the next
        // sweep go on where this process is killed.
        let stale = root.appending(".removed-\(name)")
        guard rename(path.string, stale.string) == 0 else { return false }
        withExtendedLifetime(lock) { try? Files.remove(stale) }
        return true
    }

    /// Removes an entry as ``removeNow(_:)`` does, with some patience for locks that are about to go.
    func remove(_ name: String) async {
        for _ in 0..<20 where !removeNow(name) {
            try? await Task.sleep(for: .milliseconds(25))
        }
    }

    /// Removes an entry that a newer one has replaced, where no overlay lies on it.
    func removeSuperseded(_ name: String) async {
        guard dependents(of: name).isEmpty else { return }
        removeNow(name)
    }
}
