/// A set of kickstart commands; it picks the templates.
public enum KickstartDialect: String, CaseIterable, Sendable {
    /// What imagebake's installer for Debian takes.
    case debian

    /// What Anaconda of EL7 takes.
    case el7

    /// What Anaconda of EL8 takes.
    case el8

    /// What Anaconda of EL9 takes.
    case el9

    /// What Anaconda of EL10 takes.
    case el10

    /// What Anaconda of the supported Fedora releases takes.
    case fedora
}
