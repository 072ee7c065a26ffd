import Foundation
import SystemPackage

@testable import Recipes

/// docs/recipes.md: written from the readers, the table of descriptions and the examples, so that it says what is so.
enum Manual {
    /// The document.
    static func text() throws -> String {
        let schema = RecipeSchema()
        var lines = [
            "<!-- Written by `make golden` from Sources/Recipes/Schema and Tests/RecipesTests/Manual; a test holds it to the code. -->",
            "# Recipes", "", introduction, "", try tutorial(), "", "## All keys", "", conventions, "",
        ]
        for section in ManualSection.all { lines += try text(of: section, schema) }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The keys of a section, in the order of the table.
    static func keys(of section: ManualSection) -> [KeyDocumentation] {
        KeyDocumentation.all.filter { key in
            ManualSection.all.max { length(of: key.path, in: $0) < length(of: key.path, in: $1) }?.title
                == section.title
        }
    }

    /// How much of a path a section's longest prefix covers; 0 where none does.
    private static func length(of path: String, in section: ManualSection) -> Int {
        section.prefixes.filter { path == $0 || path.hasPrefix($0 + ".") || path.hasPrefix($0 + "[") }.map(\.count)
            .max() ?? 0
    }

    private static func text(of section: ManualSection, _ schema: RecipeSchema) throws -> [String] {
        var lines = [
            "### \(section.title)", "", section.introduction, "", "| key | type | default | |", "|---|---|---|---|",
        ]
        for key in keys(of: section) {
            guard let found = schema.key(at: key.path) else { continue }
            lines.append(
                "| `\(key.path)` | \(cell(type(found.schema))) | \(cell(standard(found))) | \(cell(key.summary)) |"
            )
        }
        for example in section.examples {
            lines += ["", "For `\(example.os)`:", "", "```yaml", example.text, "```"]
            let changes = try example.changes()
            if changes.isEmpty {
                lines += ["", "Nothing of it is in the kickstart, in cloud.cfg or on the kernel's command line."]
            }
            for (file, changed) in changes { lines += ["", "In the \(file):", "", "```diff"] + changed + ["```"] }
        }
        return lines + [""]
    }

    private static func cell(_ text: String) -> String {
        text.replacing("|", with: "\\|")
    }

    private static func standard(_ key: ValueSchema.Key) -> String {
        if key.isRequired { return "required" }
        switch key.defaults.count {
        case 0: return ""
        case 1...3: return key.defaults.map { "`\($0)`" }.joined(separator: " or ")
        default: return "that of the system"
        }
    }

    private static func type(_ schema: ValueSchema) -> String {
        switch schema {
        case .unknown: ""
        case .text(let requirement, _, _): requirement
        case .script: "a script"
        case .flag: "`true` or `false`"
        case .number(let number): "`\(number)`"
        case .integer(let range) where range.lowerBound == .min: "a whole number"
        case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .size(let least, let most): "a size from \(least) to \(most)"
        case .duration(let least, let most): "a duration from \(least) to \(most)"
        case .words(let words): words.map { "`\($0)`" }.joined(separator: ", ")
        case .list(.mapping, _, _, _): "a list of mappings"
        case .list(let element, _, _, _): "a list: \(type(element))"
        case .mapping: "a mapping"
        case .names(_, _, let values, _): "a mapping of names: \(type(values))"
        case .either(let cases): cases.map { type($0) }.joined(separator: "; or ")
        }
    }

    private static let introduction = """
        A recipe is one YAML file, `NAME.recipe`, that declares one golden image.

            imagebake init                      # asks a few questions and writes one
            imagebake validate web.recipe       # every problem at once; see lints.md
            imagebake fmt web.recipe            # brings it into one form
            imagebake render web.recipe         # the kickstart that it becomes
            imagebake build web.recipe
            imagebake schema >recipe.schema.json

        With `# yaml-language-server: $schema=recipe.schema.json` in its first line, editors complete keys and mark what is wrong.
        """

    private static let conventions = """
        Reading is strict: an unknown or repeated key, a wrong type, a value out of range is an error with file, line and column. Sizes are \
        written `10 GiB`, `2048 MiB`, `10 GB`; durations `45m`, `1h30m`; flags `true` and `false`. In a path `[]` stands for the items \
        of a list and `NAME` for a name of your own. Below each example stands what it changes in what a recipe that says nothing \
        else is rendered to: `-` is gone, `+` is new.
        """

    private static func tutorial() throws -> String {
        let recipe = try String(
            contentsOfFile: Repository.fixtures.appending("tutorial-rocky9.recipe").string,
            encoding: .utf8
        )
        return """
            ## For those who know kickstart

            You have a kickstart for Rocky Linux 9 in mind: `/var` on a logical volume of its own, two users, a fixed address. This recipe
            says it; copy it to `tutorial.recipe` and run `imagebake validate tutorial.recipe`, then `imagebake render tutorial.recipe`.

            ```yaml
            \(recipe.trimmingSuffix("\n"))
            ```

            | in kickstart | in a recipe |
            |---|---|
            | `url`, `repo` | nothing: Rocky's own mirrors are the default. Others: `install.location`, `install.repositories` |
            | `lang`, `keyboard`, `timezone` | `system.locale`, `.keyboard`, `.timezone`; UTC and US English where nothing is said |
            | `network --bootproto=static --ip=...` | `system.network`, with the same words |
            | `zerombr`, `clearpart` | nothing: the disk is empty, and all of it is used |
            | `part /boot` | an item of `system.partitions`: `mount` is the mount point, `fstype`, `size`, `grow`, `maxsize` are those of `part` |
            | `part pv.01 --grow`, `volgroup rocky pv.01` | nothing: a volume group is made of what is left as soon as an item names it |
            | `logvol /var --vgname=rocky --name=var` | an item with `lvm: {group: rocky, name: var}` |
            | `rootpw` | nothing: a random one, locked in the finished image. Your own: `system.root_password`, from a secret |
            | `user --name=ada --groups=wheel`, `sshkey` | an item of `system.users`; its password is locked, `sudo: true` is a rule without one |
            | `%packages` | `system.packages`; the core, cloud-init and what a cloud needs are there already |
            | `firewall`, `selinux`, `services` | `system.firewall`, `.selinux`, `.services` |
            | `%pre`, `%post` with `%end` | items of `install.pre` and `install.post` |
            | `poweroff` | nothing: it is always there |

            The kickstart that it becomes has these lines, among others:

            ```
            \(try tutorialLines().joined(separator: "\n"))
            ```
            """
    }

    /// The lines of the tutorial's kickstart that its reader would have written.
    static func tutorialLines() throws -> [String] {
        let recipe = try RecipeLoader().load(Repository.fixtures.appending("tutorial-rocky9.recipe"))
        let words = [
            "network", "part", "volgroup", "logvol", "user", "sshkey", "firewall", "selinux", "services", "timezone",
        ]
        return try Repository.renderer().render(recipe, .sample).kickstart.split(separator: "\n").map(String.init)
            .filter { line in words.contains { line.hasPrefix($0 + " ") } }
    }
}

extension String {
    fileprivate func trimmingSuffix(_ suffix: String) -> String {
        hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
    }
}
