import SystemPackage
import Yams

extension RecipeReader {
    /// Reads `install.files` and the files that it names.
    var injectedFiles: ValueReader<[Recipe.InjectedFile]> {
        let list = ValueReader.list(injectedFile, atMost: 256)
        return ValueReader(standIn: [], schema: list.schema) { node, path, context in
            let files = list.read(node, at: path, context)
            for (index, file) in files.enumerated() where !file.path.isEmpty {
                if let other = files.first(where: { $0.path.hasPrefix(file.path + "/") }) {
                    let message = "\(Quoted(file.path)) is a file and the directory of \(Quoted(other.path))"
                    context.report(message, at: node.element(index))
                }
                guard files[..<index].contains(where: { $0.path == file.path }) else { continue }
                context.report("two files are put at \(Quoted(file.path))", at: node.element(index))
            }
            let total = files.reduce(0) { $0 + $1.contents.count }
            if total > InjectedSource.limit {
                let most = ByteCount(bytes: Int64(InjectedSource.limit))
                context.report("'\(path)' has \(total) bytes in all; at most \(most) are put into an initrd", at: node)
            }
            return files
        }
    }

    private var injectedFile: ValueReader<Recipe.InjectedFile> {
        .mapping(standIn: Recipe.InjectedFile(path: "", mode: 0o644, contents: [])) { section in
            Recipe.InjectedFile(
                path: section.required("path", .text(.injectedPath)),
                mode: section.value("mode", .fileMode, default: 0o644),
                contents: section.required("source", injectedSource)
            )
        }
    }

    private var injectedSource: ValueReader<[UInt8]> {
        ValueReader(standIn: [], schema: TextRule.pathBelow.schema) { node, path, context in
            let name = ValueReader<String>.text(.pathBelow).read(node, at: path, context)
            guard !name.isEmpty else { return [] }
            do throws(InjectedSource.Refusal) {
                return try InjectedSource.read(name, below: absolute("."))
            } catch {
                context.report("'\(path)': \(Quoted(name)) \(error.reason)", at: node)
                return []
            }
        }
    }
}

extension ValueReader where Value == UInt16 {
    /// Reads permission bits as `chmod` takes them: three octal digits, a zero before them or not.
    static var fileMode: Self {
        let schema = { ValueSchema.either([TextRule.fileMode.schema, .integer(0...1777)]) }
        return Self(standIn: 0o644, schema: schema()) { node, path, context in
            let form = "permissions such as 0644"
            guard case .scalar(let scalar) = node, scalar.kind == .text || scalar.kind == .integer else {
                context.report("'\(path)' must be \(form), not \(node.kindInWords)", at: node)
                return 0o644
            }
            let digits = scalar.string.hasPrefix("0") ? scalar.string.dropFirst() : scalar.string[...]
            guard digits.count == 3, let mode = UInt16(digits, radix: 8) else {
                context.report("'\(path)' must be \(form), not \(Quoted(scalar.string))", at: node)
                return 0o644
            }
            return mode
        }
    }
}
