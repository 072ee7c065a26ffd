extension Recipe {
    /// The guest in which the installer runs.
    public struct Machine: Sendable, Equatable {
        /// Its memory.
        public var memory: ByteCount

        /// The number of its virtual processors.
        public var vcpus: Int

        /// The size of its disk, which becomes the virtual size of the image.
        public var disk: ByteCount

        /// How it reaches the world while the installer runs.
        public var network: Network
    }
}

extension Recipe.Machine {
    /// How the guest reaches the world while the installer runs.
    public enum Network: String, CaseIterable, Sendable {
        /// QEMU's user-mode network: needs no rights and no set-up; the host is 10.0.2.2.
        case user
    }
}
