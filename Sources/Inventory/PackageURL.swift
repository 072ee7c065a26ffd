/// The URL of a package in the form of the package-url specification (github.com/package-url/purl-spec).
public struct PackageURL: Sendable, Hashable, CustomStringConvertible {
    private let text: String

    /// The URL of an installed package.
    ///
    /// The type's own rules (types/rpm, deb and apk of the specification): rpm has its epoch as a qualifier and keeps the case
    /// of names, deb has the epoch in the version, deb and apk have lower-case names. `upstream` names the source package, as Syft writes it.
    public init(_ package: InstalledPackage, in distribution: Distribution?) {
        var version = package.version
        var qualifiers: [(String, String)] = []
        if let architecture = package.architecture { qualifiers.append(("arch", architecture)) }
        if let distribution { qualifiers.append(("distro", distribution.qualifier)) }
        if package.kind == .rpm, let epoch = package.epoch {
            version = String(version.dropFirst(epoch.count + 1))
            qualifiers.append(("epoch", epoch))
        }
        if let source = package.source, source != package.name || package.sourceVersion != nil {
            qualifiers.append(("upstream", package.sourceVersion.map { "\(source)@\($0)" } ?? source))
        }
        let lower = package.kind != .rpm
        var text = "pkg:\(package.kind.rawValue)/"
        if let namespace = Self.namespace(package.kind, distribution) { text += "\(Self.encoded(namespace))/" }
        text += Self.encoded(lower ? package.name.lowercased() : package.name)
        if !version.isEmpty { text += "@\(Self.encoded(version))" }
        let list = qualifiers.filter { !$0.1.isEmpty }.map { "\($0.0)=\(Self.encoded($0.1))" }
        if !list.isEmpty { text += "?\(list.joined(separator: "&"))" }
        self.text = text
    }

    /// The URL in its canonical form.
    public var description: String { text }

    /// The namespace is the vendor.
    private static func namespace(_ kind: InstalledPackage.Kind, _ distribution: Distribution?) -> String? {
        guard let id = distribution?.id else {
            switch kind {
            case .deb: return "debian"
            case .apk: return "alpine"
            case .rpm: return nil
            }
        }
        if id == "rhel" { return "redhat" }
        if id.hasPrefix("opensuse") { return "opensuse" }
        if ["sles", "sled", "sle_hpc", "sles_sap", "sl-micro", "sle-micro"].contains(id) { return "suse" }
        return id
    }

    /// Percent-encoded but for unreserved characters and the colon (specification, "Rules for each purl component").
    private static func encoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"), UInt8(ascii: ":"):
                bytes.append(byte)
            default:
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
