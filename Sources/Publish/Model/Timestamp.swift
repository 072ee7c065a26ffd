public import Foundation
import Glibc

/// Times as Glance writes them: `2026-11-24T03:10:00Z`, whole seconds.
///
/// By the C library, since a list of ten thousand images has twenty thousand of them, and Foundation's format takes some ten microseconds for
/// each.
public enum Timestamp {
    private static let format = "%Y-%m-%dT%H:%M:%SZ"

    static func now() -> Date {
        Date(timeIntervalSince1970: Date().timeIntervalSince1970.rounded(.down))
    }

    /// The text of a time; fractions of seconds are left out.
    public static func text(_ date: Date) -> String {
        var time = time_t(date.timeIntervalSince1970.rounded(.down))
        var parts = tm()
        gmtime_r(&time, &parts)
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
            guard let start = buffer.baseAddress else { return "" }
            let count = strftime(start, buffer.count, format, &parts)
            return String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
        }
    }

    static func date(_ text: String) -> Date? {
        // Without arrays and texts on the way: a long list has many times.
        func number(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Int32 {
            bytes[range].reduce(0) { $0 * 10 + Int32($1) - Int32(UInt8(ascii: "0")) }
        }
        var text = text
        return text.withUTF8 { bytes in
            let isWellFormed = zip(bytes, pattern.utf8).allSatisfy { byte, pattern in
                pattern == UInt8(ascii: "0")
                    ? (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) : byte == pattern
            }
            guard bytes.count == pattern.utf8.count, isWellFormed else { return nil }
            var parts = tm()
            parts.tm_year = number(bytes, 0..<4) - 1900
            parts.tm_mon = number(bytes, 5..<7) - 1
            parts.tm_mday = number(bytes, 8..<10)
            parts.tm_hour = number(bytes, 11..<13)
            parts.tm_min = number(bytes, 14..<16)
            parts.tm_sec = number(bytes, 17..<19)
            var day = parts
            let seconds = timegm(&day)
            // timegm makes a day of January out of the 45th of December, and says so in what it was given.
            guard day.tm_mon == parts.tm_mon, day.tm_mday == parts.tm_mday, day.tm_hour == parts.tm_hour,
                day.tm_min == parts.tm_min, day.tm_sec == parts.tm_sec
            else { return nil }
            return Date(timeIntervalSince1970: Double(seconds))
        }
    }

    private static let pattern = "0000-00-00T00:00:00Z"
}
