import Foundation
import Libvirt
import SystemPackage
import TestSupport
import Testing

/// What really goes over the wire, as a proxy counts it.
@Suite("Bytes between two hosts", .serialized, .timeLimit(.minutes(5)))
struct RemoteWireTests {
    @Test("A disk of 10 GiB with 300 MB of data moves some 300 MB, each way")
    func sparse() async throws {
        let scratch = try Scratch()
        let file = scratch.appending("disk.raw")
        // Thirty pieces with holes between them.
        let (piece, count) = (10_000_000, 30)
        try await command("truncate", ["--size=\(Int64(10 << 30))", file.string])
        let handle = try FileHandle(forWritingTo: URL(filePath: file.string))
        for index in 0..<count {
            try handle.seek(toOffset: UInt64(index) * 350_000_000)
            try handle.write(contentsOf: noise(piece, seed: UInt64(index + 1)))
        }
        try handle.close()
        try await withRemoteLibvirtd(hiding: [scratch.path]) { daemon in
            try await daemon.makePool("p")
            let proxy = try FragileProxy(to: daemon.port)
            defer { proxy.cut() }
            let connection = try await Connection.open(daemon.uri(port: proxy.port), keepAlive: KeepAlive())
            let pool = try #require(try await connection.storagePool("p"))
            let volume = try await pool.makeVolume("v", format: .raw, capacity: 10 << 30)
            let most = piece * count + (16 << 20)
            let before = proxy.forwarded
            try await volume.upload(file)
            let up = proxy.forwarded - before
            #expect((piece * count...most).contains(up), "\(up) bytes up")
            let back = scratch.appending("back.raw")
            try await volume.download(to: back)
            let down = proxy.forwarded - before - up
            #expect((piece * count...most).contains(down), "\(down) bytes down")
            var status = stat()
            #expect(stat(back.string, &status) == 0)
            #expect(status.st_size == 10 << 30)
            #expect(status.st_blocks * 512 <= most)
            #expect(try SparseFile.blocks(of: back) == SparseFile.blocks(of: file))
        }
    }

    @Test("What runs guests is asked of the host, and is what virsh is told")
    func versions() async throws {
        try await withRemoteLibvirtd { daemon in
            let host = try await Connection.open(daemon.uri()).hostVersions()
            let virsh = try await command("virsh", ["-c", daemon.uri(), "version", "--daemon"])
            #expect(virsh.contains("Running hypervisor: QEMU \(host.qemu)\n"), "\(virsh)")
            #expect(virsh.contains("Running against daemon: \(host.libvirt)\n"), "\(virsh)")
            #expect(try await command("virsh", ["-c", daemon.uri(), "hostname"]).hasPrefix("\(host.hostname)\n"))
            #expect(try await command("uname", ["-m"]) == host.architecture + "\n")
        }
    }

    @Test("A host whose ssh key is another one is not talked to")
    func hostKey() async throws {
        try await withRemoteLibvirtd(.ssh) { daemon in
            _ = try await Connection.open(daemon.uri()).activeDomains()
            try daemon.expectOtherHostKey()
            let error = try await #require(throws: LibvirtError.self) { try await Connection.open(daemon.uri()) }
            #expect(error.code == .noConnection)
            #expect(error.message.contains("Host key verification failed"), "\(error)")
        }
    }
}
