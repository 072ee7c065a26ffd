import Glibc

/// A change of a text file's lines: each line that a regular expression matches, with its matches replaced.
public struct LineEdit: Sendable, Equatable {
    /// What happens where no line matches.
    public enum Missing: String, Sendable, CaseIterable {
        /// The step fails.
        case fail
        /// The replacement becomes a line at the end.
        case append
        /// The file stays as it is.
        case ignore
    }

    /// The expression, an extended one of POSIX.
    public var pattern: String
    /// What stands for each match; `\1` to `\9` are its groups, `\\` is a backslash.
    public var replacement: String
    /// What happens where no line matches.
    public var missing: Missing

    /// A change.
    public init(pattern: String, replacement: String, missing: Missing = .fail) {
        (self.pattern, self.replacement, self.missing) = (pattern, replacement, missing)
    }

    /// The longest line that is looked at; what is longer is no configuration, and would take long to match.
    static let longestLine = 16 << 10

    /// Why a change is not made.
    struct Refusal: Error {
        let reason: String
    }

    /// The content with its lines changed, and how many were; all other bytes stay as they are.
    func apply(to content: [UInt8]) throws(Refusal) -> (content: [UInt8], count: Int) {
        var expression = regex_t()
        let status = regcomp(&expression, pattern, REG_EXTENDED)
        guard status == 0 else {
            var reason = [CChar](repeating: 0, count: 128)
            regerror(status, &expression, &reason, reason.count)
            throw Refusal(
                reason: String(decoding: reason.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            )
        }
        defer { regfree(&expression) }
        var count = 0
        let result = content.replacingLines { line, _ in
            guard let changed = change(Array(line), &expression) else { return .same }
            count += 1
            return .changed(changed)
        }
        guard count == 0 else { return (result, count) }
        switch missing {
        case .fail: throw Refusal(reason: "no line matches")
        case .ignore: return (content, 0)
        case .append:
            let newline = UInt8(ascii: "\n")
            let needsBreak = content.last.map { $0 != newline } ?? false
            return (content + (needsBreak ? [newline] : []) + filled(nil, []) + [newline], 1)
        }
    }

    /// The line with all matches replaced; nil where there is none.
    private func change(_ line: [UInt8], _ expression: inout regex_t) -> [UInt8]? {
        // A C string ends at NUL; a line that has one is no text.
        guard line.count <= Self.longestLine, !line.contains(0) else { return nil }
        var result: [UInt8] = []
        var position = 0
        var isChanged = false
        while position <= line.count {
            var groups = [regmatch_t](repeating: regmatch_t(), count: 10)
            let rest = line[position...].map { CChar(bitPattern: $0) } + [0]
            guard regexec(&expression, rest, groups.count, &groups, position == 0 ? 0 : REG_NOTBOL) == 0 else { break }
            isChanged = true
            let (start, end) = (position + Int(groups[0].rm_so), position + Int(groups[0].rm_eo))
            result += line[position..<start]
            result += filled(
                line,
                groups.map { group in
                    group.rm_so < 0 ? nil : (position + Int(group.rm_so))..<(position + Int(group.rm_eo))
                }
            )
            if end == start {
                // An empty match goes on behind the next byte.
                if start < line.count { result.append(line[start]) }
                position = start + 1
            } else {
                position = end
            }
        }
        guard isChanged else { return nil }
        if position < line.count { result += line[position...] }
        return result
    }

    private func filled(_ line: [UInt8]?, _ groups: [Range<Int>?]) -> [UInt8] {
        var result: [UInt8] = []
        var bytes = Array(replacement.utf8)[...]
        while let byte = bytes.popFirst() {
            guard byte == UInt8(ascii: "\\"), let next = bytes.first else {
                result.append(byte)
                continue
            }
            bytes.removeFirst()
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(next) else {
                result.append(next)
                continue
            }
            let number = Int(next - UInt8(ascii: "0"))
            if let line, groups.indices.contains(number), let range = groups[number] { result += line[range] }
        }
        return result
    }
}
