import Glibc
import SystemPackage

/// The directory that relative paths of the command line are relative to.
enum WorkingDirectory {
    /// Its absolute path; `/` when it cannot be told.
    static var path: FilePath {
        guard let buffer = getcwd(nil, 0) else { return "/" }
        defer { free(buffer) }
        return FilePath(platformString: buffer)
    }
}
