import Diagnosis
import DiskImages
import Foundation
import Guestfs
import Libvirt
import Recipes
import Subprocess
import SystemPackage

/// The evidence of a bake that failed, in one file that can be handed to somebody else.
///
/// `failure-<id>.tar.zst` in the bake's directory: everything that the directory holds (journal with its times, console, Anaconda's log,
/// rendered files, domain, reports), the failure, versions, QEMU's log, a screenshot where there was a screen, and the logs that are found
/// on the half-installed disk, which is brought here from a remote host. What of that could not be had stands in `absent.txt`, with the
/// reason. Secrets of the recipe are in none of it: what is in the directory was written without them, and the rest is
/// masked on its way.
struct FailureBundle: Sendable {
    let bake: BakeContext
    /// Where it is told that something takes a while.
    let channel: StageChannel

    /// Writes it.
    ///
    /// - Parameters:
    ///   - failure: Why the bake failed, without secrets.
    ///   - withDisk: Whether the logs on the half-installed disk are looked for, which takes room.
    /// - Returns: The file.
    /// - Throws: ``Failure`` where it cannot be written, such as on a full disk; nothing half-made is left then.
    func write(for failure: Failure, withDisk: Bool = true) async throws -> FilePath {
        let name = "failure-\(bake.id)"
        let stage = bake.work.appending(name)
        try Files.makeDirectory(stage, mode: 0o700)
        defer { try? Files.remove(stage) }

        try put(describe(failure), "failure.txt", stage)
        try put(await versions(), "versions.txt", stage)
        if let log = qemuLog() { try put(log, "qemu.log", stage) }
        if let screenshot = bake.traces.screenshot {
            try Files.write(Data(screenshot), to: stage.appending("screenshot.png"))
        }
        if withDisk {
            await recoverLogs(into: stage)
        } else {
            bake.traces.lack("disk", reason: "it was removed to make room for the rest")
        }
        let lacks = bake.traces.lacks
        if !lacks.isEmpty { try put(lacks.joined(separator: "\n") + "\n", "absent.txt", stage) }

        let kept = Files.names(in: bake.directory).filter { file in
            !["lock", ConsoleServer.fileName].contains(file) && !file.hasPrefix("failure-") && !file.hasPrefix(".")
        }
        let file = bake.directory.appending("\(name).tar.zst")
        let partial = bake.directory.appending(".\(name).partial")
        do {
            try await pack(kept, stage, as: name, into: partial)
            try Files.syncFile(partial)
            guard rename(partial.string, file.string) == 0 else {
                throw Files.failure(Errno(rawValue: errno), "cannot write \(file)")
            }
        } catch {
            unlink(partial.string)
            throw error
        }
        return file
    }

    // MARK: - What is gathered

    private func describe(_ failure: Failure) -> String {
        "\(failure)\n\nexit status \(failure.status.rawValue), bake \(bake.id), recipe \(bake.recipe.file)\n"
    }

    private func versions() async -> String {
        let tools = await HostTools.versions(bake.qemuImg, of: bake.traces.host)
        var libvirt = "\(Connection.libraryVersion) at \(bake.hypervisor.uri)"
        if let host = bake.traces.host {
            libvirt += ", which is \(host.hostname) with libvirt \(host.libvirt)"
        }
        return """
            imagebake   \(Version.current)
            qemu        \(tools.qemu)
            qemu-img    \(tools.qemuImg)
            libguestfs  \(tools.libguestfs)
            libvirt     \(libvirt)
            system      \(ProcessInfo.processInfo.operatingSystemVersionString)

            """
    }

    /// What QEMU wrote, where its driver keeps that (libvirt, "Debug logs"): the embedded one below its root, the others where their user
    /// keeps logs; a remote one's cannot be read.
    private func qemuLog() -> String? {
        let name = "imagebake-\(bake.id).log"
        guard !bake.hypervisor.isRemote else {
            let host = bake.traces.host?.hostname ?? bake.hypervisor.uri
            bake.traces.lack(
                "qemu.log",
                reason:
                    "libvirt hands over no file of a guest's log; on \(host) it is '\(name)' in /var/log/libvirt/qemu or, for "
                    + "/session, in ~/.cache/libvirt/qemu/log"
            )
            return nil
        }
        let environment = ProcessInfo.processInfo.environment
        var places: [FilePath] = []
        if let root = bake.hypervisor.embeddedRoot {
            places.append(FilePath(root).appending("log/qemu"))
        } else if bake.hypervisor.uri.hasPrefix("qemu:///") {
            let home = environment["HOME"] ?? ""
            places += [
                FilePath(environment["XDG_CACHE_HOME"] ?? "\(home)/.cache").appending("libvirt/qemu/log"),
                FilePath("/var/log/libvirt/qemu"),
            ]
        }
        for place in places {
            guard let handle = FileHandle(forReadingAtPath: place.appending(name).string) else { continue }
            defer { try? handle.close() }
            // What ended it stands at the end.
            let size = (try? handle.seekToEnd()) ?? 0
            try? handle.seek(toOffset: size > 1 << 20 ? size - 1 << 20 : 0)
            if let data = try? handle.read(upToCount: 1 << 20) { return String(decoding: data, as: UTF8.self) }
        }
        return nil
    }

    private func recoverLogs(into stage: FilePath) async {
        // Where no guest was made ready there is no disk to speak of.
        guard let storage = bake.traces.storage else { return }
        do {
            if let domain = bake.traces.domain, await domain.isActive() {
                bake.traces.lack("disk", reason: "the guest \(domain.name) still runs and writes to it")
                return
            }
            let accelerator = await bake.localAccelerator(channel)
            if bake.traces.diagnosis?.saysAll == true, accelerator == .tcg || bake.hypervisor.isRemote {
                let wait = bake.hypervisor.isRemote ? "the disk's way here" : "libguestfs' start without KVM"
                bake.traces.lack(
                    "disk",
                    reason: "a line of the log says why the install ended, so \(wait) was not waited for"
                )
                return
            }
            let disk = try await storage.failedDisk(channel)
            // A disk that nothing was written to has no logs, and starting the appliance takes seconds.
            guard try await bake.qemuImg.info(disk, format: .qcow2).actualSize > 1 << 20 else {
                bake.traces.lack("disk", reason: "the guest wrote nothing to it")
                return
            }
            let logs = try await LogRecovery.read(disk, format: .qcow2, options: bake.guestfsOptions(accelerator))
            if logs.isEmpty { bake.traces.lack("disk", reason: "there is no log on it") }
            for log in logs {
                let name = log.name.split(separator: "/").filter { $0 != ".." && $0 != "." }.joined(separator: "/")
                try put(String(decoding: log.content, as: UTF8.self), "disk/\(name)", stage)
            }
        } catch {
            bake.traces.lack("disk", error)
        }
    }

    private func put(_ text: String, _ name: String, _ stage: FilePath) throws(Failure) {
        let file = stage.appending(name)
        try Files.makeDirectory(file.removingLastComponent(), mode: 0o700)
        try Files.write(bake.secrets.masker.mask(text), to: file)
    }

    // MARK: - The file

    private func pack(_ kept: [String], _ stage: FilePath, as name: String, into file: FilePath) async throws {
        var arguments = ["--create", "--zstd", "--file", file.string, "--owner=0", "--group=0"]
        // What lies in the bake's directory gets a directory of the bundle's name in front, as the rest has.
        arguments += ["--transform", "flags=r;s,^,\(name)/,", "--directory", stage.string]
        arguments += Files.names(in: stage)
        if !kept.isEmpty { arguments += ["--directory", bake.directory.string] + kept }
        let result = try await Subprocess.run(
            .name("tar"),
            arguments: Arguments(arguments),
            output: .discarded,
            error: .string(limit: 1 << 16)
        )
        guard result.terminationStatus.isSuccess else {
            throw Failure(
                .inputOutput,
                "the evidence cannot be packed",
                ["cause": result.standardError.trimmingCharacters(in: .whitespacesAndNewlines)]
            )
        }
    }
}
