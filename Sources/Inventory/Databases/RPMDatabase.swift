/// The three formats in which rpm keeps its packages.
public enum RPMDatabase {
    /// A format.
    public enum Format: String, Sendable, CaseIterable {
        /// SQLite, `rpmdb.sqlite`: EL 9, Fedora from 33.
        case sqlite
        /// rpm's own, `Packages.db`: openSUSE and SLE from 15.
        case ndb
        /// A hash of Berkeley DB, `Packages`: EL 5 to 8, older Fedora and SLE.
        case bdb

        /// The name of its file.
        public var fileName: String {
            switch self {
            case .sqlite: "rpmdb.sqlite"
            case .ndb: "Packages.db"
            case .bdb: "Packages"
            }
        }
    }

    /// More packages than this has no system.
    static let maximumPackages = 200_000

    /// Reads the packages, sorted.
    ///
    /// - Parameters:
    ///   - source: The database's file.
    ///   - format: Its format, which its name tells.
    ///   - log: For SQLite what lies in `rpmdb.sqlite-wal`, if anything.
    /// - Throws: ``InventoryError``.
    public static func packages(
        _ source: any ByteSource,
        format: Format,
        log: (any ByteSource)? = nil
    ) throws(InventoryError) -> [InstalledPackage] {
        var packages: [InstalledPackage] = []
        func add(_ blob: [UInt8]) throws(InventoryError) {
            guard packages.count < maximumPackages else {
                throw InventoryError(.tooLarge, "the database has more than \(maximumPackages) packages")
            }
            packages.append(try RPMHeader(blob).package())
        }
        switch format {
        case .sqlite: try SQLiteFile(source, log: log).forEachBlob(ofTable: "Packages", body: add)
        case .ndb: try NDBFile(source).forEachBlob(add)
        case .bdb: try BerkeleyHash(source).forEachBlob(add)
        }
        return packages.sorted()
    }
}
