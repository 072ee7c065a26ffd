public import Foundation
public import SystemPackage

/// Where imagebake keeps things.
///
/// `IMAGEBAKE_HOME` moves all of it. Else root uses `/var/lib/imagebake` and `/var/cache/imagebake`, and others the directories of the
/// XDG base directory specification.
public struct Home: Equatable, Sendable {
    /// `bakes/<id>/`: journal, rendered files and console of each bake.
    public let bakes: FilePath
    /// `cache/`: trees, stages, work in progress; everything here can be made again.
    public let cache: FilePath
    /// `registry/`: the local registry.
    public let registry: FilePath
    /// Locks, remembered answers and the embedded hypervisor's files.
    public let state: FilePath

    /// Finds the directories; makes none.
    ///
    /// - Parameters:
    ///   - environment: `IMAGEBAKE_HOME`, `HOME` and the `XDG_*_HOME` variables count.
    ///   - isRoot: Whether the user is root.
    /// - Throws: ``Failure`` with ``ExitStatus/badConfiguration`` where a path is relative, `HOME` is missing, or a newer imagebake wrote the state.
    public init(
        environment: [String: String] = ProcessInfo.processInfo.environment,
        isRoot: Bool = geteuid() == 0
    ) throws(Failure) {
        func value(_ name: String) -> String? {
            environment[name].flatMap { $0.isEmpty ? nil : $0 }
        }
        if let root = value("IMAGEBAKE_HOME") {
            // A relative home would be another one in each directory.
            guard root.hasPrefix("/") else {
                throw Failure(
                    .badConfiguration,
                    "IMAGEBAKE_HOME is not an absolute path: '\(root)'",
                    ["next": "set it to a path that begins with '/'"]
                )
            }
            let root = FilePath(root)
            self.init(state: root, data: root, cache: root.appending("cache"))
        } else if isRoot {
            self.init(state: "/var/lib/imagebake", data: "/var/lib/imagebake", cache: "/var/cache/imagebake")
        } else {
            let home = value("HOME").map { FilePath($0) }
            func directory(_ variable: String, _ fallback: String) throws(Failure) -> FilePath {
                // The specification says to ignore a relative path.
                if let path = value(variable), path.hasPrefix("/") { return FilePath(path).appending("imagebake") }
                guard let home else {
                    throw Failure(.badConfiguration, "HOME is not set", ["next": "set HOME or IMAGEBAKE_HOME"])
                }
                return home.appending(fallback).appending("imagebake")
            }
            self.init(
                state: try directory("XDG_STATE_HOME", ".local/state"),
                data: try directory("XDG_DATA_HOME", ".local/share"),
                cache: try directory("XDG_CACHE_HOME", ".cache")
            )
        }
        try StateLayout.require(self.state)
    }

    private init(state: FilePath, data: FilePath, cache: FilePath) {
        self.state = state.appending("state")
        bakes = state.appending("bakes")
        registry = data.appending("registry")
        self.cache = cache
    }

    /// The install trees.
    public var trees: FilePath { cache.appending("trees") }
    /// The products of stages, by fingerprint.
    public var stages: FilePath { cache.appending("stages") }
    /// The disks of the bakes under way, by bake id.
    public var work: FilePath { cache.appending("work") }
    /// Locks that outlive no process.
    public var locks: FilePath { state.appending("locks") }
}
