import DiskImages
import Foundation
import Glibc
import NIOCore

/// From where `web-download` may fetch: the options and the defaults of Glance's `[import_filtering_opts]`.
///
/// The first URL is what a person asked for, and may be of the local network, as in Glance. Where it redirects to is somebody else's choice: it
/// passes the same filter, and does not lead from outside to an address of this machine or of its network.
public struct ImportFilter: Sendable, Hashable {
    /// Of `http` and `https`, which; no others are known.
    public var schemes: Set<String> = ["http", "https"]
    /// The ports.
    public var ports: Set<Int> = [80, 443]
    /// Hosts that are not asked, in the spelling that stands in a URL.
    public var disallowedHosts: Set<String> = []

    /// Glance's defaults.
    public init() {}

    /// Glance's defaults, and in their place what `IMAGEBAKE_IMPORT_ALLOWED_SCHEMES`, `IMAGEBAKE_IMPORT_ALLOWED_PORTS` and
    /// `IMAGEBAKE_IMPORT_DISALLOWED_HOSTS` say, each a list with commas.
    ///
    /// - Throws: ``RegistryError`` with the code configuration for what is no port.
    public init(environment: [String: String]) throws(RegistryError) {
        func words(_ name: String) -> [String]? {
            environment["IMAGEBAKE_IMPORT_\(name)"].map { text in
                text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces).lowercased() }
            }
        }
        if let words = words("ALLOWED_SCHEMES") { schemes = Set(words) }
        if let words = words("ALLOWED_PORTS") {
            ports = []
            for word in words {
                guard let port = Int(word), (1...65_535).contains(port) else {
                    throw RegistryError(
                        .configuration,
                        "IMAGEBAKE_IMPORT_ALLOWED_PORTS has '\(word)', which is no port"
                    )
                }
                ports.insert(port)
            }
        }
        if let words = words("DISALLOWED_HOSTS") { disallowedHosts = Set(words) }
    }

    /// A place that the filter lets through.
    struct Place: Sendable {
        /// Scheme, host and port.
        let origin: ServiceURL
        /// Path and query, percent-encoded.
        let target: String
        /// For messages: without the query, which is a secret where a URL is signed.
        let text: String
        /// Whether somebody outside sent us there.
        let isRedirected: Bool
    }

    /// The place that a URL names.
    ///
    /// - Parameter previous: The place that redirects there, and to which a URL without a host belongs.
    func require(_ text: String, after previous: Place?) throws(RegistryError) -> Place {
        let base = previous.flatMap { URL(string: $0.origin.origin + $0.target) }
        guard
            let whole = URL(string: text, relativeTo: base)?.absoluteString,
            let parts = URLComponents(string: whole),
            let url = ServiceURL(whole),
            let origin = ServiceURL(url.origin),
            schemes.contains(url.isSecure ? "https" : "http"),
            ports.contains(url.port),
            !disallowedHosts.contains(where: { Self.bare($0) == Self.bare(url.host) })
        else {
            let shown = text.split(separator: "?").first.map(String.init) ?? ""
            // Glance's words.
            let via = previous.map { ", to which \($0.text) redirects" } ?? ""
            throw RegistryError(.invalid, "URI for web-download does not pass filtering: \(shown.serverWords)\(via)")
        }
        let path = parts.percentEncodedPath.isEmpty ? "/" : parts.percentEncodedPath
        return Place(
            origin: origin,
            target: path + (parts.percentEncodedQuery.map { "?\($0)" } ?? ""),
            text: origin.text + path,
            isRedirected: previous != nil
        )
    }

    /// Whether an address is reached from this machine or its network only (IANA's special-purpose registries).
    static func isPrivate(_ address: SocketAddress) -> Bool {
        switch address {
        case .v4(let address):
            var number = address.address.sin_addr.s_addr
            return withUnsafeBytes(of: &number) { isPrivate(four: Array($0)) }
        case .v6(let address):
            var number = address.address.sin6_addr
            let bytes = withUnsafeBytes(of: &number) { Array($0) }
            // An IPv4 address in IPv6's spelling, ::ffff:127.0.0.1, and those of the gateways NAT64 and 6to4.
            if bytes.starts(with: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff])
                || bytes.starts(with: [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0])
            {
                return isPrivate(four: Array(bytes[12...]))
            }
            if bytes.starts(with: [0x20, 0x02]) { return isPrivate(four: Array(bytes[2..<6])) }
            // ::1 and the like, with the ::127.0.0.1 of old; NAT64's own 64:ff9b:1::/48; unique local, multicast, link and site local.
            return bytes[..<12].allSatisfy { $0 == 0 } || bytes.starts(with: [0, 0x64, 0xff, 0x9b, 0, 1])
                || bytes[0] & 0xfe == 0xfc || bytes[0] == 0xff || bytes[0] == 0xfe && bytes[1] & 0x80 == 0x80
        case .unixDomainSocket: return true
        }
    }

    private static func isPrivate(four bytes: [UInt8]) -> Bool {
        switch (bytes[0], bytes[1]) {
        case (0, _), (10, _), (127, _), (169, 254), (192, 168), (172, 16...31), (100, 64...127), (198, 18...19): true
        case (192, 0): bytes[2] == 0
        default: bytes[0] >= 224
        }
    }

    /// Refuses a place to which somebody sent us, and of whose addresses one is of this machine's own network, or that has none.
    ///
    /// The client asks for the addresses again when it connects; the name's owner could answer it another thing.
    /// - Parameter isFirstPrivate: Whether the place that was asked for is one as well, so that nobody sent us inside.
    func requireAddress(of place: Place, isFirstPrivate: Bool) async throws {
        guard place.isRedirected, !isFirstPrivate else { return }
        let addresses = try await Self.addresses(of: place)
        guard !addresses.isEmpty else {
            throw RegistryError(
                .invalid,
                "URI for web-download does not pass filtering: \(place.text), to which a redirect leads, has no address"
            )
        }
        guard !addresses.contains(where: { Self.isPrivate($0) }) else {
            throw RegistryError(
                .invalid,
                "URI for web-download does not pass filtering: \(place.text) is an address of the local network, and a redirect leads there"
            )
        }
    }

    /// Whether all addresses of a place are of the local network; a name that has none is somebody else's.
    static func isPrivate(_ place: Place) async throws -> Bool {
        let addresses = try await addresses(of: place)
        return !addresses.isEmpty && addresses.allSatisfy { isPrivate($0) }
    }

    /// All addresses of a place's name; none where it has none.
    private static func addresses(of place: Place) async throws -> [SocketAddress] {
        try await BlockingWork.run { _ in
            var hints = addrinfo()
            hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
            var list: UnsafeMutablePointer<addrinfo>?
            guard getaddrinfo(place.origin.host, String(place.origin.port), &hints, &list) == 0 else { return [] }
            defer { freeaddrinfo(list) }
            var addresses: [SocketAddress] = []
            var next = list
            while let entry = next?.pointee {
                next = entry.ai_next
                guard let address = UnsafeRawPointer(entry.ai_addr) else { continue }
                switch entry.ai_family {
                case AF_INET: addresses.append(SocketAddress(address.loadUnaligned(as: sockaddr_in.self)))
                case AF_INET6: addresses.append(SocketAddress(address.loadUnaligned(as: sockaddr_in6.self)))
                default: break
                }
            }
            return addresses
        }
    }

    /// A host without the dot at its end, which is the same host.
    private static func bare(_ host: String) -> Substring {
        host.hasSuffix(".") ? host.dropLast() : host[...]
    }
}
