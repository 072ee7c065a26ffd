public import SystemPackage

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Where an install tree is: the base that its `.treeinfo` stands in.
public enum TreeSource: Sendable, Hashable, CustomStringConvertible {
    /// An http or https URL, as given.
    case url(String)
    /// A directory of this machine.
    case directory(FilePath)
    /// An ISO 9660 image of this machine.
    case iso(FilePath)

    /// Reads a location: `http://` and `https://` are URLs, `file:///` and everything else is a path, see ``local(_:)``.
    ///
    /// - Throws: `unsupportedSource` for an empty text, another scheme, a URL without a host, or with a query or a fragment.
    public init(_ text: String) throws(TreeError) {
        let text = text.trimmed
        guard !text.isEmpty, !text.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 }) else {
            throw TreeError(
                .unsupportedSource,
                at: text,
                "the location of the install tree is empty or holds control characters"
            )
        }
        guard let colon = text.range(ofFirst: "://") else {
            self = .local(FilePath(text))
            return
        }
        switch text[..<colon.lowerBound].lowercased() {
        case "http", "https":
            _ = try TreeURL(text)
            self = .url(text)
        case "file":
            // RFC 8089: the path starts after an empty host or "localhost".
            let rest = text[colon.upperBound...]
            let path = rest.hasPrefix("localhost/") ? rest.dropFirst("localhost".count) : rest
            guard path.hasPrefix("/"), let decoded = URLComponents(string: "file://\(path)")?.path else {
                throw TreeError(.unsupportedSource, at: text, "'\(text)' is not a file URL of this machine")
            }
            guard !decoded.unicodeScalars.contains(where: \.isControl) else {
                throw TreeError(.unsupportedSource, at: text, "'\(text)' names a path with control characters")
            }
            self = .local(FilePath(decoded))
        case let scheme:
            throw TreeError(
                .unsupportedSource,
                at: URLText.redacted(text),
                "an install tree cannot be read through '\(scheme)': \(URLText.redacted(text))",
                hint: "give an http or https URL, a directory or an ISO image"
            )
        }
    }

    /// A path of this machine: an ISO image where it is a regular file, or nothing with such a name, else a directory.
    public static func local(_ path: FilePath) -> TreeSource {
        let status = try? Files.statusIfPresent(path)
        let isImage = status.map(\.isRegular) ?? (path.extension?.lowercased() == "iso")
        return isImage ? .iso(path) : .directory(path)
    }

    var isImage: Bool { if case .iso = self { true } else { false } }

    /// The URL without user information, or the path.
    public var description: String {
        switch self {
        case .url(let text): URLText.redacted(text)
        case .directory(let path), .iso(let path): path.string
        }
    }
}
