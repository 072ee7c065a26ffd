import Foundation
import SystemPackage
import TestSupport
import Testing

/// A lab and a libvirtd that sees nothing of it, nor of what the tests keep.
enum RemoteLab {
    static func with(
        _ transport: RemoteTransport = .tcp,
        _ body: (Lab, RemoteLibvirtd) async throws -> Void
    ) async throws {
        try await withLab { lab in
            try await lab.learn()
            try Disk.make(lab.home)
            try Disk.make(Checkout.kept)
            try await withRemoteLibvirtd(transport, hiding: [lab.root, Checkout.kept]) { daemon in
                // An ordinary user can hide nothing from another process of theirs.
                #expect(daemon.sees(lab.home) != true)
                try await body(lab, daemon)
            }
        }
    }

    static func expectNothingLeft(
        _ lab: Lab,
        _ daemon: RemoteLibvirtd,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(lab.leftovers == [], sourceLocation: sourceLocation)
        #expect(lab.remoteRecords == [], sourceLocation: sourceLocation)
        #expect(daemon.guests == [], sourceLocation: sourceLocation)
        #expect(daemon.files(inPool: "default") == [], sourceLocation: sourceLocation)
    }
}

extension Lab {
    /// What is written down of bakes that have, or had, something on another host.
    var remoteRecords: [String] { Disk.names(home.appending("state").appending("remote")) }

    /// The id of the last bake.
    var lastID: String { lastBake.lastComponent?.string ?? "" }

    /// Unpacks the evidence of the last bake.
    func evidence(sourceLocation: SourceLocation = #_sourceLocation) async throws -> FilePath {
        let bundle = lastBake.appending("failure-\(lastID).tar.zst")
        try #require(Disk.exists(bundle), "there is no evidence", sourceLocation: sourceLocation)
        _ = try await tool("tar", "--extract", "--file", bundle.string, "--directory", root.string)
        return root.appending("failure-\(lastID)")
    }
}
