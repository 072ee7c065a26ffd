import CGuestfs
import Foundation
import Glibc
import SystemPackage

extension GuestfsSession {
    /// Makes the settings that every appliance of ours has; adds the disks; starts it.
    func launch(_ disks: [GuestDisk], options: GuestfsOptions, appliance: Appliance?) throws {
        guestfs_set_error_handler(handle, nil, nil)
        // The user's LIBGUESTFS_* variables first, then what must not be otherwise.
        try check(guestfs_parse_environment(handle), "parse_environment")
        // As root the libvirt backend runs QEMU as another user, who cannot open our files.
        try check(guestfs_set_backend(handle, "direct"), "set_backend")
        if options.forceTCG { try forceTCG() }
        // Ctrl-C must reach us alone: ending the appliance is our business.
        try check(guestfs_set_pgroup(handle, 1), "set_pgroup")
        try check(guestfs_set_tmpdir(handle, lease.directory.string), "set_tmpdir")
        if let appliance {
            try check(guestfs_set_path(handle, appliance.directory.string), "set_path")
        }
        if let memory = options.memoryMiB {
            try check(guestfs_set_memsize(handle, CInt(clamping: memory)), "set_memsize")
        }
        if let vcpus = options.vcpus { try check(guestfs_set_smp(handle, CInt(clamping: vcpus)), "set_smp") }
        if options.verbose { try check(guestfs_set_verbose(handle, 1), "set_verbose") }
        if options.network { try check(guestfs_set_network(handle, 1), "set_network") }
        // So that it can be found, by us to kill it and by people who wonder what it is.
        try check(guestfs_config(handle, "-name", lease.name), "config")
        for (name, value) in ApplianceMonitor.arguments(in: lease.directory) {
            try check(guestfs_config(handle, name, value), "config")
        }
        if let qemu = options.qemu { try check(guestfs_set_hv(handle, qemu.string), "set_hv") }
        try checkHypervisor()
        for (index, disk) in disks.enumerated() { try add(disk, index) }
        try checkCancellation()
        if guestfs_launch(handle) == -1 {
            throw launchError(lastError("launch", path: nil), forcedTCG: options.forceTCG)
        }
    }

    private func forceTCG() throws {
        let settings = try takeStrings(check(guestfs_get_backend_settings(handle), "get_backend_settings"))
        let wanted = settings.filter { $0 != Array("force_tcg".utf8) } + [Array("force_tcg".utf8)]
        _ = try withCStringArray(wanted) {
            try check(guestfs_set_backend_settings(handle, $0), "set_backend_settings")
        }
    }

    private func checkHypervisor() throws {
        let name = try check(guestfs_get_hv(handle), "get_hv")
        let path = String(decoding: takeBytes(name, count: strlen(name)), as: UTF8.self)
        if access(path, X_OK) != 0 {
            throw GuestfsError(
                .qemuMissing,
                "launch",
                "cannot run \(path)",
                hint: "install qemu-system-x86 (qemu-kvm on other distributions), or name QEMU in LIBGUESTFS_HV"
            )
        }
    }

    /// Adds a disk; one that is only read lies below an overlay, which goes with the appliance.
    ///
    /// The overlay is ours and not that of libguestfs' `readonly`, of whose content QEMU is not told that it is no image in turn
    /// (lib/launch-direct.c: `file.driver=qcow2` without a `driver`): it would look for one in the bytes that the guest wrote.
    private func add(_ disk: GuestDisk, _ index: Int) throws {
        let path = disk.path.string
        if access(path, disk.readOnly ? R_OK : R_OK | W_OK) != 0 {
            let reason = String(cString: strerror(Glibc.errno))
            throw GuestfsError(.diskUnreadable, "add_drive", "\(path): \(reason)")
        }
        let overlay = disk.readOnly ? try makeOverlay(over: disk, index) : nil
        try (overlay == nil ? disk.format : .qcow2).rawValue.withCString { format in
            try "unsafe".withCString { unsafe in
                try "besteffort".withCString { discard in
                    var arguments = guestfs_add_drive_opts_argv()
                    arguments.bitmask = imagebake_add_drive_format | imagebake_add_drive_discard
                    arguments.format = format
                    arguments.discard = discard
                    if disk.sectorSize != 512 {
                        arguments.bitmask |= imagebake_add_drive_blocksize
                        arguments.blocksize = CInt(clamping: disk.sectorSize)
                    }
                    if overlay != nil || disk.throwAway {
                        arguments.bitmask |= imagebake_add_drive_cachemode
                        arguments.cachemode = unsafe
                    }
                    try check(guestfs_add_drive_opts_argv(handle, overlay?.string ?? path, &arguments), "add_drive")
                }
            }
        }
    }

    private func makeOverlay(over disk: GuestDisk, _ index: Int) throws -> FilePath {
        let overlay = lease.directory.appending("overlay-\(index).qcow2")
        // It is found from the overlay's directory else.
        let base = FilePath(FileManager.default.currentDirectoryPath).pushing(disk.path)
        try base.string.withCString { base in
            try disk.format.rawValue.withCString { format in
                var arguments = guestfs_disk_create_argv()
                arguments.bitmask = imagebake_disk_create_backing_file | imagebake_disk_create_backing_format
                arguments.backingfile = base
                arguments.backingformat = format
                // -1: as large as what is below it.
                try check(guestfs_disk_create_argv(handle, overlay.string, "qcow2", -1, &arguments), "disk_create")
            }
        }
        return overlay
    }

    /// The same error as a failed launch, with the last lines of the appliance and what they mean.
    private func launchError(_ error: any Error, forcedTCG: Bool) -> any Error {
        guard let error = error as? GuestfsError else { return error }
        if output.contains("failed to find a suitable kernel") {
            return ApplianceKernel.missing(searched: "/boot and /lib/modules")
        }
        if output.contains("/boot/vmlinu"), output.contains("Permission denied") {
            return ApplianceKernel.unreadable("/boot/vmlinuz-*")
        }
        if output.contains("exec: supermin: not found") || error.message.contains("supermin: command not found") {
            return Appliance.superminMissing
        }
        // QEMU's words (block/file-posix.c): Failed to get "write" lock, or shared "write" lock.
        if output.lines.contains(where: { $0.contains("Failed to get") && $0.contains("lock") }) {
            return GuestfsError(
                .diskInUse,
                "launch",
                "the disk image is open in another process",
                hint: "shut down the guest that runs from it"
            )
        }
        // libguestfs' own message is general advice with environment variables that are not ours; what QEMU and the
        // appliance said last is the reason.
        let advice = error.message.contains("failed to start or crashed")
        var message = advice ? "libguestfs' appliance did not start" : error.message
        let last = output.lines.suffix(5).joined(separator: "\n    ")
        if !last.isEmpty { message += "; its last lines:\n    \(last)" }
        return GuestfsError(
            .launch,
            "launch",
            message,
            hint: forcedTCG ? nil : "if this machine offers KVM but cannot run it, force emulation (TCG)"
        )
    }

    /// Stops the appliance; what it could not write to the disks is an error here.
    func shutdown() throws {
        try check(guestfs_shutdown(handle), "shutdown")
    }
}
