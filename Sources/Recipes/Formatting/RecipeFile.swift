import Glibc
public import SystemPackage

/// The file of a recipe, for those who write one.
public enum RecipeFile {
    /// Reads the bytes of a recipe's file.
    ///
    /// - Throws: Why it cannot be read; the exit status says of what kind that is.
    public static func read(_ path: FilePath) throws(RecipeProblems) -> [UInt8] {
        try RecipeBytes.read(path, name: path.string)
    }

    /// Puts a text in the place of a file's content: whole or not at all.
    ///
    /// The text is written beside the file and renamed. A symbolic link stays one, and what it leads to is replaced; permissions stay.
    ///
    /// - Throws: Why it cannot be written; the file is as it was.
    public static func replace(_ path: FilePath, with text: String) throws(RecipeProblems) {
        guard let resolved = realpath(path.string, nil) else { throw problem(path, Errno(rawValue: errno)) }
        defer { free(resolved) }
        let target = FilePath(platformString: resolved)
        var status = stat()
        guard stat(target.string, &status) == 0 else { throw problem(path, Errno(rawValue: errno)) }
        // What is not writable is not to be changed, though its directory would let it be replaced.
        guard access(target.string, W_OK) == 0 else { throw problem(path, Errno(rawValue: errno)) }
        try write(text, to: target, mode: status.st_mode & 0o7777, owner: (status.st_uid, status.st_gid), named: path) {
            rename($0, target.string)
        }
    }

    /// Writes a new file.
    ///
    /// - Parameter overwrites: Whether one that is there is replaced.
    /// - Throws: Why it cannot be written; `EX_USAGE` (64) where there is a file and it is not to be replaced.
    public static func create(_ path: FilePath, with text: String, overwrites: Bool) throws(RecipeProblems) {
        if overwrites, access(path.string, F_OK) == 0 {
            try replace(path, with: text)
            return
        }
        let mask = umask(0)
        umask(mask)
        try write(text, to: path, mode: 0o666 & ~mask, owner: nil, named: path) { temporary in
            // Unlike a rename, a link never replaces what came in between.
            guard link(temporary, path.string) == 0 else { return -1 }
            return unlink(temporary)
        }
    }

    private static func write(
        _ text: String,
        to target: FilePath,
        mode: mode_t,
        owner: (uid_t, gid_t)?,
        named path: FilePath,
        _ finish: (String) -> CInt
    ) throws(RecipeProblems) {
        let name = ".\(target.lastComponent?.string ?? "recipe").\(getpid())"
        let temporary = target.removingLastComponent().appending(name)
        do {
            let file = try FileDescriptor.open(
                temporary,
                .writeOnly,
                options: [.create, .exclusiveCreate, .closeOnExec],
                permissions: .ownerReadWrite
            )
            try file.closeAfter {
                try file.writeAll(text.utf8)
                // Only root can give a file away; everybody else owns what is replaced, or the new file is theirs.
                if let owner, geteuid() == 0 { _ = fchown(file.rawValue, owner.0, owner.1) }
                guard fchmod(file.rawValue, mode) == 0, fsync(file.rawValue) == 0 else { throw Errno(rawValue: errno) }
            }
            guard finish(temporary.string) == 0 else { throw Errno(rawValue: errno) }
        } catch {
            let reason = error as? Errno ?? .ioError
            if reason != .fileExists || access(target.string, F_OK) == 0 { unlink(temporary.string) }
            throw problem(path, reason)
        }
    }

    private static func problem(_ path: FilePath, _ error: Errno) -> RecipeProblems {
        let (message, hint, status): (String, String?, Int32) =
            switch error {
            case .fileExists: ("exists already", "--force replaces it", EX_USAGE)
            case .permissionDenied, .notPermitted, .readOnlyFileSystem: ("this user may not write it", nil, EX_NOPERM)
            case .noSuchFileOrDirectory, .notDirectory: ("there is no such directory", nil, EX_NOINPUT)
            default: ("cannot be written: \(error)", nil, EX_IOERR)
            }
        return RecipeProblems([Diagnostic(file: path.string, message: message, hint: hint)], exitStatus: status)
    }
}
