import Yams

extension RecipeDraft {
    /// The recipe, with comments that say what else it could say.
    public var text: String {
        let spell = { (text: String) in ScalarText.line(.init(text, Tag(.str), .any), isInFlow: false) }
        var lines = [
            "# \(os.title) for clouds: cloud-init, no passwords, a root file system that grows.",
            "#",
            "# docs/recipes.md explains every key. Everything that is not said here is the default of \(os.rawValue).",
            "version: 1",
            "name: \(spell(name))",
            "description: \(os.title) with cloud-init",
            "os: \(os.rawValue)",
            "",
            "machine:",
            "  # The virtual size of the image; the root file system of a clone grows to the size of its own disk.",
            "  disk: \(CanonicalValue.text(of: disk, in: .size(least: "", most: "")))",
        ]
        if let location {
            lines += [
                "", "install:", "  # A URL, a directory, or an ISO; 'imagebake pin' pins it.",
                "  location: \(spell(location))",
            ]
        }
        if !packages.isEmpty {
            let defaults =
                os.defaultPackages.isEmpty ? "what a cloud image needs" : os.defaultPackages.joined(separator: ", ")
            lines += ["", "system:", "  # Beside \(defaults).", "  packages:"] + packages.map { "    - \(spell($0))" }
        }
        if user != nil || !sshKeys.isEmpty {
            lines += ["", "cloud_init:", "  default_user:"]
            if let user {
                lines += [
                    "    # It logs in with the key that the cloud hands over, and may become root.",
                    "    name: \(spell(user))",
                ]
            }
            if !sshKeys.isEmpty {
                lines += [
                    "    # Keys that every clone lets in, whatever the cloud hands over.", "    ssh_authorized_keys:",
                ]
                lines += sshKeys.map { "      - \(spell($0))" }
            }
        }
        lines += ["", "outputs:", "  - format: \(format.rawValue)", "", "publish:"]
        lines += [
            "  # The registry of this machine; 'imagebake image list' shows what is in it.", "  - registry: local",
        ]
        let plain = lines.joined(separator: "\n") + "\n"
        return (try? RecipeFormatter().format(Array(plain.utf8), file: "")) ?? plain
    }
}
