import Glibc
import SystemPackage

@testable import Recipes

/// A piece of a recipe in the documentation; what becomes of it is found by rendering a recipe with it and one without.
struct ManualExample {
    let os: String
    let text: String

    /// What a recipe of this system must say.
    let base: String

    init(_ text: String, os: String = "rocky9", base: String = "") {
        (self.text, self.os, self.base) = (text, os, base)
    }

    /// A recipe that says nothing but what it must, and the text.
    private func recipe(with text: String) -> String {
        let saysSystem = text.split(separator: "\n").contains { $0.hasPrefix("os:") || $0.hasPrefix("extends:") }
        return "version: 1\nname: web\n" + (saysSystem ? "" : "os: \(os)\n") + text + "\n"
    }

    /// What changes in each rendered file: lines that are new, and lines that are gone.
    func changes() throws -> [(file: String, lines: [String])] {
        let directory = try TemporaryDirectory()
        mkdir(directory.path.appending("tree").string, 0o700)
        for (name, content) in Self.files { _ = try directory.write(content.utf8, to: name) }
        let loader = RecipeLoader(
            shipped: Repository.recipes,
            environment: ["ROOT_PASSWORD": "x", "DEPLOY_TOKEN": "secret-of-tests"]
        )
        let rendered = try [base, text].map { text in
            let recipe = try loader.load(try directory.write(recipe(with: text).utf8, to: "web.recipe"))
            let values = RenderValues.forManual(recipe)
            let rendered = try Repository.renderer().render(recipe, values)
            return [rendered.kickstart, rendered.cloudConfig, rendered.kernelArguments.joined(separator: "\n")]
                .map { $0.split(separator: "\n").map(String.init) }
        }
        return zip(["kickstart", "cloud.cfg", "kernel command line"], zip(rendered[0], rendered[1])).compactMap {
            name,
            texts in
            let lines = Self.difference(from: texts.0, to: texts.1)
            return lines.isEmpty ? nil : (name, lines)
        }
    }

    /// The paths of the keys that it has, with `[]` and `NAME` as in the documentation.
    func paths() throws -> Set<String> {
        let tree = try YAMLTree(recipe(with: text), file: "")
        return Set(FormatEntry(key: nil, value: tree.root, path: "", parent: nil).descendants.map(\.path))
    }

    private static func difference(from old: [String], to new: [String]) -> [String] {
        new.difference(from: old).inferringMoves().sorted { left, right in
            order(left) < order(right)
        }
        .compactMap { change in
            switch change {
            case .insert(_, let line, nil): "+ \(line)"
            case .remove(_, let line, nil): "- \(line)"
            default: nil
            }
        }
    }

    /// What is gone first, then what is new, each in the order of its file.
    private static func order(_ change: CollectionDifference<String>.Change) -> (Int, Int) {
        switch change {
        case .remove(let offset, _, _): (0, offset)
        case .insert(let offset, _, _): (1, offset)
        }
    }

    /// The files beside a recipe that the examples name.
    private static let files: [(String, String)] = [
        ("motd", "Welcome.\n"), ("tree/app.conf", "a = 1\n"), ("agent.rpm", "a package\n"),
        ("release.asc", "a key\n"), ("CHECKSUM", "signed\n"), ("CHECKSUM.asc", "signature\n"),
        (
            "own.ks",
            """
            text
            url --url=@{location}
            rootpw --iscrypted @{root_password_hash}
            clearpart --all --initlabel
            autopart
            poweroff
            %packages
            @core
            cloud-init
            cloud-utils-growpart
            %end
            %post --erroronfail
            printf '%s\\n' @{stamp} >/etc/imagebake-stamp
            %end

            """
        ),
        ("own.ks.mustache", "{{% CONTENT_TYPE:KICKSTART}}\ntext\n{{> kickstart/disk}}\npoweroff\n"),
        ("own.cfg", "#cloud-config\nssh_pwauth: false\n"),
        ("own.cfg.mustache", "{{% CONTENT_TYPE:YAML}}\nssh_pwauth: {{{ssh_pwauth}}}\n"),
    ]
}

extension RenderValues {
    /// Values for every secret and placeholder of a recipe.
    static func forManual(_ recipe: Recipe) -> RenderValues {
        var values = RenderValues.sample
        for secret in recipe.secrets { values.secrets[secret.name.name] = "the-secret" }
        for secret in recipe.secrets { values.passwordHashes[secret.name.name] = values.rootPasswordHash }
        return values
    }
}
