import ArgumentParser
import Testing

@testable import imagebake

@Suite("Options of output")
struct OutputOptionsTests {
    private static let listing = [
        "-f", "csv", "--sort-column", "x", "--sort-descending", "--quote", "all", "--noindent", "--max-width", "50",
        "--fit-width", "--print-empty",
    ]
    private static let showing = [
        "-f", "shell", "--prefix", "x_", "--noindent", "--max-width", "50", "--fit-width", "--print-empty",
    ]
    private static let lists = [
        "image list", "image member list x", "image stores list", "bakes list", "cache list", "cache prune",
        "registry fsck", "registry quota show", "doctor", "plan x", "diff x y", "build x", "sysprep x",
        "sysprep --list-operations", "publish x", "rollback x",
    ]
    private static let shows = [
        "image show x", "image create x", "image add project x y", "image member get x y", "image import x",
        "image import info", "bakes show x", "cache show x",
    ]
    private static let neither = [
        "inspect x", "diagnose x", "validate x", "image delete x", "image set x", "image save x --file y",
        "image verify",
        "image remove project x y", "bakes log x",
    ]

    private func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }

    @Test("What lists takes those of lists, and not those of objects", arguments: lists)
    func list(_ command: String) throws {
        _ = try Imagebake.parseAsRoot(words(command) + Self.listing)
        #expect(throws: (any Error).self) { try Imagebake.parseAsRoot(words(command) + ["--prefix", "x"]) }
        #expect(throws: (any Error).self) { try Imagebake.parseAsRoot(words(command) + ["-f", "shell"]) }
    }

    @Test("What shows one object takes those of objects, and not those of lists", arguments: shows)
    func show(_ command: String) throws {
        _ = try Imagebake.parseAsRoot(words(command) + Self.showing)
        for options in [["--quote", "all"], ["--sort-column", "x"], ["--sort-ascending"], ["-f", "csv"]] {
            #expect(throws: (any Error).self) { try Imagebake.parseAsRoot(words(command) + options) }
        }
    }

    @Test("What does neither takes none of either", arguments: neither, ["-c", "--prefix", "--quote", "--sort-column"])
    func others(_ command: String, option: String) throws {
        _ = try Imagebake.parseAsRoot(words(command))
        #expect(throws: (any Error).self) { try Imagebake.parseAsRoot(words(command) + [option, "all"]) }
    }

    @Test(
        "A column that there is not is refused before anything is done",
        arguments: [
            "image list", "image create x", "image show x", "image add project x y", "image import x",
            "image stores list",
            "cache prune", "registry fsck --repair", "doctor", "diff x y", "build x", "sysprep x", "publish x",
            "rollback x",
        ]
    )
    func columns(_ command: String) {
        #expect(throws: (any Error).self) { try Imagebake.parseAsRoot(words(command) + ["-c", "nothing"]) }
    }
}
