import Glibc
import SystemPackage

/// The files of a template directory.
enum TemplateFiles {
    /// What the name of a template ends with.
    static let suffix = ".mustache"

    /// The paths of all templates below a directory, relative to it, in order.
    static func list(_ directory: FilePath) throws(RenderError) -> [FilePath] {
        var found: [FilePath] = []
        var pending: [FilePath] = [""]
        while let relative = pending.popLast() {
            let path = directory.pushing(relative)
            guard let stream = opendir(path.string) else {
                let reason = Errno(rawValue: errno)
                let message = "cannot read the template directory \(path): \(reason)"
                throw RenderError(.unreadable, message, file: path.string, exitStatus: 78)
            }
            defer { closedir(stream) }
            while let entry = readdir(stream) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                    pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                if name.hasPrefix(".") { continue }
                let child = relative.appending(name)
                var status = stat()
                guard stat(directory.pushing(child).string, &status) == 0 else { continue }
                if status.st_mode & S_IFMT == S_IFDIR, child.components.count < 8 {
                    pending.append(child)
                } else if name.hasSuffix(suffix) {
                    found.append(child)
                }
            }
        }
        return found.sorted { $0.string < $1.string }
    }

    /// The text of a template.
    static func read(_ path: FilePath) throws(RenderError) -> String {
        do {
            let bytes = try RecipeBytes.read(path, name: path.string, kind: "template")
            return try RecipeText(bytes, file: path.string).text
        } catch let problems as RecipeProblems {
            throw RenderError(.unreadable, problems.description, file: path.string, exitStatus: 78)
        } catch {
            throw RenderError(.unreadable, "\(error)", file: path.string, exitStatus: 78)
        }
    }
}
