import SystemPackage

/// The files that one recipe was read from, each with a range of line numbers of its own.
///
/// A node knows its line and nothing else. So each file is composed as if it stood below all the files before it, and a line number
/// tells the file too, as in clang's SourceManager.
struct SourceMap {
    /// One file.
    struct File {
        /// The file, as a person would name it.
        let name: String

        /// Where it lies.
        let path: FilePath

        /// What is added to its line numbers.
        let offset: Int
    }

    /// The files in the order in which they were read, the recipe itself first.
    private(set) var files: [File] = []

    private var end = 0

    /// Gives a file its lines.
    ///
    /// - Returns: What is added to its line numbers.
    mutating func add(_ path: FilePath, name: String, lineCount: Int) -> Int {
        let file = File(name: name, path: path, offset: end)
        files.append(file)
        // What is wrong at the end of a file may be said to stand in the line after its last.
        end += lineCount + 1
        return file.offset
    }

    /// The file in which a line stands.
    func file(at line: Int) -> File? {
        files.last { $0.offset < line }
    }
}
