import Foundation

/// A line of `--progress json`.
struct BakeEvent: Decodable {
    /// The parts of an event's kind that the tests read.
    struct Kind: Decodable {
        /// A stage's end.
        struct Finished: Decodable {
            let isCached: Bool
            let summary: String
        }
        /// A bare kind, such as `started`.
        struct Bare: Decodable {}

        let started: Bare?
        let finished: Finished?
    }

    let bake: String
    let stage: String?
    let kind: Kind

    /// The events among the lines of a text; others are left out.
    static func events(in text: String) -> [BakeEvent] {
        text.split(separator: "\n").compactMap { try? JSONDecoder().decode(BakeEvent.self, from: Data($0.utf8)) }
    }
}

extension [BakeEvent] {
    /// The stages that ran.
    var ran: [String] {
        compactMap { event in event.kind.finished.flatMap { $0.isCached ? nil : event.stage } }
    }

    /// The stages whose products were in the cache.
    var cached: [String] {
        compactMap { event in event.kind.finished.flatMap { $0.isCached ? event.stage : nil } }
    }
}
