/// What becomes of a line.
enum LineChange {
    /// It stays as it is.
    case same
    /// It goes, and its line break with it.
    case gone
    /// It has this text instead, and the line break that it had.
    case changed([UInt8])
}

extension [UInt8] {
    /// A text with its lines changed, all other bytes as they are.
    ///
    /// - Parameter change: Takes a line without its break, and its number from 1.
    func replacingLines(_ change: (ArraySlice<UInt8>, Int) -> LineChange) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(count)
        var start = startIndex
        var number = 0
        while start < endIndex {
            number += 1
            let newline = self[start...].firstIndex(of: UInt8(ascii: "\n"))
            let end = newline.map { $0 + 1 } ?? endIndex
            switch change(self[start..<(newline ?? endIndex)], number) {
            case .same: result += self[start..<end]
            case .gone: break
            case .changed(let line): result += line + self[(newline ?? endIndex)..<end]
            }
            start = end
        }
        return result
    }
}
