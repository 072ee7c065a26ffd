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
    /// Keeps others from replacing the directory; to be released when QEMU has opened its files.
    let lock: ApplianceLock

    /// Builds the appliance when it is missing or older than the host's packages: some 4 s; else it takes no time.
    ///
    /// Nil, and libguestfs' own appliance, without a cache directory, where the user names one in `LIBGUESTFS_PATH`, and
    /// where the distribution ships libguestfs without `supermin`'s inputs.
    static func prepare(cache: FilePath?) async throws -> Appliance? {
        guard let cache, getenv("LIBGUESTFS_PATH") == nil, let inputs = findInputs() else { return nil }
        let kernel = try getenv("SUPERMIN_KERNEL") == nil ? ApplianceKernel.find() : nil
        do {
            return try await prepare(in: cache, kernel: kernel, inputs: inputs)
        } catch let error as Errno {
            throw GuestfsError(.launch, "launch", "cannot keep libguestfs' appliance in \(cache): \(error)")
        }
    }

    private static func prepare(
        in cache: FilePath,
        kernel: ApplianceKernel?,
        inputs: FilePath
    ) async throws -> Appliance {
        try makeDirectories(cache)
        let directory = cache.appending("appliance-\(kernel?.version ?? "custom")")
        let fingerprint = fingerprint(kernel: kernel, inputs: inputs)
        let lock = try ApplianceLock(cache.appending("lock"))
        try await lock.take(exclusive: false)
        if HostFiles.read(marker(in: directory)) != fingerprint {
            try await lock.take(exclusive: true)
            // Another process may have built it meanwhile.
            if HostFiles.read(marker(in: directory)) != fingerprint {
                try await build(directory, in: cache, kernel: kernel, inputs: inputs, fingerprint: fingerprint)
            }
            try await lock.take(exclusive: false)
        }
        return Appliance(directory: directory, lock: lock)
    }

    /// Builds the appliance beside its place and puts it there; the caller holds the exclusive lock.
    private static func build(
        _ directory: FilePath,
        in cache: FilePath,
        kernel: ApplianceKernel?,
        inputs: FilePath,
        fingerprint: [UInt8]
    ) async throws {
        // With the lock held, whatever another build left is of one that was killed.
        for name in HostFiles.names(in: cache) where name.hasPrefix(workPrefix) {
            HostFiles.removeTree(cache.appending(name))
        }
        let work = try HostFiles.makeTemporaryDirectory(in: cache, prefix: workPrefix)
        defer { HostFiles.removeTree(work) }
        let excludes = work.appending("unneeded-lenses")
        try HostFiles.write(ApplianceLenses.excludes(), to: excludes)
        let extras = work.appending("packages")
        try HostFiles.write(extraPackages(), to: extras)
        var environment: [Environment.Key: String?] = ["TMPDIR": work.string]
        if let kernel {
            environment["SUPERMIN_KERNEL"] = kernel.image.string
            environment["SUPERMIN_MODULES"] = kernel.modules.string
        }
        let built = work.appending("appliance")
        let arguments = [
            "--build", "--copy-kernel", "-f", "ext2", "--host-cpu", machine(), inputs.string, excludes.string,
            extras.string, "-o",
            built.string,
        ]
        let output = try await runSupermin(arguments, environment: .inherit.updating(environment))
        // A cancelled task's process is ended, so this comes before what the process said.
        try Task.checkCancellation()
        if let output { throw failure(output) }
        // By this file libguestfs knows a ready-made appliance, and we one that is whole and of these inputs.
        try HostFiles.write(fingerprint, to: marker(in: built))
        HostFiles.removeTree(directory)
        if rename(built.string, directory.string) != 0 { throw Errno(rawValue: errno) }
    }

    private static let workPrefix = "build-"

    private static func marker(in directory: FilePath) -> FilePath {
        directory.appending("README.fixed")
    }

    /// What the appliance is made of, as text: when any of it changes, it is built again.
    private static func fingerprint(kernel: ApplianceKernel?, inputs: FilePath) -> [UInt8] {
        let variables = ["SUPERMIN_KERNEL", "SUPERMIN_MODULES"]
        let custom = variables.compactMap { name in getenv(name).map { FilePath(String(cString: $0)) } }
        let databases: [FilePath] = [
            "/var/lib/dpkg/status", "/var/lib/rpm/Packages", "/var/lib/rpm/rpmdb.sqlite",
            "/usr/lib/sysimage/rpm/rpmdb.sqlite", "/var/lib/pacman/local",
        ]
        let files = [inputs] + (kernel.map { [$0.image, $0.modules] } ?? custom) + databases
        let lines = files.compactMap { file -> String? in
            var status = stat()
            guard stat(file.string, &status) == 0 else { return nil }
            return "\(file) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec) \(status.st_size)\n"
        }
        let head = "libguestfs appliance, made by imagebake with supermin of:\n"
        return Array((head + lines.joined()).utf8) + ApplianceLenses.excludes() + extraPackages()
    }

    /// Packages that the appliance has beside libguestfs' own, one a line: those of them that this machine has.
    ///
    /// Debian's appliance has no setfiles, without which it cannot label the files of a guest that has none itself.
    private static func extraPackages() -> [UInt8] {
        let isThere = ["/usr/sbin/setfiles", "/sbin/setfiles"].contains { (path: String) in access(path, X_OK) == 0 }
        // A file without any name would be no list of packages to supermin; this one is in every appliance.
        return Array((isThere ? "bash\npolicycoreutils\n" : "bash\n").utf8)
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
