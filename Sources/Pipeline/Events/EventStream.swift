import Foundation
import Recipes
import Synchronization

/// The one stream of a bake's events, handed to each reader in turn.
///
/// Readers are called directly and not through a queue, so that the journal holds all that happened up to a crash.
public final class EventStream: Sendable {
    /// The bake's id, which each event carries.
    public let bake: String
    private struct State {
        var readers: [any EventReader]
        var masker = SecretMasker([])
    }

    private let state: Mutex<State>

    /// Creates a stream.
    public init(bake: String, readers: [any EventReader]) {
        self.bake = bake
        state = Mutex(State(readers: readers))
    }

    /// Adds a reader, which gets the events from now on.
    public func add(_ reader: any EventReader) {
        state.withLock { $0.readers.append(reader) }
    }

    /// Keeps secrets out of all events from now on.
    func mask(_ masker: SecretMasker) {
        state.withLock { $0.masker = masker }
    }

    /// What keeps secrets out of the events.
    var masker: SecretMasker { state.withLock { $0.masker } }

    /// Sends an event to all readers.
    public func emit(_ kind: Event.Kind, stage: StageName? = nil) {
        state.withLock { state in
            let event = Event(bake: bake, stage: stage, kind: kind.masked(by: state.masker))
            for reader in state.readers { reader.receive(event) }
        }
    }

    /// The part of the stream that one stage writes.
    public func channel(_ stage: StageName) -> StageChannel {
        StageChannel(stream: self, stage: stage)
    }
}

/// Where a stage says what it does.
public struct StageChannel: Sendable {
    fileprivate let stream: EventStream
    fileprivate let stage: StageName

    /// Sends an event of this stage.
    public func emit(_ kind: Event.Kind) {
        stream.emit(kind, stage: stage)
    }

    /// Says what the stage does now.
    public func activity(_ text: String) { emit(.activity(text)) }

    /// Says what the stage has done.
    public func note(_ text: String) { emit(.note(text)) }

    /// Says something that the user should know.
    public func warning(_ text: String) { emit(.warning(text)) }

    /// Says how many bytes are done.
    public func bytes(_ completed: Int64, of total: Int64?) {
        emit(.progress(completed: completed, total: total, unit: "bytes"))
    }
}
