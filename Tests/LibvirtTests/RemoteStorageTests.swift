import Foundation
import Libvirt
import Synchronization
import SystemPackage
import TestSupport
import Testing

/// Volumes of a libvirtd that shares no file with the test, over TCP.
@Suite("Storage of a remote host", .serialized, .timeLimit(.minutes(5)))
struct RemoteStorageTests {
    @Test("A sparse file of 10 GiB goes there and back as it is, and only its data is carried")
    func roundTrip() async throws {
        let scratch = try Scratch()
        let file = scratch.appending("sparse.raw")
        try await SparseFile.make(file, length: 10 << 30)
        try await withRemoteLibvirtd(hiding: [scratch.path]) { daemon in
            try await daemon.makePool("default")
            let connection = try await Connection.open(daemon.uri(), keepAlive: KeepAlive())
            let pool = try #require(try await connection.storagePool("default"))
            #expect(try await pool.directory() == daemon.root.appending("pool/default"))
            #expect(try await pool.freeBytes() > 1 << 20)
            let volume = try await pool.makeVolume("sparse.raw", format: .raw, capacity: 10 << 30)
            let reports = Recorder()
            let begin = ContinuousClock.now
            try await volume.upload(file) { reports.add($0) }
            let up = ContinuousClock.now - begin
            let uploaded = try #require(reports.all.last)
            #expect(uploaded.completed == 10 << 30 && uploaded.total == 10 << 30)
            #expect(uploaded.carried <= 8 << 20, "\(uploaded)")
            #expect(zip(reports.all, reports.all.dropFirst()).allSatisfy { $0.completed <= $1.completed })
            #expect(try await volume.size().length == 10 << 30)
            #expect(try await volume.size().allocated <= 16 << 20)

            let back = scratch.appending("back.raw")
            let downloads = Recorder()
            try await volume.download(to: back) { downloads.add($0) }
            let downloaded = try #require(downloads.all.last)
            #expect(downloaded.completed == 10 << 30 && downloaded.total == 10 << 30)
            #expect(downloaded.carried <= 16 << 20, "\(downloaded)")
            #expect(ContinuousClock.now - begin < .seconds(60), "\(up)")
            var status = stat()
            #expect(stat(back.string, &status) == 0)
            #expect(status.st_size == 10 << 30)
            #expect(status.st_blocks * 512 <= 16 << 20, "its holes are holes")
            let blocks = try SparseFile.blocks(of: file)
            #expect(blocks.count > 3 * 256)
            #expect(try SparseFile.blocks(of: back) == blocks)

            try await volume.delete()
            try await volume.delete()
            #expect(daemon.files(inPool: "default") == [])
        }
    }

    @Test("Files of odd lengths, and none at all", arguments: [0, 1, 4095, (256 << 10) + 1])
    func lengths(length: Int) async throws {
        let scratch = try Scratch()
        let file = try scratch.write("file", noise(length + 8).prefix(length))
        try await withRemoteLibvirtd(hiding: [scratch.path]) { daemon in
            try await daemon.makePool("p")
            let connection = try await Connection.open(daemon.uri())
            let pool = try #require(try await connection.storagePool("p"))
            let volume = try await pool.makeVolume("v", format: .raw, capacity: Int64(length))
            try await volume.upload(file)
            try await volume.download(to: scratch.appending("back"))
            #expect(try contents(scratch.appending("back")) == contents(file))
            // What is there is not written over, nor removed.
            let error = try await #require(throws: LibvirtError.self) {
                try await volume.download(to: scratch.appending("back"))
            }
            #expect(error.code == .localFile(EEXIST))
            #expect(try contents(scratch.appending("back")) == contents(file))
        }
    }

    @Test("Every transport carries volumes, and tells when it is lost", arguments: RemoteTransport.allCases)
    func transports(transport: RemoteTransport) async throws {
        let scratch = try Scratch()
        let file = try scratch.write("file", noise(8 << 20))
        try await withRemoteLibvirtd(transport, hiding: [scratch.path]) { daemon in
            let connection = try await Connection.open(daemon.uri(), keepAlive: KeepAlive(), within: .seconds(30))
            let pool = try await connection.makeStoragePool("p", in: daemon.root.appending("pool/p"))
            let volume = try await pool.makeVolume("v", format: .raw, capacity: 8 << 20)
            try await volume.upload(file)
            #expect(daemon.files(inPool: "p") == ["v"], "it is this daemon's")
            try await volume.download(to: scratch.appending("back"))
            #expect(try contents(scratch.appending("back")) == contents(file))
            let losses = connection.losses()
            daemon.kill()
            #expect(await losses.first { _ in true }?.code == .connectionLost)
            let error = try await #require(throws: LibvirtError.self) { try await volume.size() }
            #expect(error.code == .connectionLost, "\(error)")
        }
    }

    @Test("A volume is as qemu-img makes it, and only its owner may read it")
    func volumes() async throws {
        let scratch = try Scratch()
        try await withRemoteLibvirtd(hiding: [scratch.path]) { daemon in
            try await daemon.makePool("p")
            let connection = try await Connection.open(daemon.uri())
            let pool = try #require(try await connection.storagePool("p"))
            let volume = try await pool.makeVolume("disk.qcow2", format: .qcow2, capacity: 20 << 30)
            #expect(try await volume.path() == daemon.root.appending("pool/p/disk.qcow2"))
            var status = stat()
            #expect(stat("\(daemon.root)/pool/p/disk.qcow2", &status) == 0)
            #expect(status.st_mode & 0o7777 == 0o600)
            let disk = scratch.appending("disk.qcow2")
            try await volume.download(to: disk)
            let info = try await command("qemu-img", ["info", disk.string])
            #expect(info.contains("file format: qcow2"))
            #expect(info.contains("compat: 1.1"))
            #expect(info.contains("(\(20 << 30) bytes)"))
            // What comes into the directory otherwise is a volume too, and can be removed.
            try await command("touch", ["\(daemon.root)/pool/p/other"])
            #expect(try await pool.volumes().map(\.name).sorted() == ["disk.qcow2", "other"])
            await #expect(throws: LibvirtError.self) {
                try await pool.makeVolume("disk.qcow2", format: .raw, capacity: 1)
            }
        }
    }

    @Test("A pool of our own is made and goes, with its directory")
    func ownPool() async throws {
        try await withRemoteLibvirtd { daemon in
            let connection = try await Connection.open(daemon.uri())
            #expect(try await connection.storagePool("default") == nil)
            let directory = daemon.root.appending("own")
            let pool = try await connection.makeStoragePool("own", in: directory)
            #expect(try await pool.isActive())
            #expect(try await pool.directory() == directory)
            let volume = try await pool.makeVolume("v", format: .raw, capacity: 1)
            // Nobody's files are removed with it.
            await #expect(throws: LibvirtError.self) { try await pool.remove() }
            #expect(FileManager.default.fileExists(atPath: directory.appending("v").string))
            try await command("virsh", ["-q", "-c", daemon.uri(), "pool-start", "own"])
            try await volume.delete()
            try await pool.remove()
            #expect(!FileManager.default.fileExists(atPath: directory.string))
            #expect(try await connection.storagePool("own") == nil)
            await #expect(throws: LibvirtError.self) {
                try await connection.makeStoragePool("own", in: "/proc/nowhere")
            }
            #expect(try await connection.storagePool("own") == nil)
        }
    }

    @Test("A connection that is cut ends an upload, and a download that leaves nothing", arguments: [true, false])
    func cut(isUpload: Bool) async throws {
        let scratch = try Scratch()
        let file = try scratch.write("file", noise(64 << 20))
        try await withRemoteLibvirtd(hiding: [scratch.path]) { daemon in
            try await daemon.makePool("p")
            let proxy = try FragileProxy(to: daemon.port)
            defer { proxy.cut() }
            let connection = try await Connection.open(daemon.uri(port: proxy.port), keepAlive: KeepAlive())
            let pool = try #require(try await connection.storagePool("p"))
            let volume = try await pool.makeVolume("v", format: .raw, capacity: 64 << 20)
            if !isUpload { try await volume.upload(file) }
            let losses = connection.losses()
            proxy.cut(after: 20 << 20)
            let begin = ContinuousClock.now
            let error = try await #require(throws: LibvirtError.self) {
                if isUpload {
                    try await volume.upload(file)
                } else {
                    try await volume.download(to: scratch.appending("back"))
                }
            }
            #expect(error.code == .connectionLost, "\(error)")
            #expect(ContinuousClock.now - begin < .seconds(5))
            #expect(scratch.names == ["file"])
            #expect(await losses.first { _ in true }?.code == .connectionLost)
            // Whoever asks later is told too.
            #expect(await connection.losses().first { _ in true }?.code == .connectionLost)
            let later = try await #require(throws: LibvirtError.self) { try await pool.freeBytes() }
            #expect(later.code == .connectionLost, "\(later)")
        }
    }

    @Test("A host that falls silent is noticed", arguments: [true, false])
    func silence(isUpload: Bool) async throws {
        let scratch = try Scratch()
        let file = try scratch.write("file", noise(64 << 20))
        try await withRemoteLibvirtd(hiding: [scratch.path]) { daemon in
            try await daemon.makePool("p")
            let proxy = try FragileProxy(to: daemon.port)
            defer { proxy.cut() }
            let connection = try await Connection.open(
                daemon.uri(port: proxy.port),
                keepAlive: KeepAlive(interval: 1, count: 2)
            )
            let pool = try #require(try await connection.storagePool("p"))
            let volume = try await pool.makeVolume("v", format: .raw, capacity: 64 << 20)
            if !isUpload { try await volume.upload(file) }
            let begin = ContinuousClock.now
            let error = try await #require(throws: LibvirtError.self) {
                let report: @Sendable (TransferProgress) -> Void = { _ in proxy.fallSilent() }
                if isUpload {
                    try await volume.upload(file, progress: report)
                } else {
                    try await volume.download(to: scratch.appending("back"), progress: report)
                }
            }
            #expect(error.code == .connectionLost, "\(error)")
            #expect(ContinuousClock.now - begin < .seconds(10))
            #expect(scratch.names == ["file"])
            #expect(await connection.losses().first { _ in true }?.message == "the host does not answer any more")
        }
    }

    @Test("A daemon that is killed is a lost connection")
    func killed() async throws {
        try await withRemoteLibvirtd { daemon in
            let connection = try await Connection.open(daemon.uri(), keepAlive: KeepAlive())
            let losses = connection.losses()
            daemon.kill()
            #expect(await losses.first { _ in true }?.code == .connectionLost)
            let error = try await #require(throws: LibvirtError.self) { try await connection.activeDomains() }
            #expect(error.code == .connectionLost)
            let gone = try await #require(throws: LibvirtError.self) { try await Connection.open(daemon.uri()) }
            #expect(gone.code == .noConnection)
            try await daemon.launch()
            _ = try await Connection.open(daemon.uri()).activeDomains()
        }
    }

    @Test("A cancelled task ends a transfer, and the connection goes on", arguments: [true, false])
    func cancelled(isUpload: Bool) async throws {
        let scratch = try Scratch()
        let file = try scratch.write("file", noise(64 << 20))
        try await withRemoteLibvirtd(hiding: [scratch.path]) { daemon in
            try await daemon.makePool("p")
            let connection = try await Connection.open(daemon.uri(), keepAlive: KeepAlive())
            let pool = try #require(try await connection.storagePool("p"))
            let volume = try await pool.makeVolume("v", format: .raw, capacity: 64 << 20)
            if !isUpload { try await volume.upload(file) }
            let (begun, first) = AsyncStream.makeStream(of: Void.self)
            let back = scratch.appending("back")
            let transfer = Task {
                let report: @Sendable (TransferProgress) -> Void = { _ in
                    first.yield()
                    // The transfer goes on no further before it is cancelled.
                    Thread.sleep(forTimeInterval: 0.2)
                }
                if isUpload {
                    try await volume.upload(file, progress: report)
                } else {
                    try await volume.download(to: back, progress: report)
                }
            }
            for await _ in begun { break }
            let begin = ContinuousClock.now
            transfer.cancel()
            let result = await transfer.result
            let error = #expect(throws: LibvirtError.self) { try result.get() }
            #expect(error?.code == .cancelled)
            #expect(ContinuousClock.now - begin < .seconds(3))
            #expect(scratch.names == ["file"])
            try await volume.delete()
            #expect(daemon.files(inPool: "p") == [])
        }
    }

    @Test("A disk slower than the network does not fill the memory", arguments: [true, false])
    func boundedMemory(isUpload: Bool) async throws {
        let scratch = try Scratch()
        let file = scratch.appending("file")
        try await command("sh", ["-c", "head -c 512M /dev/urandom >'\(file)'"])
        try await withRemoteLibvirtd(hiding: [scratch.path]) { daemon in
            try await daemon.makePool("p")
            let connection = try await Connection.open(daemon.uri())
            let pool = try #require(try await connection.storagePool("p"))
            let volume = try await pool.makeVolume("v", format: .raw, capacity: 512 << 20)
            if !isUpload { try await volume.upload(file) }
            let before = try Self.residentMebibytes()
            let most = Mutex(0)
            let report: @Sendable (TransferProgress) -> Void = { _ in
                let now = (try? Self.residentMebibytes()) ?? .max
                most.withLock { $0 = max($0, now) }
                Thread.sleep(forTimeInterval: 0.03)
            }
            if isUpload {
                try await volume.upload(file, progress: report)
            } else {
                try await volume.download(to: scratch.appending("back"), progress: report)
                try await command("cmp", [file.string, scratch.appending("back").string])
            }
            #expect(most.withLock { $0 } - before < 160)
        }
    }

    private static func residentMebibytes() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let kibibytes = status.firstMatch(of: #/VmRSS:\s+(\d+) kB/#).flatMap { Int($0.1) }
        return try #require(kibibytes) / 1024
    }

    @Test("A disk of ours that fills up is told from one of theirs", .enabled(if: SmallFileSystem.isPossible))
    func fullDisk() async throws {
        let scratch = try Scratch()
        let file = try scratch.write("file", noise(16 << 20))
        try await withRemoteLibvirtd { daemon in
            try await daemon.makePool("p")
            let connection = try await Connection.open(daemon.uri())
            let pool = try #require(try await connection.storagePool("p"))
            let volume = try await pool.makeVolume("v", format: .raw, capacity: 16 << 20)
            try await volume.upload(file)
            try await SmallFileSystem.with("size=8m", in: scratch) { mount in
                let error = try await #require(throws: LibvirtError.self) {
                    try await volume.download(to: mount.appending("back"))
                }
                #expect(error.code == .localFile(ENOSPC), "\(error)")
                #expect(!FileManager.default.fileExists(atPath: mount.appending("back").string))
            }
            // The connection is whole.
            _ = try await volume.size()
            let missing = try await #require(throws: LibvirtError.self) {
                try await volume.upload(scratch.appending("nothing"))
            }
            #expect(missing.code == .localFile(ENOENT))
        }
    }

    @Test("A host that takes the connection and says nothing is given up on; a cancelled task does not wait for it")
    func neverAnswers() async throws {
        let silent = try SilentServer()
        defer { silent.close() }
        let uri = "qemu+tcp://127.0.0.1:\(silent.port)/session"
        let begin = ContinuousClock.now
        let error = try await #require(throws: LibvirtError.self) {
            try await Connection.open(uri, within: .seconds(1))
        }
        #expect(error.code == .noConnection)
        #expect(error.message.contains("no answer within 1 s"))
        #expect(ContinuousClock.now - begin < .seconds(3))
        let opening = Task { try await Connection.open(uri, within: .seconds(60)) }
        try await Task.sleep(for: .milliseconds(200))
        opening.cancel()
        let result = await opening.result
        #expect(throws: LibvirtError.self) { try result.get() }
        #expect(ContinuousClock.now - begin < .seconds(5))
    }

    @Test("What the host is and can run comes from it")
    func capabilities() async throws {
        try await withRemoteLibvirtd { daemon in
            let connection = try await Connection.open(daemon.uri())
            let capabilities = try await connection.capabilities()
            #expect(try await command("uname", ["-m"]) == capabilities.architecture + "\n")
            #expect(capabilities.guests.contains("x86_64"))
            let firmware = try await connection.firmware(of: "x86_64")
            #expect(firmware == FirmwareCapabilities(hasUEFI: true, hasSecureBoot: true))
        }
    }
}
