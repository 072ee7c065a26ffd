import DiskImages
import SystemPackage

/// Whether a file is in the format that it is said to be in, and may be given to a cloud.
enum FormatCheck {
    /// Refuses a file that Glance would refuse later.
    ///
    /// - Returns: The size of the disk inside in bytes; nil where the format does not tell it.
    /// - Throws: ``DiskImageError`` of the gate, or ``RegistryError`` for a format that there is not.
    static func require(_ file: FilePath, _ format: DiskFormatName) throws -> Int64? {
        guard let declared = DeclaredFormat(rawValue: format.rawValue) else {
            // An operator may have named one of their own, of which the gate knows nothing; its Glance looks at it.
            return nil
        }
        let verdict = try FormatGate.require(file, declared: declared)
        return format.isAmazon || declared == .ploop ? nil : verdict.virtualSize
    }

    /// The size of the disk inside in bytes; of what is no disk the size of the file.
    static func virtualSize(_ file: FilePath, _ format: DeclaredFormat) throws -> Int64 {
        try FormatGate.require(file, declared: format).virtualSize ?? 0
    }
}
