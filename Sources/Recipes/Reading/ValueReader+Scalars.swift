import Yams

extension ValueReader where Value == String {
    /// Reads one line of text that follows a rule.
    static func text(_ rule: TextRule) -> Self {
        Self(standIn: "", schema: rule.schema) { node, path, context in
            guard let text = Scalars.text(node, path, context, expecting: rule.requirement) else { return "" }
            guard !text.isEmpty else {
                context.report("'\(path)' is empty; it must be \(rule.requirement)", at: node)
                return ""
            }
            if let scalar = text.unicodeScalars.first(where: Scalars.breaksLines) {
                let name = scalar == "\n" ? "a line break" : "the control character \(scalar.codePoint)"
                context.report("'\(path)' contains \(name)", at: node)
                return ""
            }
            guard rule.accepts(text) else {
                context.report("'\(path)' must be \(rule.requirement), not \(Scalars.shown(text))", at: node)
                return ""
            }
            return text
        }
    }

    /// Reads a script: any number of lines, none of which ends its section of a kickstart file.
    static var script: Self { script(inKickstart: true) }

    /// Reads a script: any number of lines.
    ///
    /// - Parameter inKickstart: Whether a line is refused that would end a section of a kickstart file.
    static func script(inKickstart: Bool) -> Self {
        Self(standIn: "", schema: .script) { node, path, context in
            guard let text = Scalars.text(node, path, context, expecting: "a script") else { return "" }
            guard text.contains(where: { !$0.isWhitespace }) else {
                context.report("'\(path)' is empty", at: node)
                return ""
            }
            let refused = text.unicodeScalars.first { Scalars.breaksLines($0) && $0 != "\n" && $0 != "\t" }
            if let refused {
                context.report("'\(path)' contains the control character \(refused.codePoint)", at: node)
                return ""
            }
            for line in text.unicodeScalars.split(separator: "\n") where inKickstart {
                guard let word = KickstartSections.word(beginning: line) else { continue }
                context.report("a line of '\(path)' begins with '\(word)', which ends its kickstart section", at: node)
                return ""
            }
            return text.hasSuffix("\n") ? text : text + "\n"
        }
    }
}

extension ValueReader where Value == Bool {
    /// Reads `true` or `false`.
    static var flag: Self {
        Self(standIn: false, schema: .flag) { node, path, context in
            if case .scalar(let scalar) = node, scalar.kind == .flag {
                switch scalar.string.lowercased() {
                case "true": return true
                case "false": return false
                case let other:
                    let meant = ["yes", "on"].contains(other)
                    context.report("'\(path)' must be true or false", at: node, hint: "for '\(other)' write \(meant)")
                    return false
                }
            }
            context.report("'\(path)' must be true or false, not \(node.kindInWords)", at: node)
            return false
        }
    }
}

extension ValueReader where Value == Int {
    /// Reads a decimal integer in a range.
    static func integer(in range: ClosedRange<Int>) -> Self {
        Self(standIn: range.lowerBound, schema: .integer(range)) { node, path, context in
            let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
            guard case .scalar(let scalar) = node, scalar.kind == .integer || scalar.kind == .decimal else {
                context.report("'\(path)' must be \(expected), not \(node.kindInWords)", at: node)
                return range.lowerBound
            }
            guard let number = Int(scalar.string), range.contains(number) else {
                context.report("'\(path)' must be \(expected), not \(Quoted(scalar.string))", at: node)
                return range.lowerBound
            }
            return number
        }
    }
}

extension ValueReader where Value == ByteCount {
    /// Reads a size in a range, in whole units of so many bytes.
    static func size(
        in range: ClosedRange<ByteCount>,
        multipleOf unit: ByteCount = ByteCount(bytes: 512),
        standIn: ByteCount? = nil
    ) -> Self {
        let standIn = standIn ?? range.lowerBound
        let schema = { ValueSchema.size(least: "\(range.lowerBound)", most: "\(range.upperBound)") }
        return Self(standIn: standIn, schema: schema()) { node, path, context in
            let form = "a size such as 10 GiB"
            guard case .scalar(let scalar) = node, [.text, .integer, .decimal].contains(scalar.kind) else {
                context.report("'\(path)' must be \(form), not \(node.kindInWords)", at: node)
                return standIn
            }
            do {
                let size = try ByteCount(parsing: scalar.string)
                if !range.contains(size) {
                    let (least, most) = (range.lowerBound, range.upperBound)
                    context.report("'\(path)' must be from \(least) to \(most), not \(Quoted(scalar.string))", at: node)
                } else if !size.bytes.isMultiple(of: unit.bytes) {
                    let next = ByteCount(bytes: (size.bytes / unit.bytes + 1) * unit.bytes)
                    let message = "'\(path)' must be a multiple of \(unit), not \(Quoted(scalar.string))"
                    context.report(message, at: node, hint: "the next one is \(next)")
                } else {
                    return size
                }
            } catch {
                let hint = "write a number and B, kB, KiB, MB, MiB, GB, GiB, TB or TiB, such as 10 GiB"
                context.report("'\(path)': \(Quoted(scalar.string)) \(error)", at: node, hint: hint)
            }
            return standIn
        }
    }
}

extension ValueReader where Value == Duration {
    /// Reads a duration such as `45m`, `1h` or `1h30m`, in a range.
    static func duration(in range: ClosedRange<Duration>) -> Self {
        let schema = { ValueSchema.duration(least: range.lowerBound.inWords, most: range.upperBound.inWords) }
        return Self(standIn: range.lowerBound, schema: schema()) { node, path, context in
            guard case .scalar(let scalar) = node, [.text, .integer].contains(scalar.kind) else {
                context.report("'\(path)' must be a duration such as 45m, not \(node.kindInWords)", at: node)
                return range.lowerBound
            }
            guard let duration = Duration(parsing: scalar.string) else {
                let hint = "write hours, minutes and seconds, such as 45m, 1h or 1h30m"
                context.report("'\(path)': \(Quoted(scalar.string)) is not a duration", at: node, hint: hint)
                return range.lowerBound
            }
            guard range.contains(duration) else {
                let limits = "from \(range.lowerBound.inWords) to \(range.upperBound.inWords)"
                context.report("'\(path)' must be \(limits), not \(Quoted(scalar.string))", at: node)
                return range.lowerBound
            }
            return duration
        }
    }
}

extension ValueReader where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// Reads one of the words of an enumeration.
    static func choice(standIn: Value, label: String = "") -> Self {
        choice(among: Array(Value.allCases), standIn: standIn, label: label)
    }

    /// Reads one of some of the words of an enumeration.
    static func choice(among values: [Value], standIn: Value, label: String = "") -> Self {
        Self(standIn: standIn, schema: .words(values.map(\.rawValue))) { node, path, context in
            let words = values.map(\.rawValue)
            let expected = words.count == 1 ? "'\(words[0])'" : "one of " + words.joined(separator: ", ")
            guard case .scalar(let scalar) = node, ![.nothing].contains(scalar.kind) else {
                context.report("'\(path)' must be \(expected), not \(node.kindInWords)", at: node)
                return standIn
            }
            if let value = values.first(where: { $0.rawValue == scalar.string }) { return value }
            let nearest = NearestWord.of(scalar.string, among: words)
            context.report(
                label.isEmpty
                    ? "'\(path)' must be \(expected), not \(Quoted(scalar.string))"
                    : "unknown \(label) \(Quoted(scalar.string)) in '\(path)'",
                at: node,
                hint: nearest.map { "did you mean '\($0)'?" }
                    ?? (label.isEmpty ? nil : "known are " + words.joined(separator: ", "))
            )
            return standIn
        }
    }
}
