import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import DiskImages

@Suite("The format gate")
struct FormatGateTests {
    @Test("knows every kind of image and refuses it for the right rule, with a place and advice")
    func samples() async throws {
        let scratch = try await GateScratch()
        for sample in GateSample.all {
            let path = try await scratch.make(sample)
            let verdict = try FormatGate.examine(path, declared: sample.declared)
            #expect(verdict.detected == sample.detected, "\(sample.name)")
            #expect(verdict.refusals.map(\.rule) == sample.rules, "\(sample.name): \(verdict.refusals.map(\.error))")
            for refusal in verdict.refusals {
                let message = refusal.error.message
                #expect(
                    refusal.error.path == path && message.hasPrefix("\(path) ") && message.contains("; "),
                    "\(message)"
                )
                if let offset = refusal.offset { #expect(message.contains("(at offset \(offset))")) }
            }
            if sample.rules.isEmpty {
                #expect(throws: Never.self) { try FormatGate.require(path, declared: sample.declared) }
            } else {
                let error = #expect(throws: DiskImageError.self) {
                    try FormatGate.require(path, declared: sample.declared)
                }
                #expect(error == verdict.refusals.first?.error)
            }
        }
        #expect(Set(GateSample.all.flatMap(\.rules)) == Set(GateRule.allCases))
        #expect(Set(GateSample.all.map(\.name)).count == GateSample.all.count)
    }

    @Test(
        "tells the size of the disk inside",
        arguments: [
            ("-f qcow2", DeclaredFormat.qcow2), ("-f vmdk", .vmdk), ("-f vmdk -o subformat=streamOptimized", .vmdk),
            ("-f vhdx", .vhdx),
            ("-f vdi", .vdi), ("-f raw", .raw), ("-f vpc -o force_size=on", .vhd),
        ]
    )
    func virtualSize(arguments: String, declared: DeclaredFormat) async throws {
        let scratch = try Scratch()
        let path = scratch.appending("image")
        try await GateSample.create(arguments, path)
        #expect(try FormatGate.require(path, declared: declared).virtualSize == Int64(GateSample.size))
    }

    @Test("says what to do")
    func advice() async throws {
        let scratch = try Scratch()
        let raw = try scratch.write("raw", Data(count: 1024))
        func message(_ path: FilePath, _ declared: DeclaredFormat) throws -> String {
            try FormatGate.examine(path, declared: declared).refusals.map(\.error.message).joined(separator: "\n")
        }
        #expect(
            try message(raw, .qcow2)
                == "\(raw) is declared as qcow2 but is raw; declare it as raw or convert it with qemu-img convert -f raw -O qcow2"
        )
        #expect(try message(raw, .iso) == "\(raw) is declared as iso but is raw; declare it as raw")
        let qed = scratch.appending("qed")
        try await GateSample.create("-f qed", qed)
        #expect(
            try message(qed, .vmdk) == """
                \(qed) is declared as vmdk but is qed; convert it with qemu-img convert -f qed -O vmdk -o subformat=streamOptimized
                \(qed) is qed, which no cloud takes (at offset 0); convert it with qemu-img convert -f qed -O qcow2
                """
        )
        let qcow2 = scratch.appending("qcow2")
        try await GateSample.create("-f qcow2", qcow2)
        let verdict = try FormatGate.examine(qcow2, declared: .raw)
        #expect(verdict.warnings == ["\(qcow2) is declared as raw but is qcow2, which a guest would see as its disk"])
        #expect(verdict.virtualSize == (try FileIO.status(at: qcow2)?.size))
    }

    @Test("names no control character of an image's own text")
    func controlCharacters() async throws {
        let scratch = try Scratch()
        let path = scratch.appending("vmdk")
        try await GateSample.create("-f vmdk", path)
        var bytes = try contents(path)
        let place = try #require(bytes.range(of: Data("ddb.adapterType".utf8)))
        bytes.replaceSubrange(place, with: Data("\u{1b}[2J\u{1b}]0;pwned".utf8.prefix(15)))
        let kind = try #require(bytes.range(of: Data("monolithicSparse".utf8)))
        bytes.replaceSubrange(kind, with: Data("\u{1b}[31monolithicSp".utf8.prefix(16)))
        try bytes.write(to: URL(fileURLWithPath: path.string))
        let verdict = try FormatGate.examine(path, declared: .vmdk)
        #expect(verdict.refusals.map(\.rule) == [.subformat, .descriptor])
        for refusal in verdict.refusals { #expect(!refusal.error.message.unicodeScalars.contains { $0.value < 0x20 }) }
    }

    @Test("costs milliseconds for a file of 100 GB, whatever it is", arguments: DeclaredFormat.allCases)
    func largeFiles(declared: DeclaredFormat) async throws {
        let scratch = try Scratch()
        let starts: [String: [UInt8]] = [
            "raw": [], "vhd": Array("conectix".utf8), "vhdx": Array("vhdxfile".utf8),
            "vmdk": Array("KDMV".utf8) + [3, 0, 0, 0] + [UInt8](repeating: 0xff, count: 56),
        ]
        for (name, start) in starts {
            let path = try scratch.write(name, Data(start))
            guard truncate(path.string, 100 << 30) == 0 else {
                throw DiskImageError(errno: errno, "cannot write", path)
            }
            let begin = ContinuousClock.now
            _ = try FormatGate.examine(path, declared: declared)
            #expect(ContinuousClock.now - begin < .milliseconds(500), "\(name)")
        }
    }

    @Test("throws for what is no file")
    func noFile() throws {
        let scratch = try Scratch()
        let missing = #expect(throws: DiskImageError.self) {
            try FormatGate.examine(scratch.appending("x"), declared: .raw)
        }
        #expect(missing?.code == .notFound)
        let directory = #expect(throws: DiskImageError.self) { try FormatGate.examine(scratch.path, declared: .raw) }
        #expect(directory?.code == .invalid)
    }

    @Test("has the formats of imagebake among those that can be declared", arguments: DiskFormat.allCases)
    func declarations(format: DiskFormat) {
        #expect(DeclaredFormat(format).rawValue == format.rawValue)
    }
}
