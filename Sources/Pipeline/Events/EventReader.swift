/// A reader of a bake's events: the terminal, the plain log, the JSON lines, the journal.
public protocol EventReader: Sendable {
    /// Takes the next event.
    ///
    /// Events arrive one at a time and in order, on any thread. A reader must not block for long: the bake waits for it.
    func receive(_ event: Event)
}
