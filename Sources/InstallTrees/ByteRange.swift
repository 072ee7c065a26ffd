/// The one range of a Range header that a file server answers.
struct ByteRange: Hashable {
    let first: Int64
    /// Inclusive.
    let last: Int64
    var count: Int64 { last - first + 1 }

    /// What a Range header asks of a file of `size` bytes.
    enum Request: Hashable {
        /// No range, several, or one in another unit: the whole file is sent, as RFC 9110, 14.2 allows.
        case whole
        case part(ByteRange)
        /// A range that starts beyond the end: status 416.
        case unsatisfiable
    }

    static func request(_ header: String?, size: Int64) -> Request {
        guard let header, header.hasPrefix("bytes="), !header.contains(",") else { return .whole }
        let ends = header.dropFirst("bytes=".count).split(
            separator: "-",
            maxSplits: 1,
            omittingEmptySubsequences: false
        ).map { String($0).trimmed }
        guard ends.count == 2, ends.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }) else { return .whole }
        switch (Int64(ends[0]), Int64(ends[1])) {
        case (let first?, let last?):
            guard first <= last else { return .whole }
            return first < size ? .part(ByteRange(first: first, last: min(last, size - 1))) : .unsatisfiable
        case (let first?, nil) where ends[1].isEmpty:
            return first < size ? .part(ByteRange(first: first, last: size - 1)) : .unsatisfiable
        case (nil, let suffix?) where ends[0].isEmpty:
            return suffix > 0 && size > 0
                ? .part(ByteRange(first: max(0, size - suffix), last: size - 1)) : .unsatisfiable
        default:
            return .whole
        }
    }
}
