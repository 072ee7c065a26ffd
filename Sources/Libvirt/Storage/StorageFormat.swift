/// What a storage volume holds, in libvirt's words.
public enum StorageFormat: String, CaseIterable, Sendable {
    /// Bytes as they are.
    case raw
    /// QEMU's own format, of version 3 (`compat=1.1`), as `qemu-img create` makes it.
    case qcow2
}
