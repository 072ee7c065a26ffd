import Glibc
import Subprocess
import SystemPackage

/// libguestfs' appliance, built from the host's own packages by `supermin` and kept in a cache of ours.
///
/// libguestfs would do the same by itself. Doing it here lets the kernel be chosen by `supermin`'s environment alone, not by
/// this process' (setenv is not safe beside other threads), keeps the 400 MB under our own roof, and shows what
/// `supermin` says when it fails.
struct Appliance: Sendable {
    /// The directory with kernel, initrd and root, for `guestfs_set_path`.
    let directory: FilePath

    /// Builds the appliance when it is missing or older than the host's packages: 2 to 10 s; else some milliseconds.
    ///
    /// Nil, and libguestfs' own appliance, without a cache directory, where the user names one in `LIBGUESTFS_PATH`, and
    /// where the distribution ships libguestfs without `supermin`'s inputs.
    static func prepare(cache: FilePath?) async throws -> Appliance? {
        guard let cache, getenv("LIBGUESTFS_PATH") == nil, let inputs = findInputs() else { return nil }
        var environment: [Environment.Key: String?] = [:]
        let version: String
        if getenv("SUPERMIN_KERNEL") != nil {
            version = "custom"
        } else {
            let kernel = try ApplianceKernel.find()
            environment["SUPERMIN_KERNEL"] = kernel.image.string
            environment["SUPERMIN_MODULES"] = kernel.modules.string
            version = kernel.version
        }
        try makeDirectories(cache)
        removeRemains(in: cache)
        let excludes = cache.appending("unneeded-lenses")
        try ApplianceLenses.writeExcludes(to: excludes)
        let directory = cache.appending("appliance-\(version)")
        let arguments = [
            "--build", "--if-newer", "--lock", cache.appending("lock").string, "--copy-kernel", "-f", "ext2",
            "--host-cpu", machine(), inputs.string, excludes.string, "-o", directory.string,
        ]
        let scratch = try HostFiles.makeTemporaryDirectory(in: cache, prefix: "scratch-")
        defer { HostFiles.removeTree(scratch) }
        environment["TMPDIR"] = scratch.string
        let output: String?
        do {
            output = try await runSupermin(arguments, environment: .inherit.updating(environment))
            if Task.isCancelled || output != nil { removeRemains(in: cache) }
        } catch {
            removeRemains(in: cache)
            throw error
        }
        // A cancelled task's process is ended, so this comes before what the process said.
        try Task.checkCancellation()
        if let output { throw failure(output) }
        try finish(directory)
        return Appliance(directory: directory)
    }

    /// Makes a directory that `supermin` has just filled one that libguestfs takes, and that `supermin` knows again.
    private static func finish(_ directory: FilePath) throws {
        // libguestfs takes a directory for a ready-made appliance by this file; a new build does not have it.
        let marker = directory.appending("README.fixed")
        if access(marker.string, F_OK) == 0 { return }
        // The kernel is copied with its date, and an old date of any file would have all built again each time.
        for name in ["kernel", "initrd", "root"] {
            utimensat(AT_FDCWD, directory.appending(name).string, nil, 0)
        }
        let options: FileDescriptor.OpenOptions = [.create, .truncate]
        let file = try FileDescriptor.open(
            marker,
            .writeOnly,
            options: options,
            permissions: [.ownerReadWrite, .groupRead, .otherRead]
        )
        try file.closeAfter { _ = try file.writeAll(Array("made by imagebake with supermin\n".utf8)) }
    }

    /// Removes what killed builds left: `supermin` cannot clean up when it is killed.
    ///
    /// Half-built appliances (`NAME.XXXXXXXX`) belong to whoever holds `supermin`'s lock, so they go while nobody does;
    /// scratch directories are made before that and go when they are too old to be in use.
    private static func removeRemains(in cache: FilePath) {
        guard let lock = try? FileDescriptor.open(cache.appending("lock"), .readWrite) else { return }
        defer { try? lock.close() }
        let free = lockf(lock.rawValue, F_TLOCK, 0) == 0
        for name in HostFiles.names(in: cache) {
            let path = cache.appending(name)
            var status = stat()
            guard lstat(path.string, &status) == 0 else { continue }
            let isOld = time(nil) - status.st_mtim.tv_sec > 900
            let isHalfBuilt =
                name.hasPrefix("appliance-") && name.split(separator: ".").last?.utf8.count == 8
                && access(path.appending("README.fixed").string, F_OK) != 0
            let isScratch = name.hasPrefix("scratch-")
            if isHalfBuilt && free || isScratch && isOld { HostFiles.removeTree(path) }
        }
    }

    /// Runs `supermin`; what it said when it failed, nil when it did not.
    private static func runSupermin(_ arguments: [String], environment: Environment) async throws -> String? {
        do {
            let result = try await run(
                .name("supermin"),
                arguments: Arguments(arguments),
                environment: environment,
                output: .discarded,
                error: .string(limit: 1 << 20)
            )
            return result.terminationStatus.isSuccess ? nil : result.standardError
        } catch let error as SubprocessError where error.code == .executableNotFound {
            throw superminMissing
        }
    }

    static let superminMissing = GuestfsError(
        .superminMissing,
        "launch",
        "supermin, which builds libguestfs' appliance, is not installed",
        hint: "install supermin"
    )

    /// What `supermin`'s own words mean.
    static func failure(_ text: String) -> GuestfsError {
        if text.contains("failed to find a suitable kernel") {
            return ApplianceKernel.missing(searched: "/boot and /lib/modules")
        }
        if text.contains("vmlinu"), text.contains("Permission denied") || text.contains("cannot open") {
            return ApplianceKernel.unreadable("the kernel")
        }
        let lines = text.split(separator: "\n").suffix(5).joined(separator: "\n    ")
        return GuestfsError(.superminFailed, "launch", "supermin could not build libguestfs' appliance:\n    \(lines)")
    }

    /// Where the distribution keeps `supermin`'s inputs: beside the library, as its build was told.
    private static func findInputs() -> FilePath? {
        let roots: [FilePath] = ["/usr/lib64", FilePath("/usr/lib/\(machine())-linux-gnu"), "/usr/lib"]
        return roots.map { $0.appending("guestfs/supermin.d") }.first { access($0.string, R_OK | X_OK) == 0 }
    }

    private static func machine() -> String {
        var name = utsname()
        uname(&name)
        return withUnsafeBytes(of: &name.machine) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    private static func makeDirectories(_ path: FilePath) throws {
        if access(path.string, W_OK | X_OK) == 0 { return }
        if !path.removingLastComponent().isEmpty, access(path.removingLastComponent().string, F_OK) != 0 {
            try makeDirectories(path.removingLastComponent())
        }
        if mkdir(path.string, 0o755) != 0, errno != EEXIST || access(path.string, W_OK | X_OK) != 0 {
            let reason = String(cString: strerror(errno))
            throw GuestfsError(.launch, "launch", "cannot write to \(path), where the appliance is kept: \(reason)")
        }
    }
}
