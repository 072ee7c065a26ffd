import SystemPackage

/// The checksums that an ISO image must match, and what they are worth.
struct MediumCheck {
    private let path: FilePath
    private let expected: [(checksum: Checksum, voucher: Voucher)]
    /// What a match proves.
    let trust: TreeTrust

    /// Reads what the recipe names; a CHECKSUM file is verified before a word of it counts.
    init(_ medium: MediumTrust, of path: FilePath) async throws(TreeError) {
        self.path = path
        var expected: [(checksum: Checksum, voucher: Voucher)] = []
        var trust = TreeTrust.local
        if let checksum = medium.checksum {
            guard !checksum.isWeak else {
                throw TreeError(
                    .malformedChecksums,
                    at: path.string,
                    "\(checksum.algorithm.rawValue) cannot vouch for \(path)",
                    hint: "give its sha256 or sha512"
                )
            }
            expected.append((checksum, .recipe))
            trust = .pinned
        }
        if let file = medium.checksumFile {
            let text: String
            let voucher: Voucher
            if let key = medium.key {
                let signed = try await SignedText.verified(file, signature: medium.signature, key: key)
                text = signed.text
                voucher = .signed(file, key: signed.fingerprint)
                trust = .signed
            } else {
                text = try SignedText.unverified(file)
                voucher = .checksumFile(file)
                trust = max(trust, .checksummed)
            }
            let name = path.lastComponent?.string ?? ""
            expected.append((try ChecksumFile(parsing: text, location: file.string).checksum(of: name), voucher))
        } else if let key = medium.key {
            throw TreeError(
                .missingChecksum,
                at: key.string,
                "there is a key, \(key), but no CHECKSUM file for it to verify",
                hint: "give the vendor's CHECKSUM file with the key"
            )
        }
        self.expected = expected
        self.trust = trust
    }

    /// SHA-256 for the cache and the pin, and whatever else is asked for.
    var algorithms: Set<Checksum.Algorithm> { Set(expected.map(\.checksum.algorithm)).union([.sha256]) }

    /// Whether anything must match.
    var isDemanding: Bool { !expected.isEmpty }

    func verify(
        _ digests: [Checksum.Algorithm: String],
        _ progress: (TreeFetchEvent) -> Void
    ) throws(TreeError) {
        for (checksum, voucher) in expected {
            let got = digests[checksum.algorithm] ?? ""
            guard got == checksum.hex else {
                throw TreeError(
                    .checksumMismatch,
                    at: path.string,
                    "\(path) is not what its checksum promises: \(Self.source(voucher))",
                    cause: "expected \(checksum), got \(checksum.algorithm.rawValue):\(got)",
                    hint: "the image is damaged, cut off or of another release: fetch it again"
                )
            }
            progress(.verified(file: path.lastComponent?.string ?? path.string, checksum: checksum, by: voucher))
        }
    }

    private static func source(_ voucher: Voucher) -> String {
        switch voucher {
        case .treeinfo, .recipe: "that of the recipe"
        case .checksumFile(let file): "that of \(file)"
        case .signed(let file, let key): "that of \(file), signed by \(key)"
        }
    }
}
