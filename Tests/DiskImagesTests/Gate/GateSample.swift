import Foundation
import SystemPackage
import TestSupport

@testable import DiskImages

/// An image of one kind, and what the gate has to think of it.
struct GateSample: Sendable {
    /// What it is, in words that make a file name.
    let name: String
    /// What it is declared as.
    let declared: DeclaredFormat
    /// What it is; nil for several formats at once.
    let detected: ContentFormat?
    /// What it is refused for, in the gate's order; none for a good one.
    let rules: [GateRule]
    /// Writes it, with whatever it refers to beside it.
    let make: @Sendable (FilePath) async throws -> Void

    /// The size of the disks inside, in bytes.
    static let size = 1 << 20

    init(
        _ name: String,
        _ declared: DeclaredFormat,
        is detected: ContentFormat?,
        _ rules: GateRule...,
        make: @escaping @Sendable (FilePath) async throws -> Void
    ) {
        self.name = name
        self.declared = declared
        self.detected = detected
        self.rules = rules
        self.make = make
    }

    /// What qemu-img creates with these arguments between `create` and the path.
    static func created(
        _ name: String,
        _ arguments: String,
        _ declared: DeclaredFormat,
        is detected: ContentFormat? = nil,
        _ rules: GateRule...
    ) -> GateSample {
        GateSample(name, declared, is: detected ?? ContentFormat(rawValue: declared.rawValue), rules) {
            try await create(arguments, $0)
        }
    }

    private init(
        _ name: String,
        _ declared: DeclaredFormat,
        is detected: ContentFormat?,
        _ rules: [GateRule],
        make: @escaping @Sendable (FilePath) async throws -> Void
    ) {
        self.name = name
        self.declared = declared
        self.detected = detected
        self.rules = rules
        self.make = make
    }

    /// The same with bytes changed: at these offsets, which count from the end where they are negative.
    func edited(_ name: String, _ rules: GateRule..., is detected: ContentFormat? = nil, at edits: [Int: [UInt8]])
        -> GateSample
    {
        GateSample(name, declared, is: detected ?? self.detected, rules) { path in
            try await make(path)
            try Self.edit(path, edits)
        }
    }

    /// The same with one text replaced by another of the same length, in the first 4 KiB.
    func replacing(_ old: String, _ new: String, _ name: String, _ rules: GateRule...) -> GateSample {
        GateSample(name, declared, is: detected, rules) { path in
            try await make(path)
            var bytes = try contents(path)
            guard old.utf8.count == new.utf8.count,
                let range = bytes.range(of: Data(old.utf8), in: 0..<min(4096, bytes.count))
            else {
                throw DiskImageError(.invalid, "\(name): '\(old)' is not in the file, or '\(new)' has another length")
            }
            bytes.replaceSubrange(range, with: Data(new.utf8))
            try bytes.write(to: URL(fileURLWithPath: path.string))
        }
    }

    /// The same, which is now in several formats.
    func ambiguous() -> GateSample { GateSample(name, declared, is: nil, rules, make: make) }

    /// The same under another declaration.
    func declared(_ other: DeclaredFormat, _ name: String, _ rules: GateRule...) -> GateSample {
        GateSample(name, other, is: detected, rules, make: make)
    }

    static func create(_ arguments: String, _ path: FilePath) async throws {
        // DIR stands for the directory, in which base, other and key can be referred to.
        let directory = path.removingLastComponent()
        let words = arguments.replacing("DIR", with: directory.string).split(separator: " ").map(String.init)
        for attempt in 1... {
            do {
                try await command("qemu-img", ["create", "-q"] + words + [path.string, "\(size)"])
                return
            } catch let error as CommandFailure where attempt < 10 && error.output.contains("accurate CPU usage") {
                // For LUKS it measures the processor (crypto/pbkdf.c), and gives up where no tick of the clock falls into the
                // first few milliseconds, as happens now and then on a machine that is busy.
                continue
            }
        }
    }

    static func edit(_ path: FilePath, _ edits: [Int: [UInt8]]) throws {
        let file = try FileDescriptor.open(path, .readWrite)
        defer { try? file.close() }
        let end = try file.seek(offset: 0, from: .end)
        for (offset, bytes) in edits {
            try file.writeAll(toAbsoluteOffset: offset < 0 ? end + Int64(offset) : Int64(offset), bytes)
        }
    }

    /// A file of zeros with bytes at some offsets.
    static func bytes(
        _ name: String,
        _ declared: DeclaredFormat,
        is detected: ContentFormat?,
        _ rules: GateRule...,
        count: Int = 65536,
        at edits: [Int: [UInt8]]
    ) -> GateSample {
        GateSample(name, declared, is: detected, rules) { path in
            try Data(count: count).write(to: URL(fileURLWithPath: path.string))
            try edit(path, edits)
        }
    }

    static func text(
        _ name: String,
        _ declared: DeclaredFormat,
        is detected: ContentFormat?,
        _ rules: GateRule...,
        text: String
    ) -> GateSample {
        GateSample(name, declared, is: detected, rules) { path in
            try Data(text.utf8).write(to: URL(fileURLWithPath: path.string))
        }
    }
}
