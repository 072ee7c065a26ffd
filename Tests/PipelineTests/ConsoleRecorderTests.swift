import Diagnosis
import Foundation
import Recipes
import Synchronization
import SystemPackage
import Testing

@testable import Pipeline

@Suite("The console recorder")
struct ConsoleRecorderTests {
    @Test(
        "Lines that tell how the install goes",
        arguments: [
            (
                "[    2.1] Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)",
                ConsoleRecorder.Sign.panic("VFS: Unable to mount root fs on unknown-block(0,0)")
            ),
            (
                "imagebake-installer: error: ks.cfg line 12: unknown command 'xyz'",
                .installerError("ks.cfg line 12: unknown command 'xyz'")
            ),
            ("[   12.345] imagebake-installer: error: x", .installerError("x")),
        ] as [(String, ConsoleRecorder.Sign)]
    )
    func signs(line: String, sign: ConsoleRecorder.Sign) {
        #expect(ConsoleRecorder.sign(in: line) == sign)
    }

    @Test(
        "Lines that only look like one",
        arguments: [
            "---[ end Kernel panic - not syncing: VFS: Unable to mount root fs ]---",
            "systemd[1]: Kernel panic is a term",
            "echo imagebake-installer: error: printed by a script",
            "imagebake-installer: warning: %post of line 3 failed",
            "Setting up linux-image (6.1) ... kernel_panic=0",
        ]
    )
    func noSigns(line: String) {
        #expect(ConsoleRecorder.sign(in: line) == nil)
    }

    @Test("Escape sequences, control characters and broken UTF-8 do not reach a terminal")
    func text() {
        let bytes = Array("\u{1B}[1;31mred\u{1B}[0m \u{1B}[?25hx\u{7}\ty\r".utf8) + [0xFF]
        #expect(ConsoleText.line(bytes) == "red x\ty\u{FFFD}")
    }

    @Test("A secret is in no line and not in the file, however the reads cut it", arguments: 1...12)
    func secrets(size: Int) throws {
        let file = FilePath(FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path)
        defer { try? FileManager.default.removeItem(atPath: file.string) }
        let lines = Mutex<[String]>([])
        let recorder = try ConsoleRecorder(
            file,
            masker: SecretMasker(["hunter2!"]),
            onLine: { line in lines.withLock { $0.append(line) } },
            onSign: { _ in }
        )
        let long = String(repeating: "x", count: 4092) + "hunter2!"
        let text = "a hunter2! b\r\nbase64 \(Data("key=hunter2!".utf8).base64EncodedString())\r\n\(long)\r\nend hunter2"
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            try recorder.record(Array(rest.prefix(size)))
            rest = rest.dropFirst(size)
        }
        try recorder.finish()
        let written = try String(contentsOfFile: file.string, encoding: .utf8)
        #expect(written.hasPrefix("a (hidden) b\r\nbase64 a2V5PW(hidden)"))
        #expect(written.hasSuffix("x(hidden)\r\nend hunter2"))
        let seen = lines.withLock { $0 }
        #expect(seen.first == "a (hidden) b")
        #expect(!seen.joined().contains("hunter2!"))
    }

    @Test("Bytes reach the file as they came; lines are joined across pieces and cut where they never end")
    func recording() throws {
        let file = FilePath(FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path)
        defer { try? FileManager.default.removeItem(atPath: file.string) }
        let lines = Mutex<[String]>([])
        let recorder = try ConsoleRecorder(
            file,
            onLine: { line in lines.withLock { $0.append(line) } },
            onSign: { _ in }
        )
        let pieces = [
            "first\r\nsec", "ond\r\n", String(repeating: "x", count: 10_000), "\r\nKernel panic - not syncing: y\n",
        ]
        for piece in pieces { try recorder.record(Array(piece.utf8)) }
        #expect(try String(contentsOfFile: file.string, encoding: .utf8) == pieces.joined())
        let seen = lines.withLock { $0 }
        #expect(seen.prefix(2) == ["first", "second"])
        #expect(seen.allSatisfy { $0.utf8.count <= 4096 })
        #expect(recorder.signs.signs == [.panic("y")])
    }
}
