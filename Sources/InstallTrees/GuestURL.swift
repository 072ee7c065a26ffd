/// URLs as a guest on QEMU's user-mode network must write them.
public enum GuestURL {
    /// The address under which such a guest reaches the host's loopback interface.
    ///
    /// Source: QEMU's documentation, system/devices/net, "Using the user mode network stack".
    public static let gateway = "10.0.2.2"

    /// The URL with a loopback host (127.0.0.0/8, localhost, ::1) replaced by `gateway`, any other text as it was.
    ///
    /// QEMU connects to 127.0.0.1 for every connection to the gateway, so a server that listens on another loopback
    /// address only is not reached. An https URL then fails in the guest where the certificate does not name 10.0.2.2.
    public static func translate(_ url: String) -> String {
        guard let scheme = url.range(ofFirst: "://") else { return url }
        let rest = url[scheme.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let hostStart = authority.lastIndex(of: "@").map { authority.index(after: $0) } ?? authority.startIndex
        let hostAndPort = authority[hostStart...]
        let host: Substring
        if hostAndPort.hasPrefix("[") {
            guard let bracket = hostAndPort.firstIndex(of: "]") else { return url }
            host = hostAndPort[...bracket]
        } else {
            host = hostAndPort.prefix { $0 != ":" }
        }
        guard LoopbackHost.matches(String(host)) else { return url }
        return String(url[..<hostStart]) + gateway + url[host.endIndex...]
    }
}
