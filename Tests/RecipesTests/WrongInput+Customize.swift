extension WrongInput {
    /// What is wrong with steps of customising.
    static let customizing: [WrongInput] =
        [
            WrongInput("customize is no list", text: minimal + "customize: {touch: /etc/x}\n"),
            WrongInput(
                "two keys in one step",
                text: minimal + "customize:\n  - touch: /etc/x\n    truncate: /etc/y\n  - touch: /etc/z\n"
            ),
            WrongInput(
                "root's password beside a locked root",
                text: minimal
                    + "secrets: {word: {env: WORD}}\ncustomize:\n  - password: {user: root, password: {secret: word}}\n"
            ),
            WrongInput(
                "a secret where none can stand",
                text: minimal + "secrets: {word: {env: WORD}}\ncustomize:\n  - hostname: ${{ secrets.word }}\n"
            ),
            WrongInput(
                "a secret that is not declared, in a file",
                text: minimal
                    + "secrets: {word: {env: WORD}}\ncustomize:\n  - write: {path: /x, content: \"${{ secrets.wrod }}\"}\n"
            ),
            WrongInput(
                "a secret for an interpreter that is no shell",
                text: minimal
                    + "secrets: {word: {env: WORD}}\ncustomize:\n  - run: {interpreter: /usr/bin/python3, script: \"x = ${{ secrets.word }}\"}\n"
            ),
        ]
        + [
            "{}", "touch", "{tuoch: /etc/x}", "{touch: etc/x}", "{touch: /}", "{touch: /etc/../x}", "{touch: /etc//x}",
            "{touch: \"/etc/a b\"}", "{truncate: [x]}", "{write: /etc/x}", "{write: {path: /etc/x}}",
            "{write: {path: /etc/x, content: 1}}", "{write: {path: /etc/x, content: \"\"}}",
            "{write: {path: /etc/x, content: \"a\\eb\"}}", "{write: {path: /etc/x, content: {secret: none}}}",
            "{write: {path: /etc/x, content: a, mode: \"0999\"}}", "{write: {path: /etc/x, content: a, mode: 7}}",
            "{write: {path: /etc/x, content: a, owner: Ada}}", "{write: {path: /etc/x, content: a, owner: 0}}",
            "{upload: {from: none, to: /etc/x}}", "{upload: {from: ../x, to: /etc/x}}",
            "{upload: {from: /etc/passwd, to: /x}}",
            "{copy_in: {from: none, to: /etc/x}}", "{copy_in: {from: web.recipe, to: /etc/x}}",
            "{edit: {path: /etc/x, match: \"(\", replace: a}}",
            "{edit: {path: /etc/x, match: \"(a)\\\\1\", replace: a}}",
            "{edit: {path: /etc/x, match: \"((a{200}){200}){200}\", replace: a}}", "{edit: {path: /etc/x, match: a}}",
            "{edit: {path: /etc/x, match: a, replace: b, missing: add}}", "{delete: /etc/x}", "{delete: [\"/*\"]}",
            "{delete: [/etc/x, /etc/x]}", "{delete: [\"/etc/[a]\"]}", "{mkdir: {mode: \"0755\"}}",
            "{chmod: {path: /etc/x}}",
            "{chown: {path: /etc/x}}", "{link: {path: /etc/x}}", "{run: ls}", "{run: {}}", "{run: {command: []}}",
            "{run: {script: \" \"}}", "{run: {script: a, command: [b]}}", "{run: {command: [a], interpreter: /bin/sh}}",
            "{run: {script: a, interpreter: python3}}", "{run: {script: a, network: sometimes}}",
            "{run: {script: a, limit: 0s}}", "{run: {script: a, limit: 2d}}", "{install: nginx}", "{install: []}",
            "{install: [--force]}", "{install: [nginx, nginx]}", "{install: {network: true}}",
            "{install: {files: [web.recipe]}}", "{install: {files: [none.deb]}}", "{remove: [\"a b\"]}", "{remove: []}",
            "{update: some}",
            "{update: []}", "{group: {gid: 5}}", "{group: {name: a, gid: 0}}", "{user: {name: root}}",
            "{user: {name: ada, password: hunter2}}", "{user: {name: ada, ssh_keys: [x]}}",
            "{user: {name: ada, home: home}}",
            "{password: {user: ada}}", "{password: {user: ada, password: hunter2}}", "{ssh_key: {user: ada, keys: []}}",
            "{hostname: -web}", "{timezone: ../etc}", "{service: {}}", "{service: {enable: [a], mask: [a]}}",
            "{service: {enable: [\"a b\"]}}", "{firstboot: {name: a}}", "{firstboot: {name: ../a, script: b}}",
            "{relabel: true}", "{relabel: none}",
        ].map { WrongInput(step: $0) }
}
