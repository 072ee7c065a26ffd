/// dpkg's record of what is installed: `/var/lib/dpkg/status` and, in images without dpkg, `/var/lib/dpkg/status.d/*`.
public enum DpkgDatabase {
    /// More bytes than this has no status file.
    public static let maximumSize = 256 << 20
    static let maximumPackages = 200_000

    /// The states in which a package's files are there (dpkg(1), "Package states").
    private static let present: Set<String> = [
        "installed", "triggers-pending", "triggers-awaited", "half-configured", "unpacked",
    ]

    /// Reads the packages whose files are there, in the file's order.
    ///
    /// - Parameters:
    ///   - status: The file's content.
    ///   - isComplete: Whether each paragraph states its status; the files of `status.d` do not, and name what is installed.
    /// - Throws: ``InventoryError``.
    public static func packages(
        status: [UInt8],
        isComplete: Bool = true
    ) throws(InventoryError) -> [InstalledPackage] {
        guard status.count <= maximumSize else {
            throw InventoryError(.tooLarge, "the status file has \(status.count) bytes")
        }
        guard status.isEmpty || !status.prefix(1 << 16).contains(0) else {
            throw InventoryError(.corrupt, "the status file of dpkg is no text")
        }
        var packages: [InstalledPackage] = []
        let fields: Set<String> = ["package", "status", "version", "architecture", "maintainer", "source"]
        try ControlFile.forEachParagraph(of: status, keeping: fields) { paragraph throws(InventoryError) in
            guard let name = paragraph["package"], !name.isEmpty else {
                throw InventoryError(.corrupt, "a paragraph of dpkg's status file names no package")
            }
            if let state = paragraph["status"]?.split(separator: " ").last {
                guard present.contains(String(state)) else { return }
            } else if isComplete {
                throw InventoryError(.corrupt, "dpkg's status file states no status of \(name)")
            }
            guard let version = paragraph["version"], !version.isEmpty else {
                throw InventoryError(.corrupt, "dpkg's status file gives no version of \(name)")
            }
            guard packages.count < maximumPackages else {
                throw InventoryError(.tooLarge, "the status file has more than \(maximumPackages) packages")
            }
            let (source, sourceVersion) = Self.source(paragraph["source"])
            packages.append(
                InstalledPackage(
                    kind: .deb,
                    name: name,
                    version: version,
                    architecture: paragraph["architecture"],
                    vendor: paragraph["maintainer"],
                    source: source,
                    sourceVersion: sourceVersion
                )
            )
        }
        return packages
    }

    /// `glibc (2.36-9)`, or the name alone where the version is the package's own.
    private static func source(_ field: String?) -> (String?, String?) {
        guard let parts = field?.split(separator: " ", maxSplits: 1), let name = parts.first else { return (nil, nil) }
        guard parts.count == 2, parts[1].hasPrefix("("), parts[1].hasSuffix(")") else { return (String(name), nil) }
        return (String(name), String(parts[1].dropFirst().dropLast()))
    }
}
