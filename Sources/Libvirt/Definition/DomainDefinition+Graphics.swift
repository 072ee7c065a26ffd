extension DomainDefinition {
    /// A screen that can be looked at.
    public enum Graphics: Equatable, Sendable {
        /// VNC on a free port of 127.0.0.1, with a keyboard and a pointer.
        ///
        /// There is no password: VNC's is weak, and it would stand in the definition. Who is on the host can look.
        case vnc
    }
}
