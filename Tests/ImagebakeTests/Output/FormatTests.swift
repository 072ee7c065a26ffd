import ArgumentParser
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import imagebake

@Suite("Formats")
struct FormatTests {
    private static let columns = ["ID", "Name", "Size"]
    private static let rows: [[Cell]] = [
        [.text("1"), .text("web"), .size(1_572_864)], [.text("2"), .nothing, .nothing],
    ]

    private func list(_ arguments: [String], _ rows: [[Cell]] = rows) throws -> String? {
        try ListOptions.parse(arguments).text(Listing(columns: Self.columns, rows: rows))
    }

    @Test(
        "A list",
        arguments: [
            (
                ["-f", "table"],
                """
                +----+------+---------+
                | ID | Name |    Size |
                +----+------+---------+
                | 1  | web  | 1.5 MiB |
                | 2  | None |    None |
                +----+------+---------+
                """
            ),
            (["-f", "value"], "1 web 1572864\n2 None None"),
            (["-f", "csv"], "\"ID\",\"Name\",\"Size\"\n\"1\",\"web\",1572864\n\"2\",\"\",\"\""),
            (["-f", "json", "--noindent", "-c", "size"], "[{\"Size\": 1572864}, {\"Size\": null}]"),
            (["-f", "json", "-c", "id"], "[\n  {\n    \"ID\": \"1\"\n  },\n  {\n    \"ID\": \"2\"\n  }\n]"),
            (["-f", "yaml", "-c", "name", "-c", "size"], "- Name: web\n  Size: 1572864\n- Name: null\n  Size: null"),
            (["-f", "value", "-c", "id", "--sort-column", "size", "--sort-descending"], "2\n1"),
        ]
    )
    func lists(arguments: [String], expected: String) throws {
        #expect(try list(arguments) == expected)
    }

    @Test(
        "A list of nothing",
        arguments: [
            ("table", nil), ("value", nil), ("csv", "\"ID\",\"Name\",\"Size\""), ("json", "[]"), ("yaml", "[]"),
        ] as [(String, String?)]
    )
    func empty(format: String, expected: String?) throws {
        #expect(try list(["-f", format], []) == expected)
    }

    @Test("Programs get the whole document, unless columns or an order are asked for")
    func documents() throws {
        let listing = Listing(columns: ["Name"], rows: [["b"], ["a"]], document: ["whole": ["b", "\u{E9}\u{1B}"]])
        func text(_ arguments: String...) throws -> String? { try ListOptions.parse(arguments).text(listing) }
        #expect(try text("-f", "json", "--noindent") == #"{"whole": ["b", "\u00e9\u001b"]}"#)
        #expect(try text("-f", "json", "--noindent", "-c", "name") == #"[{"Name": "b"}, {"Name": "a"}]"#)
        #expect(try text("-f", "yaml", "--sort-column", "name") == "- Name: a\n- Name: b")
        #expect(try text("-f", "value") == "b\na")
        let record = Record([("name", .text("b")), ("size", .nothing)], document: ["whole": 1])
        func shown(_ arguments: String...) throws -> String? { try ShowOptions.parse(arguments).text(record) }
        #expect(try shown("-f", "json", "--noindent") == #"{"whole": 1}"#)
        #expect(try shown("-f", "json", "--noindent", "-c", "size", "-c", "name") == #"{"name": "b", "size": null}"#)
        #expect(try shown("-f", "value") == "b")
        #expect(try shown("-f", "value", "-c", "size") == "None")
    }

    @Test("A table fits the terminal, and what goes into a pipe where that is asked for")
    func fits() throws {
        let rows: [[Cell]] = [[.text("1"), .text("one two three four five six"), .nothing]]
        func width(_ arguments: [String], _ widths: Output.Widths) throws -> Int? {
            try ListOptions.parse(arguments).text(Listing(columns: Self.columns, rows: rows), widths)?
                .split(separator: "\n").first?.count
        }
        let natural = try width([], (nil, nil))
        #expect(natural == 43)
        #expect(try width([], (30, nil)) == 30)
        #expect(try width([], (nil, 30)) == natural)
        #expect(try width(["--fit-width"], (nil, 30)) == 30)
        #expect(try width(["--max-width", "35"], (30, nil)) == 35)
        #expect(try width(["--max-width", "0"], (30, nil)) == 30)
    }

    @Test("Columns that are there on demand, and those that are not there")
    func columns() throws {
        let listing = Listing(
            columns: [
                Column<Int>("Number") { .number(Int64($0)) }, Column("Text", isUsual: false) { .text("<\($0)>") },
            ],
            items: [2, 1]
        )
        #expect(try ListOptions.parse(["-f", "csv"]).text(listing) == "\"Number\"\n2\n1")
        #expect(try ListOptions.parse(["-f", "value", "-c", "text"]).text(listing) == "<2>\n<1>")
        #expect(try ListOptions.parse(["-f", "value", "--sort-column", "text"]).text(listing) == "1\n2")
        for options in [["-c", "Number", "-c", "texd"], ["-c", "texd"]] {
            let error = #expect(throws: (any Error).self) { try ListOptions.parse(options).text(listing) }
            #expect(
                "\(error.map { ListOptions.message(for: $0) } ?? "")"
                    == "there is no column 'texd'; there are: Number, Text"
            )
        }
        #expect(throws: (any Error).self) { try ShowOptions.parse(["-c", "x"]).check(["a"]) }
        try ShowOptions.parse(["-c", "A b"]).check(["a_b"])
    }

    private static let hostile = [
        "$(touch owned)", "`touch owned`", "\"; touch owned; \"", "'; touch owned; '", "\\", "\\\"; touch owned #",
        "a\nb\n",
        "${HOME}", "$((1))", "'", "''", "!!", "~", "* ?", "a\\`touch owned`", "\u{E9}\"; touch owned; \"",
        "\u{3BB}`touch owned`", "",
        "-n", "\u{1B}[2J\u{9B}5n", "\t \r", "$'\\x24(touch owned)'", "it's \"$(touch owned)\" \\' `touch owned`",
    ]

    @Test("What is evaluated by a shell is text, whatever it is", arguments: hostile, ["sh", "bash"])
    func shell(value: String, shell: String) async throws {
        let scratch = try Scratch()
        let text = try ShowOptions.parse(["-f", "shell", "--prefix", "image_"]).text(
            Record([("name", .text(value)), ("$(touch owned) x-y", .mapping([value: value])), ("tags", .list([value]))])
        )
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            shell, "-c", "eval \"$1\"; printf '%s' \"$image_name\"; printf '|%s' \"$image_tags\"", shell, text ?? "",
        ]
        process.currentDirectoryURL = URL(filePath: scratch.path.string)
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let printed = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(printed == "\(value)|\(PythonLiteral.list([value]))")
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path.string) == [])
    }

    @Test(
        "A variable's name is one",
        arguments: [("a b-c:d.e", "a_b_c_d_e"), ("1a", "_1a"), ("\u{E9}t\u{E9}", "_t_"), ("", "_")]
    )
    func variables(name: String, variable: String) throws {
        #expect(try ShowOptions.parse(["-f", "shell"]).text(Record([(name, .number(1))])) == "\(variable)=\"1\"")
    }

    @Test("A prefix that makes no name is refused", arguments: ["a-b", "x=1;", "1", "$(x)", "a b c", "export  x"])
    func prefixes(prefix: String) {
        #expect(throws: (any Error).self) { try ShowOptions.parse(["-f", "shell", "--prefix", prefix]) }
    }

    @Test("What strangers have written does not reach a terminal as what it acts on, and breaks no row")
    func control() throws {
        let name = "a\u{1B}]0;owned\u{7}\r\u{9B}5n\u{202E}b\nc\td"
        let rows: [[Cell]] = [[.text("1"), .text(name), .nothing]]
        #expect(
            try list(["-c", "Name"], rows) == """
                +---------------------------------+
                | Name                            |
                +---------------------------------+
                | a\\x1b]0;owned\\x07 \\x9b5n\\u202eb |
                | c       d                       |
                +---------------------------------+
                """
        )
        #expect(try list(["-f", "value", "-c", "name"], rows) == "a\u{1B}]0;owned\u{7}\\r\u{9B}5n\u{202E}b\\nc\td")
        #expect(try list(["-f", "csv", "-c", "name"], rows) == "\"Name\"\n\"\(name)\"")
        let json = try list(["-f", "json"], rows) ?? ""
        #expect(
            json.utf8.allSatisfy { (0x20..<0x7F).contains($0) || $0 == 10 }
                && json.contains(#"\u001b]0;owned\u0007\r\u009b5n"#)
        )
        let yaml = try list(["-f", "yaml"], rows) ?? ""
        #expect(yaml.utf8.allSatisfy { (0x20..<0x7F).contains($0) || $0 == 10 }, "\(yaml)")
        #expect(VisibleText.of(name, keeping: ["\n", "\t"]) == "a\\x1b]0;owned\\x07\\r\\x9b5n\\u202eb\nc\td")
        #expect(VisibleText.of("B\u{FC}cher \u{1F427}") == "B\u{FC}cher \u{1F427}")
    }

    @Test(
        "Lines are broken where Python breaks them",
        arguments: [
            ("the quick brown fox", 10, ["the quick", "brown fox"]),
            ("well-known words", 6, ["well-", "known", "words"]),
            ("6b99f817-f065-4e91", 10, ["6b99f817-", "f065-4e91"]), ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
            ("a -- b", 3, ["a", "--", "b"]), ("one--two", 5, ["one--", "two"]), ("   ", 2, []),
            ("\u{4F60}\u{597D}\u{4F60}", 4, ["\u{4F60}\u{597D}", "\u{4F60}"]),
            ("\u{4F60}\u{597D}", 1, ["\u{4F60}", "\u{597D}"]),
        ] as [(String, Int, [String])]
    )
    func wraps(text: String, width: Int, lines: [String]) {
        #expect(LineWrap.lines(text, width: width) == lines)
    }

    @Test(
        "Sizes for people as the client writes them",
        arguments: [
            (0, "0"), (999, "999"), (1000, "1K"), (1_048_576, "1M"), (1_550_000, "1.6M"), (1_000_000_000_000, "1T"),
        ] as [(Int64, String)]
    )
    func sizes(bytes: Int64, text: String) {
        #expect(DecimalSize.text(bytes) == text)
    }
}
