public import SystemPackage

extension DomainDefinition {
    /// A kernel that is started without a boot loader.
    public struct DirectBoot: Equatable, Sendable {
        /// The kernel image.
        public var kernel: FilePath
        /// The initial RAM disk.
        public var initrd: FilePath
        /// The kernel command line, at most 2,047 bytes.
        public var commandLine: String

        /// Creates a direct boot.
        public init(kernel: FilePath, initrd: FilePath, commandLine: String) {
            self.kernel = kernel
            self.initrd = initrd
            self.commandLine = commandLine
        }
    }
}
