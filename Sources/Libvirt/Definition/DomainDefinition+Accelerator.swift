extension DomainDefinition {
    /// Who executes the guest's instructions.
    public enum Accelerator: String, CaseIterable, Codable, Sendable {
        /// The kernel's virtual machine, with the host's own processor.
        case kvm
        /// QEMU's translator, anywhere, slowly.
        case tcg
    }
}
