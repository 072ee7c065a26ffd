import Foundation
import Testing

@testable import Publish

@Suite("Times of images")
struct TimestampTests {
    @Test(
        "are those of Foundation's ISO 8601",
        arguments: [0, 1, 951_782_399, 951_782_400, 1_795_910_000, 4_102_444_799]
    )
    func same(seconds: Double) {
        let date = Date(timeIntervalSince1970: seconds)
        let text = Timestamp.text(date)
        #expect(text == date.formatted(Date.ISO8601FormatStyle()))
        #expect(Timestamp.date(text) == date)
        #expect(Timestamp.text(date.addingTimeInterval(0.9)) == text)
    }

    @Test(
        "are nothing else",
        arguments: ["", "2026-11-24", "2026-11-24T03:10:00", "2026-11-24T03:10:00+01", "2026-13-24T03:10:00Z"]
    )
    func wrong(text: String) {
        #expect(Timestamp.date(text) == nil)
    }
}
