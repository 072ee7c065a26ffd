import DiskImages
import Foundation
import Publish
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import Pipeline

@Suite("Sweeps and publications")
struct SweeperTests {
    private let scratch: Scratch
    private let home: Home

    init() throws {
        scratch = try Scratch()
        home = try Home(environment: ["IMAGEBAKE_HOME": scratch.path.appending("home").string], isRoot: false)
    }

    @Test("what a publication works on stays while it lives, and goes when it was killed")
    func publication() async throws {
        let work = try PublicationWork(home: home)
        try Files.write("bytes", to: work.directory.appending("0.qcow2"))
        #expect(await Sweeper(home: home).sweep() == [])
        #expect(Files.exists(work.directory.appending("0.qcow2")))
        try work.remove()
        #expect(Files.names(in: home.work) == [] && !Files.names(in: home.locks).contains { $0.hasPrefix("publish-") })

        let left = home.work.appending("publish-3ba5cd3f-6a5c-4e0a-b0c9-1d7e0d6b0b7c")
        try Files.makeDirectory(left)
        #expect(await Sweeper(home: home).sweep() == ["a publication was killed; its files are removed now"])
        #expect(!Files.exists(left))
    }

    @Test("an image that is taken out of the local registry to be published survives a command beside it")
    func beside() async throws {
        let file = try scratch.write("disk.raw", noise(1 << 20))
        let request = ImageRequest(file: file, name: "web", diskFormat: .raw)
        try await LocalRegistry(root: home.registry).publish(request)
        var order = FilePublication.Order()
        order.subjects = ["web"]
        order.registries = ["local"]
        order.name = "other"
        let home = home
        let seen = Mutex<[Bool]>([])
        let publication = FilePublication(
            order,
            home: home,
            activity: { _ in
                let names = Files.names(in: home.work)
                seen.withLock { $0 += names.map { PublicationWork.isAlive($0, home: home) } }
            }
        )
        let outcomes = try await publication.run()
        #expect(outcomes.map(\.image.name) == ["other"])
        let alive = seen.withLock(\.self)
        #expect(!alive.isEmpty && alive.allSatisfy(\.self))
        #expect(Files.names(in: home.work) == [])
        #expect(
            !Files.names(in: home.locks).contains { $0.hasPrefix("publish-") && $0.count == "publish-.lock".count + 36 }
        )
    }
}
