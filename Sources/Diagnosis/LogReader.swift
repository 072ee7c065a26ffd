/// Reads the console and the logs of an install line by line, and says what known failures and questions mean.
///
/// Bounded in memory whatever comes in: it keeps one line of each source and at most 64 diagnoses. A line must not be longer
/// than `LogLines.longestLine`.
public struct LogReader: Sendable {
    /// A diagnosis whose detail is expected on the next lines.
    private struct Pending: Sendable {
        let pattern: Int
        let captures: [String: String]
        let index: Int
        var lines: [String] = []
        var patience = 4
    }

    private struct Stream: Sendable {
        var previous: [UInt8] = []
        var number = 0
        var pending: Pending?
    }

    private static let mostOfOneKind = 3
    private static let mostOfAll = 64
    private static let mostOccurrences = 64
    /// Anaconda's text mode breaks its words at 80 columns.
    private static let wrappedLength = 60...81

    private let table: PatternTable
    private let kickstart: KickstartText?
    private var streams: [Stream]
    private var occurrences: [Int]
    /// How often a pattern was seen with one value of what must repeat.
    private var repetitions: [String: Int] = [:]
    private var found: [Int]
    private var hits: [Int] = []
    private var clean: [UInt8] = []
    private var joined: [UInt8] = []

    /// What was seen so far, in order; hints among it.
    public private(set) var diagnoses: [Diagnosis] = []

    /// Creates a reader.
    ///
    /// - Parameter kickstart: The rendered kickstart, in which the line that a diagnosis is about is looked for.
    public init(kickstart: String? = nil) {
        self.init(kickstart: kickstart, table: .shared)
    }

    init(kickstart: String?, table: PatternTable) {
        self.table = table
        self.kickstart = kickstart.map { KickstartText($0) }
        streams = [Stream](repeating: Stream(), count: LogSource.allCases.count)
        occurrences = [Int](repeating: 0, count: table.patterns.count)
        found = occurrences
    }

    /// The root cause so far: nil until something ended the install.
    public var best: Diagnosis? { Diagnosis.best(of: diagnoses).map { diagnoses[$0] } }

    /// Takes the next line; returns what it means where the install cannot go on after it.
    ///
    /// What follows may tell the cause: wait a second for more lines, then ask `best`.
    ///
    /// - Parameters:
    ///   - line: The line, without escape sequences.
    ///   - number: Its number, from 1.
    ///   - source: Where it comes from.
    public mutating func read(_ line: String, number: Int, from source: LogSource) -> Diagnosis? {
        var line = line
        return line.withUTF8 { scan($0, number, source) }
    }

    /// Takes the next line as it came: with escape sequences, control characters, carriage returns and anything else.
    public mutating func read(_ line: UnsafeBufferPointer<UInt8>, number: Int, from source: LogSource) -> Diagnosis? {
        var line = line
        while line.last == 0x0D { line = UnsafeBufferPointer(rebasing: line.dropLast()) }
        if ConsoleText.isPlain(line) { return scan(line, number, source) }
        var result: Diagnosis?
        for part in line.split(separator: 0x0D, omittingEmptySubsequences: true) {
            clean.removeAll(keepingCapacity: true)
            ConsoleText.append(UnsafeBufferPointer(rebasing: part), to: &clean)
            let text = clean
            let diagnosis = text.withUnsafeBufferPointer { scan($0, number, source) }
            result = result ?? diagnosis
        }
        return result
    }

    /// Looks whether the guest waits for a person.
    ///
    /// Call it while nothing comes. What it finds is among `diagnoses` afterwards; `best` may be a hint of why it waits.
    ///
    /// - Parameters:
    ///   - partial: What came after the last line feed: a question has none at its end.
    ///   - number: The number of the line that it begins.
    ///   - silence: For how long nothing has come.
    ///   - source: Where it comes from.
    public mutating func prompt(
        _ partial: String,
        number: Int,
        silence: Duration,
        from source: LogSource
    ) -> Diagnosis? {
        let stream = streams[source.index]
        var text = Array(ConsoleText.trimmed(Self.withoutStatusLine(Array(partial.utf8))[...]))
        var number = number
        var candidates: [[UInt8]] = []
        if text.isEmpty {
            number = stream.number
            text = stream.previous
        } else if !stream.previous.isEmpty {
            candidates.append(stream.previous + [0x20] + text)
        }
        candidates.insert(text, at: 0)
        for candidate in candidates where !candidate.isEmpty {
            hits.removeAll(keepingCapacity: true)
            candidate.withUnsafeBufferPointer { table.waiting.needles.find(in: $0, &hits) }
            guard !hits.isEmpty else { continue }
            let view = LineView(candidate)
            for hit in Set(hits).sorted() {
                let entry = table.waiting.entries[hit]
                let pattern = table.patterns[entry.pattern]
                guard pattern.isFor(source), silence >= .seconds(pattern.silence),
                    !isExcluded(pattern, view), let match = entry.template.match(view)
                else { continue }
                return report(entry.pattern, match.captures, view, number, source)
            }
        }
        return nil
    }

    /// Ends the reading: a diagnosis that waited for its detail has to do without.
    public mutating func finish() {
        for index in streams.indices { complete(index) }
    }

    // MARK: - One line

    private mutating func scan(_ text: UnsafeBufferPointer<UInt8>, _ number: Int, _ source: LogSource) -> Diagnosis? {
        let index = source.index
        var result: Diagnosis?
        hits.removeAll(keepingCapacity: true)
        table.reading.needles.find(in: text, &hits)
        if streams[index].pending != nil { takeDetail(text, index) }
        forgetExhausted(source)
        if !hits.isEmpty { result = evaluate(Array(text), number, source, boundary: nil) }
        if Self.wrappedLength.contains(streams[index].previous.count), let first = text.first, !Self.beginsStamp(first),
            let before = streams[index].previous.first, !Self.beginsStamp(before)
        {
            let boundary = streams[index].previous.count
            joined.removeAll(keepingCapacity: true)
            joined += streams[index].previous
            joined.append(0x20)
            joined.append(contentsOf: text.drop(while: ConsoleText.isSpace))
            hits.removeAll(keepingCapacity: true)
            joined.withUnsafeBufferPointer { table.reading.needles.find(in: $0, &hits) }
            forgetExhausted(source)
            if !hits.isEmpty {
                let diagnosis = evaluate(joined, number, source, boundary: boundary)
                result = result ?? diagnosis
            }
        }
        remember(text, number, index)
        return result
    }

    /// Leaves out what is for other sources, and what was seen so often that more of it tells nothing.
    private mutating func forgetExhausted(_ source: LogSource) {
        guard !hits.isEmpty else { return }
        hits.removeAll { hit in
            let pattern = table.reading.entries[hit].pattern
            let isTold = found[pattern] >= Self.mostOfOneKind && table.patterns[pattern].repeating == nil
            return isTold || occurrences[pattern] >= Self.mostOccurrences
                || !table.patterns[pattern].isFor(source)
        }
    }

    /// A time stamp stands in front of a line of a log, never of a line of text mode.
    private static func beginsStamp(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "[") || (0x30...0x39).contains(byte) }

    private mutating func remember(_ text: UnsafeBufferPointer<UInt8>, _ number: Int, _ index: Int) {
        var text = text
        while let first = text.first, ConsoleText.isSpace(first) {
            text = UnsafeBufferPointer(rebasing: text.dropFirst())
        }
        while let last = text.last, ConsoleText.isSpace(last) { text = UnsafeBufferPointer(rebasing: text.dropLast()) }
        guard !text.isEmpty else { return }
        streams[index].number = number
        streams[index].previous.removeAll(keepingCapacity: true)
        streams[index].previous.append(contentsOf: text)
    }

    private mutating func evaluate(
        _ bytes: [UInt8],
        _ number: Int,
        _ source: LogSource,
        boundary: Int?
    ) -> Diagnosis? {
        var view: LineView?
        var result: Diagnosis?
        var last = -1
        for hit in hits.count == 1 ? hits : Set(hits).sorted() {
            let entry = table.reading.entries[hit]
            let pattern = table.patterns[entry.pattern]
            guard entry.pattern != last else { continue }
            let line = view ?? LineView(bytes)
            view = line
            guard !isExcluded(pattern, line), let match = entry.template.match(line) else { continue }
            // Of two lines read as one, only what goes over the break is new.
            if let boundary, match.range.lowerBound > boundary || match.range.upperBound <= boundary { continue }
            last = entry.pattern
            let diagnosis = report(entry.pattern, match.captures, line, number, source)
            if let diagnosis, diagnosis.isFatal { result = result ?? diagnosis }
        }
        return result
    }

    private func isExcluded(_ pattern: FailurePattern, _ line: LineView) -> Bool {
        pattern.unless.contains { Template.find($0, in: line.lower, from: 0) != nil }
    }

    // MARK: - Diagnoses

    private mutating func report(
        _ index: Int,
        _ captures: [String: String],
        _ line: LineView,
        _ number: Int,
        _ source: LogSource
    ) -> Diagnosis? {
        let pattern = table.patterns[index]
        occurrences[index] += 1
        let text = String(decoding: line.bytes, as: UTF8.self)
        let weight = times(index, captures) < pattern.times ? .hint : pattern.weight
        let diagnosis = diagnosis(pattern, weight, captures, String(text.trimmed.prefix(240)), number, source)
        // Said once is enough; but what was a hint may have become more.
        if let same = diagnoses.firstIndex(where: { $0.id == diagnosis.id && $0.sentence == diagnosis.sentence }) {
            if diagnoses[same].weight == diagnosis.weight { return nil }
            diagnoses[same] = diagnosis
            return diagnosis
        }
        found[index] += 1
        guard diagnoses.count < Self.mostOfAll else { return diagnosis }
        if pattern.detailFollows, captures[FailurePattern.detail] == nil {
            complete(source.index)
            streams[source.index].pending = Pending(pattern: index, captures: captures, index: diagnoses.count)
        }
        diagnoses.append(diagnosis)
        return diagnosis
    }

    /// How often a pattern was seen: in all, or about one thing.
    private mutating func times(_ index: Int, _ captures: [String: String]) -> Int {
        let pattern = table.patterns[index]
        guard let name = pattern.repeating, let value = captures[name] else { return occurrences[index] }
        let key = "\(pattern.id) \(value)"
        guard repetitions[key] != nil || repetitions.count < Self.mostOfAll else { return 1 }
        repetitions[key, default: 0] += 1
        return repetitions[key] ?? 1
    }

    private func diagnosis(
        _ pattern: FailurePattern,
        _ weight: Diagnosis.Weight,
        _ captures: [String: String],
        _ text: String,
        _ number: Int,
        _ source: LogSource
    ) -> Diagnosis {
        var kickstartLine = captures[FailurePattern.kickstartLine].flatMap { Int($0) }
        if kickstartLine == nil, let place = pattern.place, let value = captures[place.capture] {
            kickstartLine = kickstart?.line(of: place.subject, value.cleaned)
        }
        // Without its detail it explains nothing.
        let hasDetail = !(captures[FailurePattern.detail]?.cleaned.isEmpty ?? true)
        let weight = weight == .general && pattern.detailFollows && !hasDetail ? .symptom : weight
        var sentence = pattern.sentence.filled(captures)
        if let kickstartLine { sentence += " (kickstart line \(kickstartLine))" }
        return Diagnosis(
            id: pattern.id,
            kind: pattern.kind,
            weight: weight,
            topic: pattern.topic,
            sentence: sentence,
            next: pattern.next.filled(captures),
            source: source,
            line: number,
            text: text,
            kickstartLine: kickstartLine
        )
    }

    // MARK: - Details on the following lines

    private mutating func takeDetail(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int) {
        guard var pending = streams[index].pending else { return }
        let line = LineView(Array(bytes))
        let text = String(decoding: ConsoleText.trimmed(line.bytes[(line.starts.first ?? 0)...]), as: UTF8.self)
        let isSeparator = !text.contains { $0 != "=" && $0 != "-" && $0 != "." && $0 != "#" }
        if isSeparator {
            pending.patience -= 1
        } else {
            // Anaconda says it twice in a row.
            let again = "Non interactive installation failed: "
            pending.lines.append(text.hasPrefix(again) ? String(text.dropFirst(again.count)) : text)
        }
        streams[index].pending = pending
        let length = pending.lines.reduce(0) { $0 + $1.utf8.count }
        if isSeparator && !pending.lines.isEmpty || pending.patience <= 0 || pending.lines.count >= 3 || length > 160 {
            complete(index)
        } else if !isSeparator {
            update(pending)
        }
    }

    private mutating func complete(_ index: Int) {
        guard let pending = streams[index].pending else { return }
        streams[index].pending = nil
        update(pending)
    }

    private mutating func update(_ pending: Pending) {
        guard !pending.lines.isEmpty, diagnoses.indices.contains(pending.index) else { return }
        let old = diagnoses[pending.index]
        var captures = pending.captures
        captures[FailurePattern.detail] = pending.lines.joined(separator: " ")
        let pattern = table.patterns[pending.pattern]
        diagnoses[pending.index] = diagnosis(pattern, pattern.weight, captures, old.text, old.line, old.source)
    }

    /// Anaconda's tmux draws its status line after the question: `[anaconda]1:main* 2:shell ...`.
    private static func withoutStatusLine(_ bytes: [UInt8]) -> [UInt8] {
        for status in ["[anaconda]1:main", "[anaconda] 1:main"] {
            if let start = Template.find(Array(status.utf8), in: bytes, from: 0) { return Array(bytes[..<start]) }
        }
        return bytes
    }
}

extension LogSource {
    fileprivate var index: Int {
        switch self {
        case .console: 0
        case .anaconda: 1
        case .program: 2
        case .unknown: 3
        }
    }
}

extension Substring {
    /// Whether a character is a quotation mark that belongs to none other in the text.
    fileprivate func hasLoneQuote(_ character: Character) -> Bool {
        "'\"".contains(character) && count(where: { $0 == character }) % 2 == 1
    }
}

extension String {
    fileprivate var trimmed: String { String(decoding: ConsoleText.trimmed(Array(utf8)[...]), as: UTF8.self) }

    /// What a capture is, without the punctuation that ends a sentence, and not longer than a sentence.
    fileprivate var cleaned: String {
        var text = trimmed[...]
        while let last = text.last, ".,:;]".contains(last) || text.hasLoneQuote(last) { text.removeLast() }
        while let first = text.first, text.hasLoneQuote(first) { text.removeFirst() }
        if let quote = text.first, "'\"".contains(quote), text.last == quote, text.count(where: { $0 == quote }) == 2 {
            text = text.dropFirst().dropLast()
        }
        return text.count > 160 ? "\(text.prefix(157))..." : String(text)
    }

    /// A sentence with captures instead of names in braces.
    fileprivate func filled(_ captures: [String: String]) -> String {
        var text = self
        let suffix = ": {\(FailurePattern.detail)}"
        if text.hasSuffix(suffix), captures[FailurePattern.detail]?.cleaned.isEmpty ?? true {
            text.removeLast(suffix.count)
        }
        // In one pass: a capture may hold braces of its own.
        var result = ""
        var rest = text[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            result += rest[..<open]
            result += captures[String(rest[rest.index(after: open)..<close])]?.cleaned ?? ""
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }
}
