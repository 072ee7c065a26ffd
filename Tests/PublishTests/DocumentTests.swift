import DiskImages
import Foundation
import Publish
import SystemPackage
import TestSupport
import Testing

@Suite("Documents of an image")
struct DocumentTests {
    private let fixture: Fixture
    private var registry: LocalRegistry { fixture.registry }

    init() throws {
        fixture = try Fixture()
    }

    private func request(_ name: String, report: String, seed: UInt64 = 1) throws -> ImageRequest {
        var request = try fixture.request(name, seed: seed)
        request.documents = [
            .init(name: "sbom.spdx.json", file: try fixture.scratch.write("\(name).spdx", Data("{}".utf8))),
            .init(name: "hygiene.txt", file: try fixture.scratch.write("\(name).txt", Data(report.utf8))),
        ]
        return request
    }

    @Test("they come with the image, are saved from it, and go with it")
    func life() async throws {
        let image = try await registry.publish(try request("web", report: "passed\n"))
        #expect(image.documents.map(\.name) == ["hygiene.txt", "sbom.spdx.json"])
        #expect(image.documents.map(\.size) == [7, 2])
        #expect(try await registry.show("web") == image)
        #expect(try await registry.list() == [image])
        let file = fixture.scratch.appending("saved.txt")
        #expect(try await registry.saveDocument("hygiene.txt", of: "web", to: .file(file)) == image.documents[0])
        #expect(try contents(file) == Data("passed\n".utf8))
        #expect(fixture.files.count == 3)
        // The sweep knows whose they are.
        #expect(try await registry.sweepLeftovers() == SweepReport())
        try await registry.delete("web")
        #expect(fixture.files == [])
    }

    @Test("equal ones are kept once, for as long as an image has them")
    func shared() async throws {
        let first = try await registry.publish(try request("a", report: "passed\n", seed: 1))
        try await registry.publish(try request("b", report: "passed\n", seed: 2))
        #expect(fixture.files.count == 4)
        try await registry.delete(first.id.description)
        #expect(fixture.files.count == 3)
        let file = fixture.scratch.appending("saved.txt")
        try await registry.saveDocument("hygiene.txt", of: "b", to: .file(file))
    }

    @Test("one that is not there, or damaged, is an error that says so")
    func damage() async throws {
        let image = try await registry.publish(try request("web", report: "passed\n"))
        let file = fixture.scratch.appending("saved.txt")
        var error = await #expect(throws: RegistryError.self) {
            try await registry.saveDocument("hygiene.json", of: "web", to: .file(file))
        }
        #expect(error?.code == .notFound)
        #expect(error?.message.contains("it has hygiene.txt, sbom.spdx.json") == true)
        let digest = image.documents[0].sha256
        let blob = registry.root.appending("blobs/sha256/\(digest.prefix(2))/\(digest)")
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: blob.string)
        try Data("failed\n".utf8).write(to: URL(filePath: blob.string))
        error = await #expect(throws: RegistryError.self) {
            try await registry.saveDocument("hygiene.txt", of: "web", to: .file(file))
        }
        #expect(error?.code == .corrupt)
        #expect(error?.message.contains("the document 'hygiene.txt' of image \(image.id) is damaged") == true)
        #expect(!FileManager.default.fileExists(atPath: file.string))
    }

    @Test("names that are none are refused, and nothing is left", arguments: ["", ".", "..", "a/b", "a\u{7}b"])
    func names(name: String) async throws {
        var request = try request("web", report: "passed\n")
        request.documents = [.init(name: name, file: request.documents[0].file)]
        let error = await #expect(throws: RegistryError.self) { try await registry.publish(request) }
        #expect(error?.code == .invalid)
        #expect(fixture.files == [])
    }

    @Test("two of one name, and one that is missing, are refused, and nothing is left")
    func wrong() async throws {
        var request = try request("web", report: "passed\n")
        request.documents[1] = .init(name: request.documents[0].name, file: request.documents[1].file)
        #expect(await #expect(throws: RegistryError.self) { try await registry.publish(request) }?.code == .invalid)
        request.documents[1] = .init(name: "other", file: fixture.scratch.appending("nothing"))
        #expect(await #expect(throws: RegistryError.self) { try await registry.publish(request) }?.code == .invalid)
        #expect(fixture.files == [])
        #expect(try await registry.list() == [])
    }

    @Test("a registry that was made before there were documents gets them with the next publish")
    func upgrade() async throws {
        let old = try await registry.publish(try fixture.request("old"))
        let index = registry.root.appending("index.sqlite").string
        try await command(
            "python3",
            [
                "-c",
                """
                import sqlite3, sys
                index = sqlite3.connect(sys.argv[1])
                index.executescript("DROP TABLE image_document; DELETE FROM grdb_migrations WHERE identifier = '2 documents'")
                """, index,
            ]
        )
        let image = try await registry.publish(try request("web", report: "passed\n", seed: 2))
        #expect(try await registry.list() == [image, old])
    }
}
