/// The values that a property may have.
public enum PropertyValues: Sendable, Hashable {
    /// One of these words, as they are written here.
    case words([String])
    /// One of these words in any case, or another name for one: Nova makes lower case and the word of it before it looks.
    case anyCase([String], aliases: [String: String] = [:])
    /// Any word; for those on the left Glance asks to write the one on the right.
    case open([String], insteadOf: [String: String])
    /// What oslo.utils takes for a boolean: true, t, on, yes, y, 1 and their opposites, in any case.
    ///
    /// Nova reads every other word as false and says nothing.
    case boolean
    /// A decimal number in a range, with what it counts.
    case integer(ClosedRange<Int>, String)
    /// The id of an image, a server or a secret.
    case uuid
    /// `any`, `large`, `small`, a number of KiB, or a number with a unit such as 2MB.
    case pageSize
    /// Numbers of vCPUs: `0-3,^1,8`.
    case cpus
    /// Comparisons with a version: `>=2.6, <3`.
    case versions
    /// A date, `YYYY-MM-DD`, that is in the calendar, or one of these words.
    case date([String])
    /// A date, with a time of day or without: `YYYY-MM-DD`, `YYYY-MM-DD hh:mm[:ss]` or `YYYY-MM-DDThh:mm:ssZ`.
    case dateTime
    /// How long an image can be had by its id: a date, `none`, `last-N`, `notice` or `forever`.
    case validity
    /// An address that begins with http, https, ftp or ftps, or one of these words.
    case address([String])
    /// Any text but an empty one.
    case text

    /// The values in words, for messages and the manual.
    public var summary: String {
        switch self {
        case .words(let words), .anyCase(let words, _): words.joined(separator: ", ")
        case .open: "a word in lower case, such as libosinfo uses"
        case .boolean: "true or false, also yes or no, on or off, 1 or 0"
        case .integer(let range, let unit):
            switch (range.lowerBound, range.upperBound) {
            case (let least, Int.max): "a number of \(unit), \(least) or more"
            case (let least, let most): "a number of \(unit), \(least) to \(most)"
            }
        case .uuid: "a UUID"
        case .pageSize: "any, large, small, a number of KiB, or a number with a unit: 2MB, 1GB"
        case .cpus: "numbers of vCPUs: 0-3,8 and ^2 to leave one out"
        case .versions: "comparisons with a version: >=2.6, <3"
        case .date(let words): (["a date, YYYY-MM-DD"] + words).joined(separator: ", ")
        case .dateTime: "a date, YYYY-MM-DD, and if need be the time, hh:mm or hh:mm:ss, in UTC"
        case .validity: "none, last-N, a date, YYYY-MM-DD, notice, forever"
        case .address(let words): (["an http, https, ftp or ftps URL"] + words).joined(separator: ", ")
        case .text: "text"
        }
    }

    /// The words, where there is a list of them.
    public var words: [String] {
        switch self {
        case .words(let words), .anyCase(let words, _), .open(let words, _): words
        case .date(let words), .address(let words): words
        case .validity: ["none", "notice", "forever"]
        case .pageSize: ["any", "large", "small"]
        case .boolean: ["true", "false", "yes", "no", "on", "off"]
        case .integer, .uuid, .cpus, .versions, .dateTime, .text: []
        }
    }

    /// Whether a value is one of them.
    func accepts(_ value: String) -> Bool {
        switch self {
        case .words(let words): words.contains(value)
        case .anyCase(let words, let aliases): words.contains(value.lowercased()) || aliases[value.lowercased()] != nil
        case .open, .text: !value.allSatisfy(\.isWhitespace)
        case .boolean: Self.boolean(value) != nil
        case .integer(let range, _): Self.number(value).map(range.contains) == true
        case .uuid: Self.isUUID(value)
        case .pageSize: words.contains(value) || Self.isSize(value)
        case .cpus: Self.isCPUs(value)
        case .versions: Self.isPredicate(value)
        case .date(let words): words.contains(value) || Self.isDate(value)
        case .dateTime: Self.isDateTime(value)
        case .validity:
            words.contains(value) || Self.isDate(value)
                || (value.hasPrefix("last-") && Self.number(value.dropFirst(5)).map { $0 > 0 } == true)
        case .address(let words):
            words.contains(value)
                || ["http://", "https://", "ftp://", "ftps://"].contains {
                    value.hasPrefix($0) && value.count > $0.count
                }
                    && !value.contains(where: \.isWhitespace)
        }
    }

    /// The value that may have been meant.
    func suggestion(for value: String) -> String? {
        switch self {
        case .open(_, let insteadOf): insteadOf[value] ?? insteadOf[value.lowercased()]
        case .anyCase(let words, let aliases):
            ClosestWord.to(value, among: words) ?? ClosestWord.to(value, among: aliases.keys).flatMap { aliases[$0] }
        default: ClosestWord.to(value, among: words)
        }
    }

    /// oslo.utils, strutils.bool_from_string; nil where it would fall back.
    static func boolean(_ value: String) -> Bool? {
        let word = value.lowercased()
        if ["1", "t", "true", "on", "y", "yes"].contains(word) { return true }
        return ["0", "f", "false", "off", "n", "no"].contains(word) ? false : nil
    }

    static func number(_ value: some StringProtocol) -> Int? {
        guard !value.isEmpty, value.utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains) else {
            return nil
        }
        return Int(value)
    }

    private static func isUUID(_ value: String) -> Bool {
        let groups = value.split(separator: "-", omittingEmptySubsequences: false)
        return groups.map(\.utf8.count) == [8, 4, 4, 4, 12]
            && groups.allSatisfy { $0.allSatisfy { $0.isASCII && $0.isHexDigit } }
    }

    /// A number of KiB, or oslo.utils, strutils.string_to_bytes: a number, a letter, `B`, `iB`, `b` or `bit`.
    private static func isSize(_ value: String) -> Bool {
        if let number = number(value) { return number > 0 }
        let digits = value.prefix { $0.isASCII && $0.isNumber }
        guard let size = number(digits), size > 0 else { return false }
        var unit = value.dropFirst(digits.count)
        guard let letter = unit.popFirst(), "KMGT".contains(letter) else { return false }
        return ["", "B", "b", "iB", "ib", "bit"].contains(unit)
    }

    /// nova/virt/hardware.py, parse_cpu_spec.
    private static func isCPUs(_ value: String) -> Bool {
        value.split(separator: ",", omittingEmptySubsequences: false).allSatisfy { part in
            let part = part.trimmed
            let ends = (part.hasPrefix("^") ? part.dropFirst() : part).split(
                separator: "-",
                omittingEmptySubsequences: false
            )
            let numbers = ends.compactMap { number($0.trimmed) }
            return numbers.count == ends.count && (numbers.count == 1 || numbers.count == 2 && numbers[0] <= numbers[1])
        }
    }

    /// oslo.utils, versionutils.VersionPredicate.
    private static func isPredicate(_ value: String) -> Bool {
        value.split(separator: ",", omittingEmptySubsequences: false).allSatisfy { part in
            let part = part.trimmed
            guard let sign = ["<=", ">=", "==", "!=", "<", ">"].first(where: part.hasPrefix) else { return false }
            let version = part.dropFirst(sign.count).trimmed
            return version.first?.isNumber == true && !version.contains(where: \.isWhitespace) && !version.contains("=")
        }
    }

    private static func isDate(_ value: some StringProtocol) -> Bool {
        let parts = value.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [4, 2, 2] else { return false }
        let numbers = parts.compactMap { number($0) }
        guard numbers.count == 3, (1...12).contains(numbers[1]) else { return false }
        let isLeap = numbers[0] % 4 == 0 && (numbers[0] % 100 != 0 || numbers[0] % 400 == 0)
        let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][numbers[1] - 1]
        return (1...days).contains(numbers[2])
    }

    private static func isDateTime(_ value: String) -> Bool {
        let (day, rest) = (value.prefix(10), value.dropFirst(10))
        guard isDate(day) else { return false }
        if rest.isEmpty { return true }
        // SCS's own checker takes the form of RFC 3339 as well.
        let isRFC = rest.first == "T"
        guard isRFC ? rest.last == "Z" : rest.first == " " else { return false }
        let time = (isRFC ? rest.dropFirst().dropLast() : rest.dropFirst()).split(
            separator: ":",
            omittingEmptySubsequences: false
        )
        let numbers = time.compactMap { number($0) }
        return (isRFC ? 3...3 : 2...3).contains(time.count) && time.allSatisfy { $0.utf8.count == 2 }
            && zip(numbers, [23, 59, 59]).allSatisfy { $0 <= $1 } && numbers.count == time.count
    }
}

extension StringProtocol {
    /// Without blanks at its ends.
    fileprivate var trimmed: Substring {
        let start = Substring(self).drop(while: \.isWhitespace)
        return start.lastIndex { !$0.isWhitespace }.map { start[...$0] } ?? ""
    }
}
