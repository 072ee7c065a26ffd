import Foundation

/// When an image took its name, as a property: `2026-11-24T03:10:00.250Z`, in UTC and with milliseconds, so that texts sort as times do.
enum PublicationTime {
    static func text(_ date: Date) -> String {
        date.formatted(style)
    }

    /// Reads what ``text(_:)`` wrote, or a time of Glance's; nil for anything else.
    static func date(_ text: String) -> Date? {
        (try? style.parse(text)) ?? (try? Date.ISO8601FormatStyle().parse(text))
    }

    private static var style: Date.ISO8601FormatStyle { Date.ISO8601FormatStyle(includingFractionalSeconds: true) }
}
