import Testing

/// Recipes, bases, variables and secrets with something wrong; what must be said about it stands in Golden/wrong-language.txt.
struct WrongLanguage: Sendable, CustomTestStringConvertible {
    static let all = bases + merges + declarations + values + references + scripts + secrets

    let testDescription: String
    let files: [String: String]
    let variables: [(String, String)]
    let variableFiles: [String]

    /// A recipe and other files.
    init(
        _ description: String,
        web: String,
        _ files: [String: String] = [:],
        variables: [(String, String)] = [],
        variableFiles: [String] = []
    ) {
        testDescription = description
        self.files = files.merging(["web.recipe": web]) { $1 }
        (self.variables, self.variableFiles) = (variables, variableFiles)
    }

    /// The smallest recipe with lines below it.
    init(
        _ description: String,
        _ lines: String,
        _ files: [String: String] = [:],
        variables: [(String, String)] = [],
        variableFiles: [String] = []
    ) {
        let web = WrongInput.minimal + lines + "\n"
        self.init(description, web: web, files, variables: variables, variableFiles: variableFiles)
    }

    /// The smallest recipe with a script and lines below it.
    init(_ description: String, script: String, _ lines: String = "variables: {host: web}", options: String = "") {
        let web = WrongInput.minimal.replacing(
            "location: built-in",
            with: "location: built-in\n  post:\n    - script: \(script)\(options)"
        )
        self.init(description, web: web + lines + "\n")
    }

    static let bases: [WrongLanguage] = [
        .init("a base that is not there", "extends: none.recipe"),
        .init("a base in a directory that is not there", "extends: sub/none.recipe"),
        .init("a shipped base that is not there", "extends: debain12", ["shipped/debian12.recipe": ""]),
        .init("a shipped base that is near to nothing", "extends: something"),
        .init("a shipped name with an odd character", "extends: \"a b\""),
        .init("no base", "extends:"),
        .init("an empty base", "extends: \"\""),
        .init("an empty list of bases", "extends: []"),
        .init("a number as a base", "extends: 12"),
        .init("a mapping as bases", "extends: {a: b}"),
        .init("a list in a list of bases", "extends: [[a.recipe]]"),
        .init("a base twice", "extends: [a.recipe, a.recipe]", ["a.recipe": "os: debian12\n"]),
        .init("a base by a variable", "extends: \"${{ x }}.recipe\"\nvariables: {x: y}"),
        .init("itself", "extends: web.recipe"),
        .init("itself by another way", "extends: sub/../web.recipe", ["sub/x": ""]),
        .init(
            "a circle of three",
            "extends: a.recipe",
            ["a.recipe": "extends: b.recipe\n", "b.recipe": "extends: web.recipe\n"]
        ),
        .init(
            "a circle beside",
            "extends: a.recipe",
            ["a.recipe": "extends: b.recipe\n", "b.recipe": "extends: a.recipe\n"]
        ),
        .init("an empty base file", "extends: a.recipe", ["a.recipe": "# nothing\n"]),
        .init("a base that is no YAML", "extends: a.recipe", ["a.recipe": "os: debian12\nsystem: [\n"]),
        .init("a base with a tab", "extends: a.recipe", ["a.recipe": "system:\n\tlocale: x\n"]),
        .init("a base with a NUL", "extends: a.recipe", ["a.recipe": "os: debian12\nx: a\0b\n"]),
        .init("a base that is a list", "extends: a.recipe", ["a.recipe": "- a\n"]),
        .init("a base of two documents", "extends: a.recipe", ["a.recipe": "a: b\n---\nc: d\n"]),
        .init("a base of another version", "extends: a.recipe", ["a.recipe": "version: 2\n"]),
        .init(
            "a base with a repeated key",
            "extends: a.recipe",
            ["a.recipe": "machine: {}\nos: debian12\nmachine: {}\n"]
        ),
        .init(
            "two bases with repeated keys",
            "extends: [a.recipe, b.recipe]",
            [
                "a.recipe": "x: 1\nx: 2\n", "b.recipe": "# b\ny: 1\ny: 2\n",
            ]
        ),
        .init("a base with an anchor of the recipe's", "x: &a b\nextends: a.recipe", ["a.recipe": "system: *a\n"]),
        .init(
            "the name of a base only",
            web: "version: 1\nextends: a.recipe\n",
            [
                "a.recipe": WrongInput.minimal
            ]
        ),
        .init("the version of a base only", web: "name: web\nextends: a.recipe\n", ["a.recipe": WrongInput.minimal]),
        .init(
            "a base's base that is not there",
            "extends: sub/a.recipe",
            [
                "sub/a.recipe": "os: debian12\nextends: [b.recipe]\n", "b.recipe": "",
            ]
        ),
    ]

    static let merges: [WrongLanguage] = [
        .init("an unknown key in a base", "extends: a.recipe", ["a.recipe": "# a\nsystem:\n  pakages: [git]\n"]),
        .init("a bad value in a base", "extends: a.recipe", ["a.recipe": "\n\nmachine:\n  memory: much\n"]),
        .init(
            "a bad value in a base's base",
            "extends: a.recipe",
            [
                "a.recipe": "extends: b.recipe\nmachine: {vcpus: 2}\n",
                "b.recipe": "machine:\n  vcpus: 3\n  disk: small\n",
            ]
        ),
        .init(
            "bad values in three files",
            "extends: [a.recipe, b.recipe]\nmachine: {vcpus: 99}",
            [
                "a.recipe": "machine: {memory: much}\n", "b.recipe": "machine: {disk: 1 B}\n",
            ]
        ),
        .init(
            "packages of base and recipe that contradict each other",
            "extends: a.recipe",
            [
                "a.recipe": "system: {packages: [git], exclude_packages: [git]}\n"
            ]
        ),
        .init(
            "two users of one name",
            web: WrongInput.minimal.replacing("system:\n", with: "system:\n  users: [{name: ada}]\n")
                + "extends: a.recipe\n",
            [
                "a.recipe": "system:\n  users:\n    - {name: ada, shell: /bin/sh}\n"
            ]
        ),
        .init(
            "a text where the base has a list",
            web: WrongInput.minimal.replacing("system:\n", with: "system:\n  packages: git\n") + "extends: a.recipe\n",
            [
                "a.recipe": "system: {packages: [vim]}\n"
            ]
        ),
        .init(
            "removing what nobody has",
            web: WrongInput.minimal.replacing("system:\n", with: "system:\n  locale: ~\n") + "extends: a.recipe\n",
            [
                "a.recipe": "machine: {vcpus: 1}\n"
            ]
        ),
        .init(
            "removing what must be there",
            web: "version: 1\nname: web\nextends: a.recipe\nos: ~\n",
            [
                "a.recipe": WrongInput.minimal
            ]
        ),
        .init("removing without a base", "machine: ~"),
        .init("an unknown tag of a list", "machine: {memory: 1 GiB}\nsysprep: {enable: !prepend [a]}"),
        .init("an unknown tag of a mapping", "machine: !merge {memory: 1 GiB}"),
        .init("append at a mapping", "machine: !append {memory: 1 GiB}"),
        .init("replace at a text", "machine: {memory: !replace 1 GiB}"),
        .init("a tag that is only for imagebake", "extends: a.recipe", ["a.recipe": "arch: !imagebake-removed x\n"]),
        .init("a merge key that is none in a base", "extends: a.recipe", ["a.recipe": "machine: {<<: text}\n"]),
        .init("a list as a key in a base", "extends: a.recipe", ["a.recipe": "machine: {[a]: b}\n"]),
    ]

    static let declarations: [WrongLanguage] = [
        .init("variables that are a list", "variables: [a]"),
        .init("variables of a text", "variables: a"),
        .init("a variable with an odd name", "variables: {a-b: c}"),
        .init("a variable with a long name", "variables: {\(String(repeating: "a", count: 65)): c}"),
        .init("a variable named secrets", "variables: {secrets: c}"),
        .init("two variables that differ in case", "variables: {host: a, HOST: b}"),
        .init("a variable of nothing", "variables: {a: ~}"),
        .init("a variable with a fraction", "variables: {a: 9.4}"),
        .init("a variable of an unknown type", "variables: {a: {type: int}}"),
        .init("a variable with an unknown key", "variables: {a: {type: string, defualt: b}}"),
        .init("a default of another type", "variables: {a: {type: integer, default: b}}"),
        .init("a default in quotes", "variables: {a: {type: integer, default: \"1\"}}"),
        .init("a number for text", "variables: {a: {type: string, default: 1}}"),
        .init("a huge number", "variables: {a: {type: integer, default: 99999999999999999999}}"),
        .init("a flag in words", "variables: {a: {type: boolean, default: yes}}"),
        .init("a bad default size", "variables: {a: {type: size, default: big}}"),
        .init("a bad default duration", "variables: {a: {type: duration, default: 1 hour}}"),
        .init("a text for a list", "variables: {a: {type: list, default: b}}"),
        .init("a number in a list", "variables: {a: [b, 1]}"),
        .init("a list in a list", "variables: {a: [[b]]}"),
        .init("a default that is not allowed", "variables: {a: {values: [stable, testing], default: stabel}}"),
        .init("allowed values that are none", "variables: {a: {values: b, default: b}}"),
        .init("an empty list of allowed values", "variables: {a: {values: [], default: b}}"),
        .init("an allowed value of another type", "variables: {a: {type: integer, values: [1, b], default: 1}}"),
        .init("allowed values of a list", "variables: {a: {type: list, values: [b], default: [b]}}"),
        .init("a pattern that is none", "variables: {a: {pattern: \"(\", default: b}}"),
        .init("a pattern that refers back", "variables: {a: {pattern: '(a)\\1', default: aa}}"),
        .init("a pattern of a number", "variables: {a: {type: integer, pattern: \"1\", default: 1}}"),
        .init(
            "a default that does not match",
            "variables: {a: {pattern: \"[0-9]+\", default: b, description: a number}}"
        ),
        .init(
            "two variables that must be given",
            "variables:\n  a: {type: string}\n  b: {type: size, description: the disk}"
        ),
        .init("a variable that refers to itself", "variables: {a: \"${{ a }}\"}"),
        .init("variables in a circle", "variables:\n  a: x${{ b }}\n  b: y${{ c }}\n  c: \"${{ a }}\""),
        .init("a variable that refers to nobody", "variables: {host: x, a: \"${{ hots }}\"}"),
        .init("a list inside a text of a variable", "variables: {a: [b], c: \"x${{ a }}\"}"),
        .init("a secret in a variable", "variables: {a: \"${{ secrets.b }}\"}\nsecrets: {b: {env: B}}"),
        .init("a reference that is not closed in a variable", "variables: {a: \"${{ b\"}"),
        .init("a bad variable of a base", "extends: a.recipe", ["a.recipe": "variables:\n  a: {type: txt}\n"]),
    ]

    static let values: [WrongLanguage] = [
        .init("an unknown --var", "variables: {host: a}", variables: [("hots", "b")]),
        .init("an unknown --var where there are none", "arch: x86_64", variables: [("host", "b")]),
        .init("a --var of another type", "variables: {n: 1}", variables: [("n", "one")]),
        .init("a --var that is no flag", "variables: {n: true}", variables: [("n", "yes")]),
        .init("a --var that is no size", "variables: {n: {type: size}}", variables: [("n", "10")]),
        .init("a --var that is not allowed", "variables: {n: {values: [a, b]}}", variables: [("n", "c")]),
        .init("a --var that does not match", "variables: {n: {pattern: \"[a-z]+\"}}", variables: [("n", "a b")]),
        .init("a --var with a private character", "variables: {n: a}", variables: [("n", "\u{E001}x\u{E002}")]),
        .init("a variable file that is not there", "variables: {n: a}", variableFiles: ["none.yaml"]),
        .init("a variable file that is a list", "variables: {n: a}", ["v.yaml": "- n\n"], variableFiles: ["v.yaml"]),
        .init("a variable file that is no YAML", "variables: {n: a}", ["v.yaml": "n: [\n"], variableFiles: ["v.yaml"]),
        .init(
            "an unknown name in a variable file",
            "variables: {name: a}",
            ["v.yaml": "\nnmae: b\n"],
            variableFiles: ["v.yaml"]
        ),
        .init(
            "a value of another type in a variable file",
            "variables: {n: 1}",
            ["v.yaml": "# v\nn: one\n"],
            variableFiles: ["v.yaml"]
        ),
        .init(
            "a repeated name in a variable file",
            "variables: {n: a}",
            ["v.yaml": "n: b\nn: c\n"],
            variableFiles: ["v.yaml"]
        ),
        .init(
            "a number for text in a variable file",
            "variables: {n: a}",
            ["v.yaml": "n: 9.4\n"],
            variableFiles: ["v.yaml"]
        ),
        .init(
            "a private character in a variable file",
            "variables: {n: a}",
            ["v.yaml": "n: \"\\uE001\"\n"],
            variableFiles: ["v.yaml"]
        ),
    ]

    static let references: [WrongLanguage] = [
        .init("an unknown variable", "description: x ${{ hots }}\nvariables: {host: a}"),
        .init("a variable where there are none", "description: \"${{ host }}\""),
        .init(
            "an unknown variable in a base",
            "extends: a.recipe",
            ["a.recipe": "# a\nmachine:\n  memory: \"${{ size }}\"\n"]
        ),
        .init("a reference that is not closed", "description: x ${{ host }\nvariables: {host: a}"),
        .init("a reference to nothing", "description: \"${{ }}\""),
        .init("a reference with an expression", "description: \"${{ host + 1 }}\"\nvariables: {host: a}"),
        .init("a reference without quotes in a list", "sysprep: {enable: [${{ host }}]}\nvariables: {host: a}"),
        .init("text for a number", "machine: {vcpus: \"${{ n }}\"}\nvariables: {n: \"4\"}"),
        .init("a number inside a text for a number", "machine: {vcpus: \"${{ n }}${{ n }}\"}\nvariables: {n: 4}"),
        .init("a number where text must stand", "description: \"${{ n }}\"\nvariables: {n: 4}"),
        .init("a value out of range", "machine: {vcpus: \"${{ n }}\"}\nvariables: {n: 4}", variables: [("n", "400")]),
        .init(
            "a value that breaks the line",
            "description: \"${{ d }}\"\nvariables: {d: a}",
            variables: [("d", "a\nb")]
        ),
        .init(
            "a value that is a command",
            "machine: {memory: \"${{ d }}\"}\nvariables: {d: a}",
            variables: [("d", "$(reboot)")]
        ),
        .init("a value that looks like YAML", "arch: \"${{ d }}\"\nvariables: {d: a}", variables: [("d", "{a: b}")]),
        .init("an empty value", "description: \"${{ d }}\"\nvariables: {d: \"\"}"),
        .init("a list inside a text", "description: \"x ${{ l }}\"\nvariables: {l: [a]}"),
        .init("a list for a text", "description: \"${{ l }}\"\nvariables: {l: [a]}"),
        .init("a text for a whole list", "sysprep: {enable: \"${{ t }}\"}\nvariables: {t: a}"),
        .init(
            "a text for a whole list that the base has too",
            "sysprep: {enable: \"${{ t }}\"}\nvariables: {t: a}\nextends: a.recipe",
            [
                "a.recipe": "sysprep: {enable: [b]}\n"
            ]
        ),
        .init("a bad item of a list", "sysprep: {enable: [b, \"${{ l }}\"]}\nvariables: {l: [a, \"c d\"]}"),
        .init("two values that are the same", "sysprep: {enable: [a, \"${{ l }}\"]}\nvariables: {l: [a]}"),
        .init(
            "a variable without a value is reported once",
            "description: \"${{ d }}\"\nvariables: {d: {type: string}}"
        ),
        .init("a reference as a key", "\"${{ a }}\": b\nvariables: {a: name}"),
        .init(
            "a reference as the version",
            web: WrongInput.minimal.replacing("version: 1", with: "version: \"${{ v }}\"") + "variables: {v: 1}\n"
        ),
    ]

    static let scripts: [WrongLanguage] = [
        .init("an unknown variable in a script", script: "echo ${{ hots }}"),
        .init("in double quotes", script: "'echo \"${{ host }}\"'"),
        .init("in single quotes", script: "\"echo '${{ host }}'\""),
        .init("in a comment", script: "|\n        echo a # ${{ host }}"),
        .init("in a here-document", script: "|\n        cat <<E\n        ${{ host }}\n        E"),
        .init("behind a backslash", script: "'echo \\${{ host }}'"),
        .init("in backticks", script: "'echo `echo ${{ host }}`'"),
        .init("in an arithmetic expression", script: "echo $((${{ host }} + 1))"),
        .init("in an expansion", script: "'echo ${x:-${{ host }}}'"),
        .init("a list in a script", script: "echo ${{ host }}", "variables: {host: [a]}"),
        .init("a value that ends its section", script: "|\n        x=${{ host }}", "variables: {host: \"a\\n%end x\"}"),
        .init(
            "a value that Python may not take",
            script: "'print(${{ host }})'",
            "variables: {host: \"it's\"}",
            options: "\n      interpreter: /usr/bin/python3"
        ),
        .init("not closed in a script", script: "echo ${{ host"),
    ]

    static let secrets: [WrongLanguage] = [
        .init("secrets that are a list", "secrets: [a]"),
        .init("a secret in the recipe", "secrets: {a: hunter2}"),
        .init("a secret with an odd name", "secrets: {a.b: {env: A}}"),
        .init("a secret from nowhere", "secrets: {a: {}}"),
        .init("a secret from two places", "secrets: {a: {env: A, file: b}}"),
        .init("a secret from an unknown place", "secrets: {a: {vault: b}}"),
        .init("a secret from a bad variable", "secrets: {a: {env: \"A B\"}}"),
        .init("a secret from a command line", "secrets: {a: {command: pass show a}}"),
        .init("a secret from no command", "secrets: {a: {command: []}}"),
        .init("a secret from a number", "secrets: {a: {command: [head, -c, 16]}}"),
        .init(
            "an unknown secret of root",
            web: WrongInput.minimal.replacing("system:\n", with: "system:\n  root_password: {secret: rot}\n")
                + "secrets: {root: {env: A}}\n"
        ),
        .init(
            "a secret of root beside a file",
            web: WrongInput.minimal.replacing("system:\n", with: "system:\n  root_password: {secret: root, file: x}\n")
                + "secrets: {root: {env: A}}\n"
        ),
        .init("a secret in a text", "description: \"${{ secrets.a }}\"\nsecrets: {a: {env: A}}"),
        .init(
            "a secret in the kernel's arguments",
            web: WrongInput.minimal.replacing(
                "built-in",
                with: "built-in\n  kernel_arguments: [\"key=${{ secrets.a }}\"]"
            ) + "secrets: {a: {env: A}}\n"
        ),
        .init("a secret in the file of another", "secrets: {a: {env: A}, b: {file: \"x/${{ secrets.a }}\"}}"),
        .init("an unknown secret in a script", script: "echo ${{ secrets.tokne }}", "secrets: {token: {env: A}}"),
        .init("a secret where there are none", script: "echo ${{ secrets.token }}", ""),
        .init("a secret in quotes", script: "'echo \"${{ secrets.token }}\"'", "secrets: {token: {env: A}}"),
        .init(
            "a secret for Python",
            script: "print(${{ secrets.token }})",
            "secrets: {token: {env: A}}",
            options: "\n      interpreter: /usr/bin/python3"
        ),
        .init(
            "a secret in an interpreter",
            script: "echo",
            "secrets: {token: {env: A}}",
            options: "\n      interpreter: /bin/${{ secrets.token }}"
        ),
        .init("a variable named like a secret", script: "echo ${{ token }}", "secrets: {token: {env: A}}"),
        .init("a bad secret of a base", "extends: a.recipe", ["a.recipe": "\nsecrets:\n  a: hunter2\n"]),
    ]
}
