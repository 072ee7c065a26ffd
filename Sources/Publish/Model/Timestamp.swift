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
        var numbers = [Int32](repeating: 0, count: 6)
        var field = 0
        for (byte, pattern) in zip(text.utf8, pattern.utf8) {
            switch pattern {
            case UInt8(ascii: "0"):
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
                numbers[field] = numbers[field] * 10 + Int32(byte - UInt8(ascii: "0"))
            default:
                guard byte == pattern else { return nil }
                field += 1
            }
        }
        guard text.utf8.count == pattern.utf8.count else { return nil }
        var parts = tm()
        (parts.tm_year, parts.tm_mon, parts.tm_mday) = (numbers[0] - 1900, numbers[1] - 1, numbers[2])
        (parts.tm_hour, parts.tm_min, parts.tm_sec) = (numbers[3], numbers[4], numbers[5])
        let date = Date(timeIntervalSince1970: Double(timegm(&parts)))
        // timegm makes a day of January out of the 45th of December.
        return self.text(date) == text ? date : nil
    }

    private static let pattern = "0000-00-00T00:00:00Z"
}
