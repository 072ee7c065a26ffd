import Glibc

/// Retry-After (RFC 9110, 10.2.3): a number of seconds, or a date.
enum RetryAfter {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// How long to wait; nil for what is neither, zero for a date that has passed.
    static func duration(_ header: String, now: time_t = time(nil)) -> Duration? {
        let words = header.split(whereSeparator: \.isWhitespace)
        if words.count == 1, words[0].utf8.allSatisfy({ (48...57).contains($0) }) {
            return .seconds(min(Int(words[0]) ?? .max, 1 << 31))
        }
        // `Sun, 06 Nov 1994 08:49:37 GMT`; the obsolete forms are no dates.
        guard words.count == 6, words[5] == "GMT", let month = months.firstIndex(of: String(words[2])),
            let day = Int32(words[1]), let year = Int32(words[3]), (1970...9999).contains(year)
        else { return nil }
        let clock = words[4].split(separator: ":").compactMap { Int32($0) }
        guard clock.count == 3, (1...31).contains(day), (0...23).contains(clock[0]), (0...59).contains(clock[1]),
            (0...60).contains(clock[2])
        else { return nil }
        var date = tm()
        (date.tm_mday, date.tm_mon, date.tm_year) = (day, Int32(month), year - 1900)
        (date.tm_hour, date.tm_min, date.tm_sec) = (clock[0], clock[1], clock[2])
        return .seconds(max(0, timegm(&date) - now))
    }
}
