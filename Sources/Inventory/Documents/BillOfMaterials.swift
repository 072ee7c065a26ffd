/// What is in an image, as a software bill of materials: written as SPDX 2.3 or CycloneDX 1.6.
///
/// The same values give the same bytes: time and tool come from the caller, the document's own id from the image's digest.
public struct BillOfMaterials: Sendable, Equatable {
    /// The forms in which it is written.
    public enum Form: String, Sendable, CaseIterable {
        /// SPDX 2.3, JSON (spdx.github.io/spdx-spec/v2.3).
        case spdx
        /// CycloneDX 1.6, JSON (cyclonedx.org/docs/1.6/json).
        case cyclonedx

        /// What the name of such a file ends with, after a dot.
        public var fileExtension: String {
            switch self {
            case .spdx: "spdx.json"
            case .cyclonedx: "cdx.json"
            }
        }
    }

    /// The image that it is about.
    public struct Subject: Sendable, Equatable {
        /// The image's name, that of its file for example.
        public var name: String
        /// The SHA-256 of the image file, 64 hexadecimal digits in lower case.
        public var sha256: String
        /// The version of the image, where it has one.
        public var version: String?

        /// Creates a subject.
        public init(name: String, sha256: String, version: String? = nil) {
            self.name = name
            self.sha256 = sha256
            self.version = version
        }
    }

    /// The image.
    public var subject: Subject
    /// The operating system in it.
    public var distribution: Distribution?
    /// What is installed.
    public var packages: [InstalledPackage]
    /// Whether the packages are all that the system's package manager has installed.
    public var isComplete: Bool
    /// When the document is made, in UTC: `2026-11-29T12:00:00Z`.
    public var created: String
    /// The program that makes it.
    public var tool: String
    /// The program's version.
    public var toolVersion: String

    /// Creates a bill of materials.
    public init(
        subject: Subject,
        distribution: Distribution?,
        packages: [InstalledPackage],
        isComplete: Bool = true,
        created: String,
        tool: String,
        toolVersion: String
    ) {
        self.subject = subject
        self.distribution = distribution
        self.packages = packages
        self.isComplete = isComplete
        self.created = created
        self.tool = tool
        self.toolVersion = toolVersion
    }

    /// The document.
    public func document(_ form: Form) -> String {
        switch form {
        case .spdx: SPDXDocument(self).json.rendered
        case .cyclonedx: CycloneDXDocument(self).json.rendered
        }
    }

    /// What is listed, each once, sorted: the keys that rpm keeps as packages are no software.
    var software: [InstalledPackage] {
        var seen: Set<InstalledPackage> = []
        return packages.filter { $0.isSoftware && seen.insert($0).inserted }.sorted()
    }

    /// An id for the document: a UUID of version 8 (RFC 9562) whose free bits are the first of the image's digest.
    ///
    /// - Parameter salt: Keeps the documents of one image apart; at most 32 bits of it count.
    func uuid(salt: UInt32) -> String {
        var bytes = [UInt8](repeating: 0, count: 16)
        let digits = Array(subject.sha256.utf8)
        for index in 0..<16 where index * 2 + 1 < digits.count {
            bytes[index] = UInt8(String(decoding: digits[(index * 2)...(index * 2 + 1)], as: UTF8.self), radix: 16) ?? 0
        }
        for index in 0..<4 { bytes[12 + index] ^= UInt8(truncatingIfNeeded: salt >> (24 - 8 * index)) }
        bytes[6] = bytes[6] & 0x0F | 0x80
        bytes[8] = bytes[8] & 0x3F | 0x80
        let hex = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
        let ends = [4, 6, 8, 10, 16]
        return zip([0] + ends, ends).map { hex[$0..<$1].joined() }.joined(separator: "-")
    }
}
