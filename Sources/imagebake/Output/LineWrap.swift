/// Breaks lines where Python's textwrap does, which is what the openstack client fits its tables with: at spaces, after hyphens between letters,
/// around dashes, and within what is longer than a line, there after a hyphen if it has one.
enum LineWrap {
    /// The lines of a text without line breaks; none where it is all spaces.
    ///
    /// - Parameter width: The columns of a line, at least 1.
    static func lines(_ text: String, width: Int) -> [String] {
        var lines: [String] = []
        var rest = ArraySlice(chunks(Array(text)))
        while !rest.isEmpty {
            if !lines.isEmpty, let first = rest.first, isSpace(first) { rest.removeFirst() }
            var line: [Character] = []
            var columns = 0
            while let chunk = rest.first, columns + self.width(chunk) <= width {
                line += chunk
                columns += self.width(chunk)
                rest.removeFirst()
            }
            if let chunk = rest.first, self.width(chunk) > width {
                let count = end(of: chunk, in: width - columns, isLineEmpty: line.isEmpty)
                line += chunk.prefix(count)
                rest[rest.startIndex] = Array(chunk.dropFirst(count))
            }
            while line.last == " " { line.removeLast() }
            if !line.isEmpty { lines.append(String(line)) }
        }
        return lines
    }

    /// How many characters of a chunk that is longer than a line go into what is left of one.
    private static func end(of chunk: [Character], in room: Int, isLineEmpty: Bool) -> Int {
        var count = 0
        var columns = 0
        while count < chunk.count, columns + DisplayWidth.of(chunk[count]) <= room {
            columns += DisplayWidth.of(chunk[count])
            count += 1
        }
        if let hyphen = chunk.prefix(count).lastIndex(of: "-"), chunk.prefix(hyphen).contains(where: { $0 != "-" }) {
            return hyphen + 1
        }
        return count == 0 && isLineEmpty ? 1 : count
    }

    /// Runs of spaces and what stays together between them (textwrap.py, `wordsep_re`).
    private static func chunks(_ text: [Character]) -> [[Character]] {
        func at(_ index: Int, _ test: (Character) -> Bool) -> Bool { text.indices.contains(index) && test(text[index]) }
        func isLetter(_ index: Int) -> Bool { at(index) { $0.isLetter || $0 == "_" } }
        func isHyphen(_ index: Int) -> Bool { at(index) { $0 == "-" } }
        func isWord(_ index: Int) -> Bool { at(index) { $0.isLetter || $0.isNumber || $0 == "_" } }
        func isWordOrMark(_ index: Int) -> Bool { isWord(index) || at(index) { "!\"'&.,?".contains($0) } }
        /// Whether a line may end with the hyphen at an index.
        func endsPart(_ index: Int) -> Bool {
            guard isHyphen(index) else { return false }
            let isAfterLetters =
                isLetter(index - 1) && isLetter(index - 2)
                || isLetter(index - 3) && isHyphen(index - 2) && isWordOrMark(index - 1)
            return isAfterLetters && isLetter(index + 1)
                && (isLetter(index + 2) || isHyphen(index + 2) && isLetter(index + 3))
        }
        /// Where the dash that begins at an index ends.
        func endOfDash(_ index: Int) -> Int? {
            guard isHyphen(index), isHyphen(index + 1), isWordOrMark(index - 1) else { return nil }
            var end = index
            while isHyphen(end) { end += 1 }
            return isWord(end) ? end : nil
        }
        var chunks: [[Character]] = []
        var start = 0
        while start < text.count {
            var end = start + 1
            if text[start] == " " {
                while at(end, { $0 == " " }) { end += 1 }
            } else if let dash = endOfDash(start) {
                end = dash
            } else {
                while at(end, { $0 != " " }), endOfDash(end) == nil {
                    end += 1
                    if endsPart(end - 1) { break }
                }
            }
            chunks.append(Array(text[start..<end]))
            start = end
        }
        return chunks
    }

    private static func isSpace(_ chunk: [Character]) -> Bool { chunk.allSatisfy { $0 == " " } }

    private static func width(_ chunk: [Character]) -> Int { chunk.reduce(0) { $0 + DisplayWidth.of($1) } }
}
