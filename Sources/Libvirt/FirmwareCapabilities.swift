import FoundationXML

/// The firmware that a hypervisor has for an architecture.
public struct FirmwareCapabilities: Equatable, Sendable {
    /// Whether it has a UEFI firmware.
    public let hasUEFI: Bool
    /// Whether it has one with Secure Boot.
    public let hasSecureBoot: Bool

    /// Creates an answer.
    public init(hasUEFI: Bool, hasSecureBoot: Bool) {
        (self.hasUEFI, self.hasSecureBoot) = (hasUEFI, hasSecureBoot)
    }

    /// Reads libvirt's domain capabilities document.
    init(xml: String) {
        func values(_ path: String) -> [String] { StorageXML.nodes(path, in: xml).compactMap(\.stringValue) }
        hasUEFI = values("os/enum[@name='firmware']/value").contains("efi")
        hasSecureBoot = hasUEFI && values("os/loader/enum[@name='secure']/value").contains("yes")
    }
}
