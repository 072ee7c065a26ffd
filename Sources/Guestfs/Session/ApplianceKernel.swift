import Glibc
import SystemPackage

/// The host's kernel that the appliance boots.
///
/// `supermin` would take the newest. A cloud kernel is preferred here, because it has fewer drivers to bring up: under
/// emulation the appliance is then ready some 20 % sooner.
struct ApplianceKernel: Sendable, Equatable {
    let image: FilePath
    let modules: FilePath
    let version: String

    /// The best kernel under these directories that this user may read.
    static func find(boot: FilePath = "/boot", modules: FilePath = "/lib/modules") throws -> ApplianceKernel {
        let versions = HostFiles.names(in: modules).filter {
            access(modules.appending($0).appending("modules.dep").string, R_OK) == 0
        }
        let all = versions.flatMap { version -> [ApplianceKernel] in
            [boot.appending("vmlinuz-\(version)"), modules.appending(version).appending("vmlinuz")]
                .filter { access($0.string, F_OK) == 0 }
                .map { ApplianceKernel(image: $0, modules: modules.appending(version), version: version) }
        }
        guard let first = all.first else { throw missing(searched: "\(boot) and \(modules)") }
        let readable = all.filter { access($0.image.string, R_OK) == 0 }
        guard let best = readable.max(by: { $0.rank < $1.rank }) else { throw unreadable(first.image.string) }
        return best
    }

    /// Cloud kernels above others, then the newer.
    private var rank: Rank {
        Rank(
            cloud: version.contains("cloud"),
            numbers: version.split { !$0.isASCII || !$0.isNumber }.compactMap { Int($0) }
        )
    }

    private struct Rank: Comparable {
        let cloud: Bool
        let numbers: [Int]

        static func < (left: Rank, right: Rank) -> Bool {
            if left.cloud != right.cloud { return right.cloud }
            return left.numbers.lexicographicallyPrecedes(right.numbers)
        }
    }

    static func missing(searched: String) -> GuestfsError {
        GuestfsError(
            .kernelMissing,
            "launch",
            "no kernel for libguestfs' appliance in \(searched)",
            hint: "install a kernel package (Debian, Ubuntu: linux-image-cloud-amd64; it need not be booted), "
                + "or set SUPERMIN_KERNEL and SUPERMIN_MODULES"
        )
    }

    static func unreadable(_ image: String) -> GuestfsError {
        GuestfsError(
            .kernelUnreadable,
            "launch",
            "libguestfs' appliance needs a kernel and \(image) cannot be read by this user",
            hint:
                "let users read it (sudo chmod 0644 /boot/vmlinuz-*), or set SUPERMIN_KERNEL to a copy that can be read "
                + "and SUPERMIN_MODULES to its modules"
        )
    }
}
