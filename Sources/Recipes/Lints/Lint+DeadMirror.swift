extension Lint {
    /// A server that is gone, or a release that has left it.
    static let deadMirror = Lint(code: "dead-mirror", severity: .warning) { subject in
        urls(of: subject).compactMap { place, url in
            guard let row = DeadMirror.table.first(where: { $0.holds(url) }) else { return nil }
            return LintFinding(
                place: place,
                message: "\(Quoted(row.shown(url))) is gone: \(row.news)",
                hint: "it moved to \(row.home)"
            )
        }
    }

    /// The URLs that something is fetched from, and where they stand.
    static func urls(of subject: LintSubject) -> [(LintPlace, String)] {
        var found: [(LintPlace, String)] = []
        if case .url(let url) = subject.recipe.install.location {
            found.append((subject.place(of: "install.location"), url))
        }
        for (index, repository) in subject.recipe.install.repositories.enumerated() {
            let (key, url) =
                switch repository.source {
                case .url(let url): ("url", url)
                case .mirrorList(let url): ("mirrorlist", url)
                case .metalink(let url): ("metalink", url)
                }
            found.append((subject.place(of: "install.repositories[\(index)].\(key)"), url))
        }
        for file in subject.kickstarts {
            for command in file.document.commands where ["url", "repo", "liveimg", "nfs"].contains(command.name) {
                let options = ["--url", "--baseurl", "--mirrorlist", "--metalink"]
                found += options.compactMap { command.value(of: $0) }.map { (file.place(command.line), $0) }
            }
        }
        // In a script a URL may also be searched for, so only lines that fetch from it count.
        let fetchers: Set<String> = ["curl", "wget", "rpm", "yum", "dnf", "yum-config-manager", "apt-get", "apt"]
        for line in subject.scripts.flatMap(\.lines) {
            guard let code = line.code else { continue }
            let keys = ["baseurl", "mirrorlist", "metalink"].map { "\($0)=" }
            guard keys.contains(where: { code.hasPrefix($0) }) || line.words.first.map(fetchers.contains) ?? false
            else { continue }
            for word in line.words + keys.compactMap({ code.hasPrefix($0) ? String(code.dropFirst($0.count)) : nil })
            where word.contains("://") && !word.contains("=") {
                found.append((line.place, word))
            }
        }
        return found
    }
}
