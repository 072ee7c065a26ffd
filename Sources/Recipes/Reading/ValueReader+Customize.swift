import Glibc
import Yams

extension ValueReader where Value == UInt16 {
    /// Reads permission bits as `chmod` takes them: three octal digits, or four with the bits above them.
    static var permissions: Self {
        let schema = { ValueSchema.either([TextRule.permissions.schema, .integer(0...7777)]) }
        return Self(standIn: 0o644, schema: schema()) { node, path, context in
            let form = TextRule.permissions.requirement
            guard case .scalar(let scalar) = node, scalar.kind == .text || scalar.kind == .integer else {
                context.report("'\(path)' must be \(form), not \(node.kindInWords)", at: node)
                return 0o644
            }
            guard (3...4).contains(scalar.string.utf8.count), let mode = UInt16(scalar.string, radix: 8) else {
                context.report("'\(path)' must be \(form), not \(Quoted(scalar.string))", at: node)
                return 0o644
            }
            return mode
        }
    }
}

extension ValueReader where Value == String {
    /// Reads the text of a file: any number of lines.
    static var fileText: Self {
        let schema = { ValueSchema.text(requirement: "the text of a file", pattern: nil, atMost: nil) }
        return Self(standIn: "", schema: schema()) { node, path, context in
            guard let text = Scalars.text(node, path, context, expecting: "the text of a file") else { return "" }
            guard !text.isEmpty else {
                let hint = "the steps 'touch' and 'truncate' make empty files"
                context.report("'\(path)' is empty", at: node, hint: hint)
                return ""
            }
            let refused = text.unicodeScalars.first { Scalars.breaksLines($0) && !"\n\t\r".unicodeScalars.contains($0) }
            if let refused {
                let hint = "the step 'upload' takes files of any bytes"
                context.report("'\(path)' contains the control character \(refused.codePoint)", at: node, hint: hint)
                return ""
            }
            return text
        }
    }

    /// Reads an extended regular expression of POSIX (regex(7)) that is compiled and matched in little time and memory.
    static var regularExpression: Self {
        Self(standIn: "", schema: TextRule.regularExpression.schema) { node, path, context in
            let text = ValueReader<String>.text(.regularExpression).read(node, at: path, context)
            guard !text.isEmpty else { return "" }
            var repetitions = 1
            for part in text.split(separator: "{", omittingEmptySubsequences: false).dropFirst() {
                let numbers = part.prefix { $0 != "}" }.split(separator: ",").compactMap { Int($0) }
                repetitions = repetitions.multipliedReportingOverflow(by: max(1, numbers.max() ?? 1)).partialValue
                guard (1...1000).contains(repetitions) else {
                    context.report("'\(path)' repeats more than any line of a file needs", at: node)
                    return ""
                }
            }
            // The C library takes them for references to groups, which make matching take for ever.
            var isEscaped = false
            for character in text {
                if isEscaped, character.isASCII, character.isNumber {
                    context.report("'\(path)' refers to a group, which only 'replace' can", at: node)
                    return ""
                }
                isEscaped = character == "\\" && !isEscaped
            }
            var expression = regex_t()
            let status = regcomp(&expression, text, REG_EXTENDED | REG_NOSUB)
            guard status == 0 else {
                var reason = [CChar](repeating: 0, count: 128)
                regerror(status, &expression, &reason, reason.count)
                let words = String(
                    decoding: reason.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)),
                    as: UTF8.self
                )
                context.report("'\(path)' is no regular expression: \(words)", at: node)
                return ""
            }
            regfree(&expression)
            return text
        }
    }
}
