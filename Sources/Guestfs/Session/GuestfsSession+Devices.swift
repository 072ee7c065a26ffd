import CGuestfs
import Glibc

extension GuestfsSession {
    /// A text that a call returned.
    func text(_ value: UnsafeMutablePointer<CChar>?, _ operation: String) throws -> String {
        let value = try check(value, operation)
        return String(decoding: takeBytes(value, count: strlen(value)), as: UTF8.self)
    }

    /// The device with a file system of this UUID; nil where there is none.
    func device(uuid: String) throws -> String? {
        guard let device = guestfs_findfs_uuid(handle, uuid) else {
            if lease.isCancelled { throw CancellationError() }
            return nil
        }
        return String(decoding: takeBytes(device, count: strlen(device)), as: UTF8.self)
    }

    /// Checks a file system of the ext family, and corrects what is safe to correct.
    func checkExt(_ device: String) throws {
        var arguments = guestfs_e2fsck_argv()
        // GUESTFS_E2FSCK_CORRECT_BITMASK, a macro that casts.
        arguments.bitmask = 1
        arguments.correct = 1
        try check(guestfs_e2fsck_argv(handle, device, &arguments), "e2fsck")
    }

    /// LVM's physical volumes and volume groups; none where the appliance has no LVM.
    func lvmNames() throws -> (volumes: [String], groups: [String]) {
        let hasLVM = withCStringArray([Array("lvm2".utf8)]) { guestfs_feature_available(handle, $0) }
        guard hasLVM == 1 else { return ([], []) }
        func names(_ list: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> [String] {
            takeStrings(list).map { String(decoding: $0, as: UTF8.self) }
        }
        return try (names(check(guestfs_pvs(handle), "pvs")), names(check(guestfs_vgs(handle), "vgs")))
    }

    /// Gives all physical volumes and volume groups new UUIDs; nothing may be mounted.
    func renewLVM() throws {
        if guestfs_vg_activate_all(handle, 0) == -1 {
            // A volume that an open LUKS device holds: those above LVM can be closed, those below cannot and need not.
            for device in try takeStrings(check(guestfs_list_dm_devices(handle), "list_dm_devices")) {
                guestfs_cryptsetup_close(handle, String(decoding: device, as: UTF8.self))
            }
            try check(guestfs_vg_activate_all(handle, 0), "vg_activate_all")
        }
        try check(guestfs_pvchange_uuid_all(handle), "pvchange_uuid_all")
        try check(guestfs_vgchange_uuid_all(handle), "vgchange_uuid_all")
        try check(guestfs_vg_activate_all(handle, 1), "vg_activate_all")
    }
}
