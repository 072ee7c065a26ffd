import Foundation
import SystemPackage
import Testing

@testable import Recipes

/// The reader of kickstarts that serves the lints reads them as pykickstart does.
@Suite("Kickstart documents")
struct KickstartDocumentTests {
    private static let lines = [
        "rootpw --iscrypted $6$a$b", "rootpw 'a b' c", "rootpw \"a b\" c", "rootpw a\\ b", "rootpw \"a\\\"b\" 'c\\'",
        "rootpw \"a\\nb\"",
        "part / --size=1 # comment", "part /#no", "a'b'c\"d\"e", "'' \"\"", "a\tb  c",
        "user --gecos='Ada L' --name=ada", "x \\\\ y", "ü 'ä ö'",
        "unclosed 'x", "unclosed \"x", "trailing \\", "\"a\\\\b\"", "a=\"b c\"d",
    ]

    @Test("lines are split as shlex splits them", .enabled(if: Judges.canRun("ksvalidator"), Judges.reason))
    func words() async throws {
        let script = """
            import json, shlex, sys
            for line in json.load(open(sys.argv[1])):
                try: print(json.dumps(shlex.split(line, comments=True), ensure_ascii=False))
                except ValueError: print("null")
            """
        let directory = try TemporaryDirectory()
        let input = try directory.write(JSONEncoder().encode(Self.lines), to: "lines.json")
        let verdict = try await Judges.python().run(["-c", script, input.string])
        let expected = try verdict.output.split(separator: "\n").map {
            try JSONDecoder().decode([String]?.self, from: Data($0.utf8))
        }
        #expect(expected.count == Self.lines.count)
        for (line, words) in zip(Self.lines, expected) { #expect(ShellWords.split(line) == words, "\(line)") }
    }

    @Test("commands and sections have their lines")
    func structure() throws {
        let document = KickstartDocument(
            """
            # a comment
            text
              rootpw --lock

            %packages --ignoremissing
            @core
            # not installed
            -postfix
            %end
            poweroff
            %post --log=/root/x
            %sh is no section
            echo "rootpw x"
            %end
            %pre
            echo no end
            """
        )
        #expect(document.commands.map(\.line) == [2, 3, 10])
        #expect(document.commands.map(\.name) == ["text", "rootpw", "poweroff"])
        #expect(document.sections.map(\.name) == ["%packages", "%post", "%pre"])
        #expect(document.sections.map(\.line) == [5, 11, 15])
        #expect(document.sections.map(\.isEnded) == [true, true, false])
        #expect(document.sections.map(\.arguments) == [["--ignoremissing"], ["--log=/root/x"], []])
        #expect(document.sections[1].body.map(\.number) == [12, 13])
        #expect(!document.isPartial)
    }

    @Test(
        "a template's tags are no commands",
        arguments: ["{{> kickstart/disk}}", "{{#users}}", "{{! a note }}", "{{/users}}"]
    )
    func template(_ tag: String) {
        let document = KickstartDocument("text\n\(tag)\nrootpw --iscrypted {{root_password_hash}}\n")
        #expect(document.commands.map(\.name) == ["text", "rootpw"])
        #expect(document.isPartial == tag.hasPrefix("{{>"))
    }

    @Test(
        "any text is a document",
        arguments: ["", "\n", "%end", "%post", "'", "%packages\n%packages\n%end\n%end", "\r\n", "{{", "\\"]
    )
    func anything(_ text: String) {
        _ = KickstartDocument(text)
    }

    @Test(
        "what is called removed, deprecated or known is so for ksvalidator",
        .enabled(if: Judges.canRun("ksvalidator"), Judges.reason)
    )
    func changes() async throws {
        let dialects: [(KickstartDialect, String)] = [
            (.el7, "RHEL7"), (.el8, "RHEL8"), (.el9, "RHEL9"), (.el10, "RHEL10"), (.fedora, "F44"),
        ]
        let script = """
            import json, sys, warnings
            from pykickstart.errors import KickstartDeprecationWarning
            from pykickstart.parser import KickstartParser
            from pykickstart.version import makeVersion
            for command, option, version in json.load(open(sys.argv[1])):
                handler = makeVersion(version)
                known = handler.commands.get(command)
                names = [c.__name__ for c in type(known).__mro__]
                state = "known"
                if known is None:
                    state = "removed"
                elif option is None:
                    if "RemovedCommand" in names: state = "removed"
                    elif "DeprecatedCommand" in names: state = "deprecated"
                    else:
                        with warnings.catch_warnings(record=True) as caught:
                            warnings.simplefilter("always")
                            try: KickstartParser(makeVersion(version)).readKickstartFromString(command + "\\n")
                            except Exception: pass
                            if any(issubclass(w.category, KickstartDeprecationWarning) for w in caught): state = "deprecated"
                elif "RemovedCommand" not in names:
                    found = [a for a in known.op._actions if option in a.option_strings]
                    if not found or getattr(found[0], "removed", None): state = "removed"
                    elif getattr(found[0], "deprecated", None): state = "deprecated"
                    elif command == "timezone":
                        # Here only its parse says so.
                        with warnings.catch_warnings(record=True) as caught:
                            warnings.simplefilter("always")
                            line = f"timezone {option}{'=a' if option == '--ntpservers' else ''} UTC\\n"
                            KickstartParser(makeVersion(version)).readKickstartFromString(line)
                            if any(issubclass(w.category, KickstartDeprecationWarning) for w in caught): state = "deprecated"
                else: state = "removed"
                print(state)
            """
        let questions = KickstartChange.table.flatMap { change in
            dialects.map { (change, $0.0, $0.1) }
        }
        let directory = try TemporaryDirectory()
        let input = try directory.write(
            JSONEncoder().encode(questions.map { [$0.0.command, $0.0.option, $0.2] }),
            to: "questions.json"
        )
        let verdict = try await Judges.python().run(["-W", "ignore", "-c", script, input.string])
        let answers = verdict.output.split(separator: "\n").map(String.init)
        #expect(answers.count == questions.count, "\(verdict.output.suffix(500))")
        for ((change, dialect, version), answer) in zip(questions, answers) {
            let state = change.isCommandGone(in: dialect) && change.option != nil ? .removed : change.state(in: dialect)
            #expect("\(state)" == answer, "\(change.command) \(change.option ?? "") in \(version)")
        }
    }
}
