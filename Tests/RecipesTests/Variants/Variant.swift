import Recipes
import SystemPackage
import Testing

/// A right recipe that uses some of the keys; together they use all of them, on every operating system.
struct Variant: Sendable, CustomTestStringConvertible {
    /// The operating system.
    let os: String

    /// What it is about.
    let about: String

    /// Its lines beside version, name and operating system.
    let lines: String

    var testDescription: String { "\(os): \(about)" }

    init(_ os: String, _ about: String, _ lines: String) {
        (self.os, self.about, self.lines) = (os, about, lines)
    }

    /// The recipe.
    var text: String { "version: 1\nname: variant\nos: \(os)\n\(Self.secrets)\n\(lines)\n" }

    /// Those that the variants and their files name.
    private static let secrets = "secrets: {ada: {env: ADA}, bob: {env: BOB}, activation_key: {env: ACTIVATION_KEY}}"

    /// Files that a variant can name.
    static let files: [String: String] = [
        "own.ks": """
        text
        url --url=@{location}
        lang en_US.UTF-8
        keyboard us
        timezone UTC --utc
        network --bootproto=dhcp
        rootpw --iscrypted @{root_password_hash}
        user --name=ada --plaintext --password=@{secret:ada}
        zerombr
        clearpart --all --initlabel
        reqpart
        part / --fstype=xfs --size=2048 --grow
        bootloader
        poweroff
        %packages
        @core
        %end
        %post --erroronfail
        set -eu
        umask 077
        printf '%s\\n' @{secret:bob} >/etc/secret-of-bob
        printf '%s\\n' @{stamp} >/etc/imagebake-stamp
        %end

        """,
        "own.cfg": "#cloud-config\nusers: [default]\nsystem_info: {distro: rocky, default_user: {name: ada}}\n",
        "template.ks.mustache": """
        {{% CONTENT_TYPE:KICKSTART}}
        lang {{locale}}
        rootpw --iscrypted {{root_password_hash}}
        {{> kickstart/accounts}}
        {{> kickstart/disk}}
        poweroff
        {{> kickstart/packages}}
        {{> kickstart/scripts}}

        """,
        "template.cfg.mustache": """
        {{% CONTENT_TYPE:YAML}}
        #cloud-config
        {{> cloud-init/settings}}
        system_info:
          distro: {{distro}}
        {{> cloud-init/default-user}}

        """,
        "motd": "Welcome.\n",
        "root-password": "a password of tests\n",
    ]

    /// Reads the recipe, from a directory in which the files are.
    func load(in directory: borrowing TemporaryDirectory) throws -> Recipe {
        for (name, text) in Self.files { _ = try directory.write(text.utf8, to: name) }
        return try RecipeLoader().load(directory.write(text.utf8, to: "variant.recipe"))
    }
}
