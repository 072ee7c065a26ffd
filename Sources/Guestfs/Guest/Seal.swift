/// What a bake wants of its disk beside the clearing up, for sysprep to make and for hygiene to prove.
struct Seal: Sendable {
    /// The content of `/etc/cloud/cloud.cfg`; nil leaves that file as it is.
    var cloudConfig: String?
    /// Whether root's password is to be locked.
    var lockRoot = false
    /// The installer's stamp, which must not stay.
    var stampPath: GuestPath?
}
