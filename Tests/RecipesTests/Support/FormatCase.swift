import Testing

/// A text and its form.
struct FormatCase: CustomTestStringConvertible {
    let testDescription: String
    let before: String
    let after: String

    init(_ description: String, _ before: String, _ after: String) {
        (testDescription, self.before, self.after) = (description, before, after)
    }

    static let all: [FormatCase] = [
        FormatCase("order of keys", "os: rocky9\nname: web\nversion: 1\n", "version: 1\nname: web\nos: rocky9\n"),
        FormatCase(
            "indentation",
            "machine:\n        memory: 2 GiB\n        vcpus: 2\n",
            "machine:\n  memory: 2 GiB\n  vcpus: 2\n"
        ),
        FormatCase(
            "sizes",
            "machine: {memory: 2048MiB, disk: 10240 MiB}\n",
            "machine:\n  memory: 2 GiB\n  disk: 10 GiB\n"
        ),
        FormatCase(
            "durations",
            "install:\n  deadline: 90m\n  proxy: http://p/\n",
            "install:\n  proxy: http://p/\n  deadline: 1h30m\n"
        ),
        FormatCase("a size is one only where a size stands", "name: 2048 MiB\n", "name: 2048 MiB\n"),
        FormatCase(
            "quotes",
            "name: \"web\"\ndescription: 'it''s'\nos: \"yes\"\narch: \"1\"\n",
            "name: web\ndescription: it's\nos: \"yes\"\narch: \"1\"\n"
        ),
        FormatCase(
            "quotes that are needed",
            "name: 'a: b'\ndescription: 'say \"#1\" # x'\n",
            "name: \"a: b\"\ndescription: 'say \"#1\" # x'\n"
        ),
        FormatCase(
            "lists",
            "system:\n  packages:\n  - nginx\n  - \"@core\"\n",
            "system:\n  packages: [nginx, \"@core\"]\n"
        ),
        FormatCase(
            "a long list",
            "system:\n  packages: [" + (1...12).map { "package-number-\($0)" }.joined(separator: ", ") + "]\n",
            "system:\n  packages:\n" + (1...12).map { "    - package-number-\($0)\n" }.joined()
        ),
        FormatCase(
            "a list with comments",
            "system:\n  packages:\n    # why\n    - nginx # because\n    - git\n",
            "system:\n  packages:\n    # why\n    - nginx # because\n    - git\n"
        ),
        FormatCase(
            "mappings of a list",
            "system:\n  partitions:\n    - mount: /\n      size: 4096 MiB\n      fstype: xfs\n    - {mount: swap, fstype: swap, size: 1 GiB}\n",
            "system:\n  partitions:\n    - {mount: /, fstype: xfs, size: 4 GiB}\n    - {mount: swap, fstype: swap, size: 1 GiB}\n"
        ),
        FormatCase(
            "a mapping with a comment in a list",
            "system:\n  partitions:\n    - mount: /\n      # enough\n      size: 4 GiB\n      fstype: xfs\n",
            "system:\n  partitions:\n    - mount: /\n      fstype: xfs\n      # enough\n      size: 4 GiB\n"
        ),
        FormatCase(
            "one scalar",
            "system:\n  root_password:\n    env: ROOT\n",
            "system:\n  root_password: {env: ROOT}\n"
        ),
        FormatCase("what is empty", "sysprep: {enable: []}\noutputs: [ ]\n", "sysprep:\n  enable: []\noutputs: []\n"),
        FormatCase(
            "comments",
            "# head\n\n# of the file\nversion: 1 # one\n\n\n# about os\nos: rocky9\n# about name\nname: web\n# end\n",
            "# head\n\n# of the file\nversion: 1 # one\n# about name\nname: web\n\n# about os\nos: rocky9\n# end\n"
        ),
        FormatCase(
            "a comment at the end of a section",
            "system:\n  x11: false\n  # no more\n\n# images\noutputs:\n  - format: raw\n",
            "system:\n  x11: false\n  # no more\n\n# images\noutputs:\n  - format: raw\n"
        ),
        FormatCase(
            "comments in brackets",
            "system:\n  packages: [nginx, # web\n    git] # vcs\n",
            "system:\n  packages:\n    - nginx # web\n    - git # vcs\n"
        ),
        FormatCase(
            "a number sign that is no comment",
            "name: a#b\ndescription: \"x # y\"\ninstall:\n  post:\n    - script: |\n        # a comment of the script\n\n        echo # and another\n",
            "name: a#b\ndescription: \"x # y\"\ninstall:\n  post:\n    - script: |\n        # a comment of the script\n\n        echo # and another\n"
        ),
        FormatCase(
            "a script in quotes",
            "install:\n  post:\n    - {script: \"set -e\\necho\\n\", log: /root/log}\n",
            "install:\n  post:\n    - log: /root/log\n      script: |\n        set -e\n        echo\n"
        ),
        FormatCase(
            "a script without a newline, and one with blank lines at its end",
            "install:\n  post:\n    - script: |-\n         a\n          b\n    - script: |+\n        a\n\n\nname: web\n",
            "name: web\ninstall:\n  post:\n    - script: |-\n        a\n         b\n    - script: |+\n        a\n\n\n"
        ),
        FormatCase("a folded text", "description: >-\n  one\n  two\nname: web\n", "name: web\ndescription: one two\n"),
        FormatCase("a text over two lines", "description: one\n  two # three\n", "description: one two # three\n"),
        FormatCase(
            "tags of merging",
            "system:\n  packages: !replace [nginx]\n",
            "system:\n  packages: !replace [nginx]\n"
        ),
        FormatCase(
            "a variable",
            "system:\n  packages: [\"${{ a }}\"]\n  locale: ${{ b }}\n",
            "system:\n  locale: ${{ b }}\n  packages: [\"${{ a }}\"]\n"
        ),
        FormatCase("nothing", "description:\nname: web\n", "name: web\ndescription: ~\n"),
        FormatCase(
            "what begins like an indicator",
            "system:\n  packages: ['::1', \"-x\", '- x', '?y']\n",
            "system:\n  packages: [\"::1\", -x, \"- x\", \"?y\"]\n"
        ),
        FormatCase("unknown keys go last", "zzz: 1\nname: web\nverison: 1\n", "name: web\nzzz: 1\nverison: 1\n"),
        FormatCase("Windows line ends", "name: web\r\n# x\r\nos: rocky9\r\n", "name: web\n# x\nos: rocky9\n"),
        FormatCase("a document marker", "---\nname: web\n", "name: web\n"),
    ]
}
