import Foundation
import SystemPackage

/// Room on the disks that a bake writes to.
enum DiskSpace {
    /// What the smallest install takes: the disk of a minimal Debian has 0.6 GiB, its artefact 0.2.
    static let leastForInstall: Int64 = 768 << 20

    /// What the overlay of a cleaned disk and libguestfs' appliance grow by.
    static let leastForSysprep: Int64 = 192 << 20

    /// Free bytes for this user on the file system that holds a path, or nil where it cannot be asked.
    static func free(at path: FilePath) -> Int64? {
        var status = statvfs()
        guard statvfs(path.string, &status) == 0 else { return nil }
        return Int64(status.f_bavail) * Int64(status.f_frsize)
    }

    /// Throws where there is so little room that a step must fail, before minutes are spent on it.
    ///
    /// - Parameters:
    ///   - bytes: What is needed at least.
    ///   - directory: Where.
    ///   - purpose: What for, to be followed by "takes".
    static func require(
        _ bytes: Int64,
        in directory: FilePath,
        _ purpose: String = "the smallest install"
    ) throws(Failure) {
        guard let free = free(at: directory), free < bytes else { return }
        throw Failure(
            .inputOutput,
            "no space left: \(ByteText.text(free)) free in \(directory), and \(purpose) takes \(ByteText.text(bytes))",
            ["next": "free some space, or set IMAGEBAKE_HOME to a larger disk"]
        )
    }

    /// The failure of a guest whose disk QEMU could not write.
    static func writeFailure(_ directory: FilePath, on hypervisor: Hypervisor) -> Failure {
        guard !hypervisor.isRemote else {
            return Failure(
                .inputOutput,
                "QEMU could not write the guest's disk on \(hypervisor.uri)",
                ["next": "free some space there, or name another pool with --storage-pool"]
            )
        }
        let free = free(at: directory).map { "\(ByteText.text($0)) free" } ?? "free space unknown"
        return Failure(
            .inputOutput,
            "QEMU could not write the guest's disk in \(directory) (\(free))",
            ["next": "free some space, or set IMAGEBAKE_HOME to a larger disk"]
        )
    }
}
