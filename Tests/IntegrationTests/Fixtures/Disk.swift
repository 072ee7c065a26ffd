import Foundation
import SystemPackage

/// Files, as short as tests need them.
enum Disk {
    static func make(_ directory: FilePath) throws {
        try FileManager.default.createDirectory(
            atPath: directory.string,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o755]
        )
    }

    static func write(_ text: String, to file: FilePath) throws {
        try write(Data(text.utf8), to: file)
    }

    static func write(_ data: Data, to file: FilePath) throws {
        try make(file.removingLastComponent())
        try data.write(to: URL(filePath: file.string))
    }

    static func text(_ file: FilePath) throws -> String {
        String(decoding: try data(file), as: UTF8.self)
    }

    static func data(_ file: FilePath) throws -> Data {
        try Data(contentsOf: URL(filePath: file.string))
    }

    static func exists(_ path: FilePath) -> Bool {
        var status = stat()
        return lstat(path.string, &status) == 0
    }

    /// The names in a directory, sorted; none where it does not exist.
    static func names(_ directory: FilePath) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: directory.string)) ?? []).sorted()
    }

    /// The paths of all files below a directory, relative to it.
    static func files(below directory: FilePath) -> [String] {
        let enumerator = FileManager.default.enumerator(atPath: directory.string)
        return (enumerator?.compactMap { $0 as? String } ?? []).filter {
            var status = stat()
            return lstat("\(directory)/\($0)", &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        }.sorted()
    }

    static func size(_ file: FilePath) -> Int64? {
        var status = stat()
        return stat(file.string, &status) == 0 ? Int64(status.st_size) : nil
    }

    static func mode(_ file: FilePath) -> UInt32? {
        var status = stat()
        return stat(file.string, &status) == 0 ? status.st_mode & 0o7777 : nil
    }

    static func remove(_ path: FilePath) {
        try? FileManager.default.removeItem(atPath: path.string)
    }
}
