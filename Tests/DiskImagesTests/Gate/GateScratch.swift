import Foundation
import SystemPackage
import TestSupport

/// A directory with what the samples refer to.
struct GateScratch {
    let scratch: Scratch

    init() async throws {
        scratch = try Scratch()
        try scratch.write("key", Data("secret".utf8))
        try scratch.write("other", noise(GateSample.size / 4) + Data(count: GateSample.size * 3 / 4))
        for (name, format) in [("base", "qcow2"), ("parent.vmdk", "vmdk")] {
            try await GateSample.create("-f \(format)", scratch.appending(name))
        }
    }

    /// Writes a sample under a name of its own.
    func make(_ sample: GateSample) async throws -> FilePath {
        let path = scratch.appending(sample.name + ".image")
        try await sample.make(path)
        return path
    }
}
