import Foundation
import SystemPackage

extension BuiltInTree {
    /// Ends what still builds a tree for a process that is gone, and removes its drafts.
    ///
    /// - Returns: A sentence for each tree whose drafts were removed.
    static func sweep(_ home: Home) async -> [String] {
        var report: [String] = []
        for tree in Set(Files.names(in: home.trees).compactMap(treeName(ofDraft:))).sorted()
        where !FileLock.isHeld(lock(of: tree, in: home)) {
            let path = home.trees.appending(tree)
            for pid in builders(of: path) { kill(-pid, SIGTERM) }
            for _ in 0..<50 where !builders(of: path).isEmpty {
                try? await Task.sleep(for: .milliseconds(100))
            }
            for pid in builders(of: path) { kill(-pid, SIGKILL) }
            removeDrafts(of: tree, in: home)
            report.append("the build of the install tree \(tree) was killed; its files are removed now")
        }
        return report
    }

    /// Removes what an unfinished build of a tree left beside it.
    static func removeDrafts(of tree: String, in home: Home) {
        for name in Files.names(in: home.trees) where treeName(ofDraft: name) == tree {
            try? Files.remove(home.trees.appending(name))
        }
    }

    /// The tree that a directory is a draft of: build-tree calls it by the tree's name, `.partial.` and six letters.
    private static func treeName(ofDraft name: String) -> String? {
        name.range(of: ".partial.").map { String(name[..<$0.lowerBound]) }
    }

    /// The process groups that build a tree.
    private static func builders(of path: FilePath) -> [pid_t] {
        Files.names(in: "/proc").compactMap { name in
            guard let pid = pid_t(name), getpgid(pid) == pid,
                let data = try? Data(contentsOf: URL(filePath: "/proc/\(pid)/cmdline"))
            else { return nil }
            let arguments = data.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
            return arguments.contains(path.string) && arguments.contains { $0.hasSuffix("/build-tree") } ? pid : nil
        }
    }
}
