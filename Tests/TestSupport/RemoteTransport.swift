/// A way to a remote libvirtd.
package enum RemoteTransport: String, CaseIterable, Sendable {
    /// Plain TCP, without authentication.
    case tcp
    /// TLS, with certificates that the test makes for both sides.
    case tls
    /// OpenSSH's client and an sshd of the test's own, which runs as the other user, with keys made for the test.
    case ssh
}
