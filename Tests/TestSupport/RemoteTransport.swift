/// A way to a remote libvirtd.
package enum RemoteTransport: String, CaseIterable, Sendable {
    /// Plain TCP, without authentication.
    case tcp
    /// TLS, with certificates that the test makes for both sides.
    case tls
    /// What libvirt does over ssh, with a stand-in for the ssh program: it runs the command as the other user, as sshd would.
    case ssh
}
