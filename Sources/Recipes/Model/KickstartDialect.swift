/// A set of kickstart commands; it picks the templates.
public enum KickstartDialect: String, Sendable {
    /// What imagebake's installer for Debian takes.
    case debian

    /// What Anaconda of EL7 takes (pykickstart's `RHEL7`).
    case el7
}
