extension Recipe {
    /// A file that the disk is converted to.
    public struct Output: Sendable, Equatable {
        /// The disk format.
        public var format: Format

        /// The compression inside the format; always none for raw and ami.
        public var compression: Compression
    }
}

extension Recipe.Output {
    /// A disk format, in Glance's words.
    public enum Format: String, CaseIterable, Sendable {
        /// QEMU's format.
        case qcow2

        /// The bytes of the disk.
        case raw

        /// Amazon's machine image, by Glance's name: the root file system as it lies on the disk, with its kernel and its initrd beside it.
        case ami
    }

    /// A compression of qcow2, in qemu-img's words.
    public enum Compression: String, CaseIterable, Sendable {
        /// Fast and small; needs QEMU 5.1 or later to read.
        case zstd

        /// What every QEMU reads.
        case zlib

        /// Not compressed.
        case none
    }
}
