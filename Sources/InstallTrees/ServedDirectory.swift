import Glibc
import SystemPackage

/// A directory whose regular files may be read by anyone, and nothing outside it.
struct ServedDirectory: Sendable {
    /// Why a request gets no file; the raw value is the HTTP status.
    enum Refusal: Int, Error {
        case badRequest = 400
        case forbidden = 403
        case notFound = 404
    }

    /// An open file of the directory.
    struct OpenFile: Sendable {
        let descriptor: FileDescriptor
        let status: Files.Status
    }

    /// Absolute, without symbolic links.
    private let root: String

    init(_ directory: FilePath) throws(TreeError) {
        guard try Files.status(directory).isDirectory, let real = Self.realPath(directory.string) else {
            throw TreeError(.notADirectory, at: directory.string, "\(directory) is not a directory")
        }
        root = real
    }

    /// Opens the file that a request target names.
    ///
    /// - Parameter target: as in a request line, in origin or absolute form, percent-encoded.
    func open(_ target: String) throws(Refusal) -> OpenFile {
        let path = try Self.path(target)
        let separator = root == "/" ? "" : root
        // Resolved first, so that nothing outside is even opened; checked again by the open file's own name, since a link
        // may change in between.
        guard let real = Self.realPath("\(separator)/\(path)") else { throw errno == EACCES ? .forbidden : .notFound }
        if real == root { throw .notFound }
        guard contains(real) else { throw .forbidden }
        let file: FileDescriptor
        do {
            file = try .open(FilePath(real), .readOnly, options: [.closeOnExec, .nonBlocking, .noFollow])
        } catch {
            throw (error as? Errno) == .permissionDenied ? .forbidden : .notFound
        }
        guard let opened = Self.realPath("/proc/self/fd/\(file.rawValue)"), contains(opened),
            let status = try? Files.status(file, FilePath(real)), status.isRegular
        else {
            try? file.close()
            throw .notFound
        }
        return OpenFile(descriptor: file, status: status)
    }

    private func contains(_ real: String) -> Bool { root == "/" || real.hasPrefix(root + "/") }

    /// The decoded path below the root; refuses `..` and NUL after decoding, where servers have been fooled before.
    static func path(_ target: String) throws(Refusal) -> String {
        var text = target[...]
        if let scheme = target.range(ofFirst: "://"), !target.hasPrefix("/") {
            // A proxy's request (RFC 9112, 3.2.2): every server must understand it.
            let rest = target[scheme.upperBound...]
            text = rest[(rest.firstIndex(of: "/") ?? rest.endIndex)...]
        }
        text = text.prefix { $0 != "?" && $0 != "#" }
        guard text.hasPrefix("/"), let decoded = decode(text) else { throw .badRequest }
        var components: [Substring] = []
        for component in decoded.split(separator: "/") where component != "." {
            guard component != "..", !component.utf8.contains(0) else { throw .badRequest }
            components.append(component)
        }
        return components.joined(separator: "/")
    }

    private static func decode(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = String(rest.prefix(2)) ?? ""
            guard digits.utf8.count == 2, digits.isHexadecimal, let value = UInt8(digits, radix: 16) else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func realPath(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
