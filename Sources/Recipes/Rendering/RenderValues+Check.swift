extension RenderValues {
    /// Checks that the values are what a kickstart for a recipe can take.
    ///
    /// No message repeats the hash.
    func check(for recipe: Recipe) throws(RenderError) {
        guard TextRule.name.accepts(bakeID) else {
            throw RenderError(.unfitValue, "the bake's id must be \(TextRule.name.requirement), not \(Quoted(bakeID))")
        }
        let isHash =
            rootPasswordHash.hasPrefix("$6$")
            && rootPasswordHash.unicodeScalars.allSatisfy { $0.isASCIIWord || "$./=".unicodeScalars.contains($0) }
        guard isHash else { throw RenderError(.unfitValue, "root's password is not given as a SHA-512 crypt hash") }
        try Self.check(location, what: "the location")
        if let mediumLabel {
            // A backslash begins what udev writes for a character that an argument cannot have.
            try Self.check(mediumLabel.replacing("\\x", with: "_"), what: "the label of the medium")
        }
        if let payload {
            try Self.check(payload.url, what: "the payload's URL")
            let isDigest = payload.checksum.count == 64 && payload.checksum.allSatisfy(\.isHexDigit)
            guard isDigest else { throw RenderError(.unfitValue, "the payload's checksum is not a SHA-256 digest") }
        } else if recipe.os.dialect == .debian, recipe.install.kickstart == nil {
            throw RenderError(
                .missingPayload,
                "a kickstart for \(recipe.os.rawValue) needs the payload of its install tree"
            )
        }
    }

    /// The location stands on the kernel's command line too, where nothing can be quoted.
    private static func check(_ text: String, what: String) throws(RenderError) {
        let isFit =
            !text.isEmpty
            && text.unicodeScalars.allSatisfy { $0.isASCII && $0 > " " && !"\"'\\`$".unicodeScalars.contains($0) }
        guard isFit else { throw RenderError(.unfitValue, "\(what) has characters that no kernel argument can have") }
    }
}
