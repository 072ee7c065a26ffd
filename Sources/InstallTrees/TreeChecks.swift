/// The judgements that remote and local trees share.
enum TreeChecks {
    /// The hexadecimal digits of a pin, which may have `sha256:` in front.
    ///
    /// - Throws: `pinMismatch` for something that no digest can ever be.
    static func digits(_ pin: String, _ location: String) throws(TreeError) -> String {
        let pin = pin.trimmed.lowercased()
        let digits = pin.hasPrefix("sha256:") ? String(pin.dropFirst("sha256:".count)) : pin
        guard digits.utf8.count == 64, digits.isHexadecimal else {
            throw TreeError(
                .pinMismatch,
                at: location,
                "the pin '\(pin.shortened)' is not a SHA-256 digest",
                hint: "'imagebake pin RECIPE' writes it: sha256: and 64 hexadecimal digits"
            )
        }
        return digits
    }

    /// Refuses a treeinfo or a medium that is not the pinned one.
    static func pin(
        _ pin: String?,
        _ digest: String,
        _ location: String,
        what: String = "the treeinfo"
    ) throws(TreeError) {
        guard let pin, case let wanted = try digits(pin, location), wanted != digest else { return }
        throw mismatch(wanted, digest, location, what)
    }

    static func mismatch(_ wanted: String, _ digest: String, _ location: String, _ what: String) -> TreeError {
        TreeError(
            .pinMismatch,
            at: location,
            "\(location) is not \(what) that the recipe pins",
            cause: "expected sha256:\(wanted), got sha256:\(digest)",
            hint: "the tree has changed or the mirror is not to be trusted; compare with the vendor's site, and only "
                + "then take the new one by 'imagebake pin RECIPE'"
        )
    }

    /// Compares a file with its checksum.
    static func verify(
        _ digests: [Checksum.Algorithm: String],
        _ checksum: Checksum?,
        file: String,
        location: String,
        progress: (TreeFetchEvent) -> Void
    ) throws(TreeError) {
        guard let checksum else {
            progress(.warning("the treeinfo has no checksum for \(file): it was not verified"))
            return
        }
        let got = digests[checksum.algorithm] ?? ""
        guard got == checksum.hex else {
            throw TreeError(
                .checksumMismatch,
                at: location,
                "\(file) is not what the treeinfo promises: \(location)",
                cause: "expected \(checksum), got \(checksum.algorithm.rawValue):\(got)",
                hint: "nothing was kept; the mirror may be in the middle of an update, or damaged: try again, then "
                    + "another one"
            )
        }
        if checksum.isWeak {
            progress(
                .warning("\(file) is verified by \(checksum.algorithm.rawValue) only, which does not stop an attacker")
            )
        }
        progress(.verified(file: file, checksum: checksum, by: .treeinfo))
    }

    static func verification(_ checksums: Checksum?...) -> InstallTree.Verification {
        let present = checksums.compactMap(\.self)
        if present.count < checksums.count { return .none }
        return present.contains(where: \.isWeak) ? .weak : .strong
    }

    /// The algorithms that a file needs: SHA-256 for the fingerprint, and its checksum's.
    static func algorithms(_ checksum: Checksum?) -> Set<Checksum.Algorithm> {
        Set([.sha256] + [checksum?.algorithm].compactMap(\.self))
    }
}
