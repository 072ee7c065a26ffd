import DiskImages
import Foundation
import Guestfs
import SystemPackage
import TestSupport
import Testing

@testable import Pipeline

/// What of images is refused before an appliance starts, and how two are compared.
struct ImageInspectionTests {
    private static let qcow2: [UInt8] = [0x51, 0x46, 0x49, 0xFB]

    private static func header(backing: Bool) -> [UInt8] {
        func number(_ value: UInt64, _ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: value >> ((count - 1 - $0) * 8)) }
        }
        let name = Array("/etc/passwd".utf8)
        // Version 2: backing file's offset and length, cluster bits, size, then what is of no account here.
        let fields =
            number(2, 4) + number(backing ? 72 : 0, 8) + number(backing ? UInt64(name.count) : 0, 4)
            + number(16, 4) + number(1 << 30, 8)
        let head = qcow2 + fields
        return head + [UInt8](repeating: 0, count: 72 - head.count) + name + [UInt8](repeating: 0, count: 1000)
    }

    @Test(
        "what cannot be opened safely ends with status 66 and a reason",
        arguments: [
            ("missing", nil, nil, "no such file"),
            (
                "disk.vmdk", Array("KDMV".utf8) + [UInt8](repeating: 0, count: 1000), nil,
                "is vmdk, neither qcow2 nor raw"
            ),
            ("backing.qcow2", header(backing: true), nil, "has a backing file"),
            ("told.qcow2", [UInt8](repeating: 1, count: 1024), .qcow2, "declared as qcow2 but is raw"),
            ("told.raw", header(backing: false), .raw, "declared as raw but is qcow2"),
            ("empty.raw", [], .raw, "is an empty image"),
        ] as [(String, [UInt8]?, ImageInspection.Format?, String)]
    )
    func refusals(_ name: String, _ content: [UInt8]?, _ format: ImageInspection.Format?, _ words: String) throws {
        let scratch = try Scratch()
        if let content { try scratch.write(name, Data(content)) }
        let home = try Home(environment: ["IMAGEBAKE_HOME": scratch.path.string])
        let failure = #expect(throws: Failure.self) {
            try ImageInspection(scratch.appending(name), format: format, home: home)
        }
        #expect(
            failure?.status == .inputMissing && failure?.message.contains(words) == true,
            "\(String(describing: failure))"
        )
    }

    @Test("the format is told by the magic, or by somebody: never taken from what a guest may have written")
    func detection() throws {
        let scratch = try Scratch()
        let home = try Home(environment: ["IMAGEBAKE_HOME": scratch.path.string])
        try scratch.write("a.img", Data(Self.header(backing: false)))
        try scratch.write("b.qcow2", Data([UInt8](repeating: 1, count: 1024)))
        #expect(try ImageInspection(scratch.appending("a.img"), format: nil, home: home).format == .qcow2)
        #expect(try ImageInspection(scratch.appending("b.qcow2"), format: .raw, home: home).format == .raw)
        let failure = #expect(throws: Failure.self) {
            try ImageInspection(scratch.appending("b.qcow2"), format: nil, home: home)
        }
        #expect(failure?.status == .usage)
        #expect(failure?.details.first { $0.label == "next" }?.text.contains("--image-format raw") == true)
    }

    @Test("a thing that has another value has changed; of several values each comes or goes")
    func changes() {
        let before = [("bash", "5.1"), ("kernel", "1"), ("kernel", "2"), ("gone", "1"), ("same", "1")]
        let after = [("bash", "5.2"), ("kernel", "2"), ("kernel", "3"), ("kernel", "4"), ("same", "1"), ("new", "1")]
        let found = ImageDifference.changes(before, after).map { "\($0.name) \($0.before ?? "-") \($0.after ?? "-")" }
        #expect(found == ["bash 5.1 5.2", "gone 1 -", "kernel 1 -", "kernel - 3", "kernel - 4", "new - 1"])
        #expect(ImageDifference.changes(before, before).isEmpty)
    }
}
