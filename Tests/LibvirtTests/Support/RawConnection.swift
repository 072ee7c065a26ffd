import CLibvirt
import Glibc
import Libvirt

/// libvirt's own calls that the product has no use for.
final class RawConnection: @unchecked Sendable {
    // Unchecked: libvirt's objects may be used from any thread, and `raw` never changes.
    private let raw: OpaquePointer

    /// Opens a second connection to what ``Connection`` has opened, and whose event loop therefore runs.
    init(beside connection: Connection) throws {
        guard let raw = virConnectOpen(connection.uri) else { throw Self.lastError }
        self.raw = raw
    }

    deinit {
        virConnectClose(raw)
    }

    /// Defines a domain, with libvirt's check against its schema, and takes the definition away again.
    ///
    /// - Returns: What libvirt made of it: everything that was left open is said.
    func define(_ xml: String) throws -> String {
        guard let domain = virDomainDefineXMLFlags(raw, xml, UInt32(VIR_DOMAIN_DEFINE_VALIDATE.rawValue)) else {
            throw Self.lastError
        }
        defer {
            virDomainUndefineFlags(domain, VIR_DOMAIN_UNDEFINE_KEEP_NVRAM.rawValue)
            virDomainFree(domain)
        }
        return try Self.take(virDomainGetXMLDesc(domain, VIR_DOMAIN_XML_INACTIVE.rawValue))
    }

    /// What the host can do.
    func capabilities() throws -> String { try Self.take(virConnectGetCapabilities(raw)) }

    /// What a guest under TCG can have.
    func domainCapabilities(_ architecture: DomainDefinition.Architecture) throws -> String {
        let machine = architecture == .aarch64 ? "virt" : "q35"
        return try Self.take(virConnectGetDomainCapabilities(raw, nil, architecture.name, machine, "qemu", 0))
    }

    private static func take(_ text: UnsafeMutablePointer<CChar>?) throws -> String {
        guard let text else { throw lastError }
        defer { free(text) }
        return String(cString: text)
    }

    private static var lastError: Refusal {
        Refusal(message: virGetLastErrorMessage().map { String(cString: $0) } ?? "")
    }

    /// What libvirt says against it.
    struct Refusal: Error, CustomStringConvertible {
        let message: String
        var description: String { message }
    }
}
