import Glibc
import SystemPackage

/// Reads a directory beside a recipe with all that is in it, and nothing that lies outside the recipe's directory.
///
/// As for ``InjectedSource``, no symbolic link is followed; one in the tree is refused.
enum InjectedTree {
    /// The number of entries above which a tree is refused.
    static let most = 5000

    /// Reads a tree: directories before what is in them, everything in the order of its names.
    ///
    /// Of permissions only this is kept: whether the owner may execute a file, since the rest is what some umask made of it.
    static func read(
        _ name: String,
        below directory: FilePath
    ) throws(InjectedSource.Refusal) -> [Recipe.Customization.TreeEntry] {
        do {
            var folder = try FileDescriptor.open(directory, .readOnly, options: [.directory, .closeOnExec])
            defer { try? folder.close() }
            for component in name.split(separator: "/").filter({ $0 != "." }).map(String.init) {
                let next = try InjectedSource.open(component, in: folder, O_DIRECTORY)
                try? folder.close()
                folder = next
            }
            var entries: [Recipe.Customization.TreeEntry] = []
            var bytes = 0
            try add(folder, at: "", to: &entries, &bytes)
            return entries
        } catch let refusal as InjectedSource.Refusal {
            throw refusal
        } catch Errno.tooManySymbolicLinkLevels {
            throw InjectedSource.Refusal(reason: "is a symbolic link, or lies behind one")
        } catch Errno.notDirectory {
            throw InjectedSource.Refusal(reason: "is no directory, or a symbolic link to one")
        } catch Errno.noSuchFileOrDirectory {
            throw InjectedSource.Refusal(reason: "does not exist")
        } catch {
            throw InjectedSource.Refusal(reason: "cannot be read: \(error)")
        }
    }

    private static func add(
        _ folder: FileDescriptor,
        at path: String,
        to entries: inout [Recipe.Customization.TreeEntry],
        _ bytes: inout Int
    ) throws {
        for name in try names(in: folder) {
            let path = path.isEmpty ? name : "\(path)/\(name)"
            func refusal(_ reason: String) -> InjectedSource.Refusal {
                InjectedSource.Refusal(reason: "has \(Quoted(path)), which \(reason)")
            }
            guard entries.count < most else { throw InjectedSource.Refusal(reason: "has more than \(most) entries") }
            guard path.utf8.count <= 1024, !path.unicodeScalars.contains(where: Scalars.breaksLines) else {
                throw refusal("has a name that no file of a recipe should have")
            }
            let entry: FileDescriptor
            do {
                entry = try InjectedSource.open(name, in: folder, O_NONBLOCK)
            } catch Errno.tooManySymbolicLinkLevels {
                throw refusal("is a symbolic link; the step 'link' makes one")
            } catch let error as Errno {
                throw refusal("cannot be read: \(error)")
            }
            defer { try? entry.close() }
            var status = stat()
            guard fstat(entry.rawValue, &status) == 0 else { throw Errno(rawValue: errno) }
            switch status.st_mode & S_IFMT {
            case S_IFDIR:
                entries.append(.init(path: path, mode: 0o755, contents: nil))
                try add(entry, at: path, to: &entries, &bytes)
            case S_IFREG:
                let contents: [UInt8]
                do {
                    contents = try InjectedSource.bytes(of: entry, atMost: InjectedSource.treeLimit - bytes)
                } catch let inner as InjectedSource.Refusal {
                    throw inner.reason.hasPrefix("has more")
                        ? InjectedSource.Refusal(reason: Self.tooLarge) : refusal(inner.reason)
                }
                bytes += contents.count
                let mode: UInt16 = status.st_mode & S_IXUSR == 0 ? 0o644 : 0o755
                entries.append(.init(path: path, mode: mode, contents: .init(bytes: contents)))
            default: throw refusal("is neither a file nor a directory")
            }
        }
    }

    private static let tooLarge = "has more than \(ByteCount(bytes: Int64(InjectedSource.treeLimit))) in all"

    private static func names(in folder: FileDescriptor) throws -> [String] {
        // The stream takes the descriptor over.
        let copy = openat(folder.rawValue, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard copy >= 0, let stream = fdopendir(copy) else { throw Errno(rawValue: errno) }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(validating: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard let name else { throw InjectedSource.Refusal(reason: "has a name that is no UTF-8 text") }
            if name != ".", name != ".." { names.append(name) }
            guard names.count <= most else {
                throw InjectedSource.Refusal(reason: "has more than \(most) entries")
            }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
