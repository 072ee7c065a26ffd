import DiskImages
import Foundation
import GRDB
import SystemPackage
import TestSupport
import Testing

@testable import Publish

/// Several writers at once, in one process and in several.
@Suite struct ConcurrencyTests {
    private let fixture: Fixture

    init() throws {
        fixture = try Fixture()
    }

    @Test func twoProcessesPublishAtOnce() async throws {
        let count = 8
        for number in 0..<count { _ = try fixture.image("\(number).raw", size: 100_000, seed: UInt64(number % 5)) }
        let root = fixture.registry.root.string
        let images = fixture.scratch.path.string
        await withTaskGroup(of: Void.self) { group in
            for process in 0..<2 {
                group.addTask {
                    await #expect(processExitsWith: .success) {
                        [
                            root = root as String, images = images as String, process = process as Int,
                            count = count as Int
                        ] in
                        let registry = LocalRegistry(root: FilePath(root))
                        for number in 0..<count {
                            let file = FilePath(images).appending("\(number).raw")
                            try await registry.publish(
                                ImageRequest(file: file, name: "\(process)-\(number)", diskFormat: .raw)
                            )
                            if number % 3 == 0 {
                                // The other process may have the same bytes.
                                try await registry.delete("\(process)-\(number)")
                            }
                            _ = try await registry.sweepLeftovers()
                        }
                    }
                }
            }
        }
        let kept = (0..<count).filter { $0 % 3 != 0 }
        let names = try await fixture.registry.list().compactMap(\.name).sorted()
        #expect(names == (0..<2).flatMap { process in kept.map { "\(process)-\($0)" } }.sorted())
        #expect(fixture.files.count == Set(kept.map { $0 % 5 }).count)
        for name in names {
            try await fixture.registry.save(name, to: .file(fixture.scratch.appending("saved")))
        }
    }

    @Test func publishingDeletingAndSweepingOneSetOfBytesNeverLosesIt() async throws {
        let file = try fixture.image(size: 10_000)
        let registry = fixture.registry
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<6 {
                group.addTask {
                    for _ in 0..<8 {
                        let image = try await registry.publish(
                            ImageRequest(
                                file: file,
                                name: "web",
                                diskFormat: .raw,
                                sharing: task % 2 == 0 ? .hardLink : .copy
                            )
                        )
                        try await registry.save(image.id.description, to: .file("/dev/null"))
                        _ = try await registry.sweepLeftovers()
                        try await registry.delete(image.id.description)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await registry.list().isEmpty)
        #expect(fixture.files.isEmpty)
    }

    @Test func manyFirstPublishersMakeOneRegistry() async throws {
        let file = try fixture.image(size: 1000)
        for round in 0..<5 {
            let root = fixture.scratch.appending("registry-\(round)")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<12 {
                    group.addTask {
                        let request = ImageRequest(file: file, name: "web", diskFormat: .raw)
                        try await LocalRegistry(root: root).publish(request)
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await LocalRegistry(root: root).list().count == 12)
        }
    }

    @Test func theIndexKeepsAWriteAheadLog() async throws {
        try await fixture.registry.publish(try fixture.request("web"))
        let queue = try DatabaseQueue(path: fixture.registry.root.appending("index.sqlite").string)
        #expect(try await queue.read { try String.fetchOne($0, sql: "PRAGMA journal_mode") } == "wal")
    }

    @Test func anIndexThatStaysLockedIsBusy() async throws {
        let request = try fixture.request("web")
        try await fixture.registry.publish(request)
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let queue = try DatabaseQueue(
            path: fixture.registry.root.appending("index.sqlite").string,
            configuration: configuration
        )
        try await queue.writeWithoutTransaction { try $0.beginTransaction(.immediate) }
        let registry = LocalRegistry(root: fixture.registry.root, patience: 0.1)
        let error = await #expect(throws: RegistryError.self) { try await registry.publish(request) }
        #expect(error?.code == .busy)
        // Readers are not held up.
        #expect(try await registry.list().count == 1)

        // Waiting can be cancelled.
        let patient = fixture.registry
        let task = Task { try await patient.publish(request) }
        try await Task.sleep(for: .milliseconds(100))
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        try await queue.writeWithoutTransaction { try $0.rollback() }
        #expect(fixture.files.count == 1)
        try await registry.publish(request)
        #expect(try await registry.list().count == 2)
    }
}
