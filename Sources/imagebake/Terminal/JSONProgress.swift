import Foundation
import Pipeline

/// Prints each event as one JSON object a line, to standard error.
final class JSONProgress: EventReader {
    func receive(_ event: Event) {
        guard let line = try? Journal.encoder.encode(event) else { return }
        Output.error(String(decoding: line, as: UTF8.self))
    }
}
