import Crypto
import Foundation
import Recipes
import Subprocess
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

    /// The tree, built where it is missing.
    ///
    /// Two bakes that need the same tree build it once: the second waits.
    func directory(ignoresCache: Bool, _ channel: StageChannel) async throws -> FilePath {
        let path = try path()
        if !ignoresCache, try isBuilt() { return path }
        let lockFile = home.locks.appending("tree-\(path.lastComponent?.string ?? "").lock")
        var lock = try FileLock(lockFile)
        if lock == nil { channel.activity("waiting for another bake that builds the same tree") }
        while lock == nil {
            try await Task.sleep(for: .seconds(1))
            lock = try FileLock(lockFile)
        }
        defer { withExtendedLifetime(lock) {} }
        if !ignoresCache, try isBuilt() { return path }
        try Files.makeDirectory(home.trees)
        try await build(path, channel)
        return path
    }

    private func build(_ path: FilePath, _ channel: StageChannel) async throws {
        channel.activity("building the Debian install tree from packages (1 to 3 minutes, once)")
        var options = PlatformOptions()
        options.processGroupID = 0
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(3))]
        let replaced = home.trees.appending(".replaced-\(path.lastComponent?.string ?? "")")
        try Files.remove(replaced)
        if Files.exists(path), rename(path.string, replaced.string) != 0 {
            throw Files.failure(Errno(rawValue: errno), "cannot replace \(path)")
        }
        let tail = LineTail(count: 20)
        let result = try await Subprocess.run(
            .path(resources.installer.appending("build-tree")),
            arguments: Arguments(["--output", path.string] + (recipe.os.debianSuite.map { ["--suite", $0] } ?? [])),
            platformOptions: options,
            input: .none,
            output: .discarded,
            error: .sequence
        ) { execution in
            for try await line in execution.standardError.strings() {
                let line = line.trimmingCharacters(in: .whitespacesAndNewlines)
                guard !line.isEmpty else { continue }
                tail.add(line)
                channel.emit(.output(line))
            }
        }
        try Task.checkCancellation()
        try? Files.remove(replaced)
        guard result.terminationStatus.isSuccess else {
            let cause = tail.lines.last { $0.contains("error") || $0.hasPrefix("E:") } ?? tail.lines.last
            throw Failure(
                .unavailable,
                "the Debian install tree cannot be built",
                ["cause": cause, "next": "'imagebake doctor' says what is missing; then run the same command"]
            )
        }
    }
}
