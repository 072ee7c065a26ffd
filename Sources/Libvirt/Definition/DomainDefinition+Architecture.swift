extension DomainDefinition {
    /// A processor architecture.
    public enum Architecture: Equatable, Sendable {
        /// 64-bit PCs: QEMU's `q35` machine.
        case x86_64
        /// 64-bit Arm: QEMU's `virt` machine.
        case aarch64
        /// Any other, in libvirt's words, for which no machine is known here; ``DomainDefinition/validate()`` refuses it.
        case other(String)

        /// The architecture of a name in libvirt's words.
        public init(_ name: String) {
            switch name {
            case "x86_64": self = .x86_64
            case "aarch64": self = .aarch64
            default: self = .other(name)
            }
        }

        /// The name in libvirt's words, which are those of `uname -m`.
        public var name: String {
            switch self {
            case .x86_64: "x86_64"
            case .aarch64: "aarch64"
            case .other(let name): name
            }
        }

        /// The kernel's name for the first serial port, for its `console=` argument.
        public var serialPort: String {
            self == .aarch64 ? "ttyAMA0" : "ttyS0"
        }
    }
}
