import FoundationXML

/// What a hypervisor's host is and can run, as libvirt tells it (docs/formatcaps.rst, docs/formatdomaincaps.rst).
public struct HostCapabilities: Equatable, Sendable {
    /// The architecture of the host's processor, such as `x86_64`.
    public let architecture: String
    /// The architectures for which it has an emulator.
    public let guests: Set<String>
    /// Whether guests of the host's own architecture may run under KVM.
    public let offersKVM: Bool

    /// Reads libvirt's capabilities document.
    init(xml: String) {
        architecture = StorageXML.text("host/cpu/arch", in: xml) ?? ""
        guests = Set(StorageXML.nodes("guest/arch/@name", in: xml).compactMap(\.stringValue))
        // The kinds of guests for each architecture; the host's own is the only one that KVM can run (docs/formatcaps.rst).
        offersKVM = StorageXML.nodes("guest/arch/domain/@type", in: xml).contains { $0.stringValue == "kvm" }
    }
}
