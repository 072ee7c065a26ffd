/// apk's record of what is installed: `/lib/apk/db/installed`, or `/usr/lib/apk/db/installed` from Alpine 3.23 on.
public enum ApkDatabase {
    /// More bytes than this has no such file.
    public static let maximumSize = 256 << 20
    static let maximumPackages = 200_000

    /// Reads the packages, in the file's order: one field a line, its letter before a colon, an empty line after each package.
    ///
    /// - Throws: ``InventoryError``.
    public static func packages(installed: [UInt8]) throws(InventoryError) -> [InstalledPackage] {
        guard installed.count <= maximumSize else {
            throw InventoryError(.tooLarge, "the database of apk has \(installed.count) bytes")
        }
        guard !installed.prefix(1 << 16).contains(0) else {
            throw InventoryError(.corrupt, "the database of apk is no text")
        }
        var packages: [InstalledPackage] = []
        var fields: [UInt8: String] = [:]
        func finish() throws(InventoryError) {
            guard !fields.isEmpty else { return }
            guard let name = fields[UInt8(ascii: "P")], let version = fields[UInt8(ascii: "V")], !name.isEmpty else {
                throw InventoryError(.corrupt, "a package in the database of apk has no name or no version")
            }
            guard packages.count < maximumPackages else {
                throw InventoryError(.tooLarge, "the database of apk has more than \(maximumPackages) packages")
            }
            func optional(_ letter: Character) -> String? {
                letter.asciiValue.flatMap { fields[$0] }.flatMap { $0.isEmpty ? nil : $0 }
            }
            packages.append(
                InstalledPackage(
                    kind: .apk,
                    name: name,
                    version: version,
                    architecture: optional("A"),
                    licenses: optional("L").map { [$0] } ?? [],
                    vendor: optional("m"),
                    source: optional("o")
                )
            )
            fields = [:]
        }
        // Not split at once: a file of nothing but newlines would take many times its size.
        var start = installed.startIndex
        while start < installed.endIndex {
            let end = installed[start...].firstIndex(of: UInt8(ascii: "\n")) ?? installed.endIndex
            let line = installed[start..<end]
            start = end + 1
            guard let letter = line.first else {
                try finish()
                continue
            }
            // The lower-case letters below a package are of its files; of those of the package each comes once, first.
            guard line.dropFirst().first == UInt8(ascii: ":"), fields[letter] == nil,
                "PVALmo".utf8.contains(letter)
            else { continue }
            fields[letter] = CleanText.line(line.dropFirst(2))
        }
        try finish()
        return packages
    }
}
