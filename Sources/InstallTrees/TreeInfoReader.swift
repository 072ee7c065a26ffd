/// Reads the sections of a treeinfo, with the line of everything that is wrong.
struct TreeInfoReader {
    let document: INIDocument
    let location: String

    /// The value of a key, nil where there is none or it is empty, as `packagedir =` is in old trees.
    subscript(section: String, key: String) -> String? {
        guard let value = document[section]?[key]?.value, !value.isEmpty else { return nil }
        return value
    }

    static func document(_ bytes: [UInt8], _ location: String) throws(TreeError) -> INIDocument {
        let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
        let space: Set<UInt8> = [9, 10, 13, 32]
        guard let first = body.first(where: { !space.contains($0) }) else {
            throw TreeError(.notTreeinfo, at: location, line: 1, column: 1, "\(location) is empty")
        }
        if first == UInt8(ascii: "<") {
            throw TreeError(
                .webPage,
                at: location,
                "\(location) is a web page, not a treeinfo",
                hint: "a log-in page of the network or a directory listing came instead of the file; "
                    + "open the address in a browser, and give the base of the tree, the directory that holds .treeinfo"
            )
        }
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            throw TreeError(.notTreeinfo, at: location, "\(location) is UTF-16, but a treeinfo is UTF-8")
        }
        guard !body.contains(0), let text = String(validating: body, as: UTF8.self) else {
            throw TreeError(.notTreeinfo, at: location, "\(location) is binary data, not a treeinfo")
        }
        do {
            return try INIDocument(parsing: text)
        } catch {
            throw malformed(location, line: error.line, column: error.column, error.message)
        }
    }

    func checkKind() throws(TreeError) {
        if let type = self["header", "type"], type != "productmd.treeinfo" {
            let entry = document["header"]?["type"]
            let place = entry.map { ":\($0.line):\($0.valueColumn)" } ?? ""
            throw TreeError(
                .notTreeinfo,
                at: location,
                line: entry?.line,
                column: entry?.valueColumn,
                "\(location)\(place): this is a '\(type.shortened)', not a treeinfo"
            )
        }
        guard document["general"] != nil || document["release"] != nil else {
            throw malformed(line: 1, "neither a [general] nor a [release] section")
        }
    }

    func family() throws(TreeError) -> String {
        if let family = self["general", "family"] ?? self["release", "name"] { return family }
        let line = document["general"]?.line ?? document["release"]?.line ?? 1
        throw malformed(line: line, "no 'family' in [general]")
    }

    func images() throws(TreeError) -> [String: TreeImages] {
        var result: [String: TreeImages] = [:]
        for section in document.sections where section.name.hasPrefix("images-") {
            guard let kernel = section["kernel"], let initrd = section["initrd"] else { continue }
            result[String(section.name.dropFirst("images-".count))] = TreeImages(
                kernel: try path(kernel, kernel.value, column: kernel.valueColumn),
                initrd: try path(initrd, initrd.value, column: initrd.valueColumn),
                bootISO: try path(section.name, "boot.iso")
            )
        }
        return result
    }

    func checksums() throws(TreeError) -> [String: Checksum] {
        var result: [String: Checksum] = [:]
        for entry in document["checksums"]?.entries ?? [] {
            guard let checksum = Checksum(entry.value) else {
                let known = Checksum.Algorithm.allCases.map(\.rawValue).joined(separator: ", ")
                throw malformed(
                    line: entry.line,
                    column: entry.valueColumn,
                    "the checksum of '\(entry.key)' is not 'algorithm:hexadecimal' with one of \(known)"
                )
            }
            let path = try path(entry, entry.key, column: entry.column)
            // './a' and 'a' are one file: two different promises about it cannot both be kept.
            if let other = result[path], other != checksum {
                throw malformed(line: entry.line, column: entry.column, "'\(path)' has two different checksums")
            }
            result[path] = checksum
        }
        return result
    }

    func variants() throws(TreeError) -> [TreeVariant] {
        var result: [TreeVariant] = []
        for section in document.sections {
            guard let prefix = ["variant-", "addon-"].first(where: { section.name.hasPrefix($0) }) else { continue }
            let uid = String(section.name.dropFirst(prefix.count))
            result.append(
                TreeVariant(
                    id: self[section.name, "id"] ?? uid,
                    uid: self[section.name, "uid"] ?? uid,
                    name: self[section.name, "name"],
                    type: self[section.name, "type"] ?? String(prefix.dropLast()),
                    packages: try repository(section["packages"]),
                    repository: try repository(section["repository"])
                )
            )
        }
        return result
    }

    func media() throws(TreeError) -> TreeMedia? {
        let section = document["media"] ?? document["general"]
        guard let disc = section?["discnum"], !disc.value.isEmpty else { return nil }
        guard let number = Int(disc.value), number > 0 else {
            let message = "'discnum' is not a number above 0: '\(disc.value)'"
            throw malformed(line: disc.line, column: disc.valueColumn, message)
        }
        guard let total = section?["totaldiscs"], !total.value.isEmpty else {
            return TreeMedia(disc: number, total: number)
        }
        guard let count = Int(total.value), count >= number else {
            let message = "'totaldiscs' is not a number of at least \(number): '\(total.value)'"
            throw malformed(line: total.line, column: total.valueColumn, message)
        }
        return TreeMedia(disc: number, total: count)
    }

    /// The path that a key names, nil where there is no such key or it is empty.
    func path(_ section: String, _ key: String) throws(TreeError) -> String? {
        guard let entry = document[section]?[key], !entry.value.isEmpty else { return nil }
        return try path(entry, entry.value, column: entry.valueColumn)
    }

    private func path(_ entry: INIDocument.Entry, _ text: String, column: Int) throws(TreeError) -> String {
        if let path = TreePath.normalized(text) { return path }
        throw unsafe(entry, text, column: column)
    }

    private func repository(_ entry: INIDocument.Entry?) throws(TreeError) -> String? {
        guard let entry, !entry.value.isEmpty else { return nil }
        if let path = TreePath.repository(entry.value) { return path }
        throw unsafe(entry, entry.value, column: entry.valueColumn)
    }

    private func unsafe(_ entry: INIDocument.Entry, _ text: String, column: Int) -> TreeError {
        TreeError(
            .unsafePath,
            at: location,
            line: entry.line,
            column: column,
            "\(location):\(entry.line):\(column): the path '\(text.shortened)' is not a plain path inside the tree",
            hint: "do not use this tree: a treeinfo names files of its own tree only"
        )
    }

    private func malformed(line: Int, column: Int = 1, _ message: String) -> TreeError {
        Self.malformed(location, line: line, column: column, message)
    }

    private static func malformed(_ location: String, line: Int, column: Int, _ message: String) -> TreeError {
        TreeError(
            .malformedTreeinfo,
            at: location,
            line: line,
            column: column,
            "\(location):\(line):\(column): \(message.shortened)",
            hint: "the treeinfo is damaged or of another kind; compare it with that of another mirror of the same tree"
        )
    }
}
