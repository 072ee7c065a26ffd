/// The lines of a CHECKSUM file: GNU's `hash  name` and `hash *name`, and BSD's `SHA256 (name) = hash`.
///
/// Lines that start with `#` are comments. Weak digests are left out: where MD5 stands beside SHA-256, as in old files,
/// SHA-256 counts. Source: coreutils, "cksum output modes"; Fedora's CHECKSUM files.
struct ChecksumFile {
    private static let maximumLines = 10_000

    private let location: String
    private var checksums: [String: Checksum] = [:]
    private var weak: Set<String> = []

    init(parsing text: String, location: String) throws(TreeError) {
        self.location = location
        let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
        guard lines.count <= Self.maximumLines else {
            throw malformed(Self.maximumLines, "more than \(Self.maximumLines) lines")
        }
        for (index, raw) in lines.enumerated() {
            let line = raw.trimmed
            if line.isEmpty || line.hasPrefix("#") { continue }
            guard let (name, checksum) = Self.bsd(line) ?? Self.gnu(line) else {
                throw malformed(index + 1, "neither 'hash  file' nor 'SHA256 (file) = hash'")
            }
            try add(name, checksum, index + 1)
        }
    }

    /// The strongest checksum of a file.
    ///
    /// - Throws: `missingChecksum`, which lists what the file has.
    func checksum(of name: String) throws(TreeError) -> Checksum {
        if let checksum = checksums[name] { return checksum }
        if weak.contains(name) {
            throw TreeError(
                .missingChecksum,
                at: location,
                "\(location) has only a weak checksum (MD5 or SHA-1) for \(name)",
                hint: "give the vendor's sha256 or sha512 file"
            )
        }
        let names = checksums.keys.sorted()
        throw TreeError(
            .missingChecksum,
            at: location,
            "\(location) has no checksum for \(name)",
            cause: names.isEmpty
                ? "it has none at all" : "it has them for \(names.joined(separator: ", "))".shortened,
            hint: "the image must have the name that its maker gave it"
        )
    }

    private mutating func add(_ name: String, _ checksum: Checksum, _ line: Int) throws(TreeError) {
        guard !checksum.isWeak else {
            weak.insert(name)
            return
        }
        guard let other = checksums[name] else {
            checksums[name] = checksum
            return
        }
        // Two different promises about one file cannot both be kept.
        if other.algorithm == checksum.algorithm, other != checksum {
            throw malformed(line, "'\(name.shortened)' has two different checksums")
        }
        if checksum.algorithm.byteCount > other.algorithm.byteCount { checksums[name] = checksum }
    }

    private static func bsd(_ line: String) -> (String, Checksum)? {
        guard let open = line.range(ofFirst: " ("), let close = line.range(ofFirst: ") = "),
            open.upperBound < close.lowerBound,
            let checksum = Checksum("\(line[..<open.lowerBound].replacing("-", with: "")):\(line[close.upperBound...])")
        else { return nil }
        return (String(line[open.upperBound..<close.lowerBound]), checksum)
    }

    private static func gnu(_ line: String) -> (String, Checksum)? {
        let hex = line.prefix { !$0.isWhitespace }
        let algorithm = Checksum.Algorithm.allCases.first { $0.byteCount * 2 == hex.utf8.count }
        guard let algorithm, let checksum = Checksum("\(algorithm.rawValue):\(hex)") else { return nil }
        var name = line[hex.endIndex...].trimmed
        if name.hasPrefix("*") { name.removeFirst() }
        if name.hasPrefix("./") { name.removeFirst(2) }
        return name.isEmpty ? nil : (name, checksum)
    }

    private func malformed(_ line: Int, _ message: String) -> TreeError {
        TreeError(
            .malformedChecksums,
            at: location,
            line: line,
            "\(location):\(line): \(message)",
            hint: "give the CHECKSUM file as the vendor publishes it"
        )
    }
}
