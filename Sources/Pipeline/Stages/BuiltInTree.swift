import Crypto
import Diagnosis
import Foundation
import Recipes
import Subprocess
import Synchronization
import SystemPackage

/// The Debian install tree that is built from Debian's packages, and kept.
struct BuiltInTree {
    let home: Home
    let resources: Resources
    let recipe: Recipe

    /// Where the tree lies, or will.
    ///
    /// The name holds a digest of the installer's own files, so that a newer installer gets a tree of its own.
    func path() throws(Failure) -> FilePath {
        var hasher = SHA256()
        hasher.update(data: Data("\(recipe.os.rawValue) \(recipe.architecture.rawValue)".utf8))
        let root = resources.installer.string
        let files = (FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []).sorted()
        for file in files {
            guard let data = FileManager.default.contents(atPath: "\(root)/\(file)") else { continue }
            hasher.update(data: Data("\(file) \(data.count)\n".utf8))
            hasher.update(data: data)
        }
        let digest = hasher.finalize().prefix(8).map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }
            .joined()
        return home.trees.appending("\(recipe.os.rawValue)-\(recipe.architecture.rawValue)-\(digest)")
    }

    /// Whether the tree is there.
    func isBuilt() throws(Failure) -> Bool {
        Files.exists(try path().appending(".treeinfo"))
    }

    /// When the tree was built; nil where it is not there.
    func built() throws(Failure) -> Date? {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path().appending(".treeinfo").string)
        return attributes?[.modificationDate] as? Date
    }

    /// Whether the tree is there and new enough.
    func isUsable(_ freshness: Freshness) throws(Failure) -> Bool {
        guard try isBuilt(), let date = try built() else { return false }
        return freshness.admits(created: date, oldest: date)
    }

    /// The tree, built where it is missing or too old.
    ///
    /// Two bakes that need the same tree build it once: the second waits.
    func directory(freshness: Freshness, _ channel: StageChannel) async throws -> FilePath {
        let path = try path()
        if try isUsable(freshness) {
            utimes(path.string, nil)
            warnOfAge(path, channel)
            return path
        }
        let lockFile = Self.lock(of: path.lastComponent?.string ?? "", in: home)
        var lock = try FileLock(lockFile)
        if lock == nil { channel.activity("waiting for another bake that builds the same tree") }
        while lock == nil {
            try await Task.sleep(for: .seconds(1))
            lock = try FileLock(lockFile)
        }
        defer { withExtendedLifetime(lock) {} }
        if try isUsable(freshness) { return path }
        try Files.makeDirectory(home.trees)
        try await build(path, channel)
        return path
    }

    /// The lock that is held while a tree is built.
    static func lock(of tree: String, in home: Home) -> FilePath {
        home.locks.appending("tree-\(tree).lock")
    }

    // Nothing renews a tree by itself: a bake must not change because time went by.
    private func warnOfAge(_ path: FilePath, _ channel: StageChannel) {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path.appending(".treeinfo").string)
        guard let date = attributes?[.modificationDate] as? Date else { return }
        let days = Int(Date().timeIntervalSince(date) / 86400)
        guard days >= 30 else { return }
        channel.warning("the Debian tree was built \(days) days ago; --no-cache builds it of today's packages")
    }

    private func build(_ path: FilePath, _ channel: StageChannel) async throws {
        channel.activity("building the Debian install tree from packages (1 to 3 minutes, once)")
        var options = PlatformOptions()
        options.processGroupID = 0
        options.teardownSequence = [
            .gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: .seconds(3))
        ]
        let group = Mutex<pid_t?>(nil)
        let tail = LineTail(count: 20)
        do {
            let result = try await Subprocess.run(
                .path(resources.installer.appending("build-tree")),
                arguments: Arguments(
                    ["--output", path.string] + (recipe.os.debianSuite.map { ["--suite", $0] } ?? [])
                ),
                platformOptions: options,
                input: .none,
                output: .discarded,
                error: .sequence
            ) { execution in
                group.withLock { $0 = execution.processIdentifier.value }
                for try await line in execution.standardError.strings() {
                    let line = ConsoleText.line(Array(line.utf8))
                    guard !line.isEmpty else { continue }
                    tail.add(line)
                    channel.emit(.output(line))
                }
            }
            try Task.checkCancellation()
            try judge(result.terminationStatus, tail.lines)
        } catch {
            // What the script itself could not end and remove must not stay either.
            if let pid = group.withLock({ $0 }) { kill(-pid, SIGKILL) }
            Self.removeDrafts(of: path.lastComponent?.string ?? "", in: home)
            throw error
        }
    }

    /// Turns build-tree's exit status into a failure; its own are those of imagebake.
    private func judge(_ status: TerminationStatus, _ lines: [String]) throws(Failure) {
        guard !status.isSuccess else { return }
        let prefix = "build-tree: error: "
        let cause =
            lines.last { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
            ?? lines.last { $0.contains("error") || $0.hasPrefix("E:") } ?? lines.last
        let message = "the Debian install tree cannot be built"
        switch status {
        case .exited(ExitStatus.inputOutput.rawValue):
            throw Failure(
                .inputOutput,
                message,
                ["cause": cause, "next": "free some space, or set IMAGEBAKE_HOME to a larger disk"]
            )
        case .exited(ExitStatus.unavailable.rawValue):
            throw Failure(
                .unavailable,
                message,
                ["cause": cause, "next": "'imagebake doctor' says what is missing; then run the same command"]
            )
        default:
            throw Failure(
                .bug,
                message,
                [
                    "cause": cause ?? "\(status)",
                    "next": "run '\(resources.installer.appending("build-tree")) --output DIR' and report what it says",
                ]
            )
        }
    }
}
