import Foundation
import Recipes
import Synchronization
import SystemPackage
import Testing

@testable import Pipeline

/// That no reader of a bake's events, and nobody who reads how it ended, sees a secret.
@Suite("Masking in a bake")
struct MaskingTests {
    private final class Reader: EventReader {
        let events = Mutex<[Event]>([])

        func receive(_ event: Event) { events.withLock { $0.append(event) } }
    }

    private let kinds: [Event.Kind] = [
        .bakeStarted(recipe: "hunter2!"), .activity("a hunter2!"), .note("hunter2! b"), .output("x=hunter2!"),
        .output("aHVudGVyMiE="), .warning("hunter2!"), .finished(seconds: 1, isCached: false, summary: "hunter2!"),
        .failed(message: "hunter2!"),
    ]

    @Test("every reader and the journal get events without secrets")
    func events() throws {
        let file = FilePath(FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path)
        defer { try? FileManager.default.removeItem(atPath: file.string) }
        let reader = Reader()
        let stream = EventStream(bake: "b", readers: [reader, try Journal(file)])
        stream.mask(SecretMasker(["hunter2!"]))
        for kind in kinds { stream.channel(.install).emit(kind) }
        let seen = reader.events.withLock { $0 }
        #expect(seen.count == kinds.count)
        #expect(seen[1].kind == .activity("a (hidden)"))
        let journal = try String(contentsOfFile: file.string, encoding: .utf8)
        for text in ["\(seen)", journal] {
            #expect(!text.contains("hunter2!"))
            #expect(!text.contains("aHVudGVyMiE"))
            #expect(text.contains("(hidden)"))
        }
    }

    @Test("a failure says nothing of a secret")
    func failure() {
        let stream = EventStream(bake: "b", readers: [])
        let failure = Failure(.installFailed, "failed at hunter2!", ["cause": "hunter2! is wrong", "next": "go"])
        #expect(failure.masked(by: stream) == failure)
        stream.mask(SecretMasker(["hunter2!"]))
        let masked = failure.masked(by: stream)
        #expect(masked == Failure(.installFailed, "failed at (hidden)", ["cause": "(hidden) is wrong", "next": "go"]))
        #expect(masked.status == .installFailed)
    }

    @Test("a secret where others can read it ends the bake, and a secret has its effect on the install alone")
    func bakeSecrets() async throws {
        let home = try Home(environment: ["IMAGEBAKE_HOME": NSTemporaryDirectory() + UUID().uuidString])
        defer { try? FileManager.default.removeItem(atPath: home.state.string) }
        let directory = FilePath(NSTemporaryDirectory()).appending(UUID().uuidString)
        try Files.makeDirectory(directory)
        defer { try? Files.remove(directory) }
        let recipe = """
            version: 1
            name: web
            os: debian12
            secrets: {token: {file: token}}
            install: {location: built-in, post: [{script: "echo ${{ secrets.token }}"}]}
            system: {partitions: [{mount: /, fstype: ext4, size: 2 GiB}], root_password: {secret: token}}
            cloud_init: {default_user: {name: debian}}
            """
        try Files.write(recipe, to: directory.appending("web.recipe"))
        try Files.write("hunter2!\n", to: directory.appending("token"), mode: [.ownerReadWrite])
        let loaded = try RecipeLoader().load(directory.appending("web.recipe"))
        let secrets = try await HostSecrets(home: home).resolve(loaded)
        #expect(secrets.warnings.isEmpty)
        #expect(secrets.masker.mask("hunter2! \(secrets.rootPassword.hash)") == "(hidden) (hidden)")
        #expect(throws: Never.self) { try secrets.require(absentFrom: "console=ttyS0", what: "the command line") }
        let failure = #expect(throws: Failure.self) {
            try secrets.require(absentFrom: "key=hunter2%21", what: "the kernel's command line")
        }
        #expect(failure?.status == .badRecipe)
        #expect(failure.map { !$0.description.contains("hunter2") } == true)

        let again = try await HostSecrets(home: home).resolve(loaded)
        #expect(again.secrets.fingerprint == secrets.secrets.fingerprint)
        try Files.write("hunter3!\n", to: directory.appending("token"), mode: [.ownerReadWrite])
        let changed = try await HostSecrets(home: home).resolve(loaded)
        #expect(changed.secrets.fingerprint != secrets.secrets.fingerprint)
        try Files.remove(directory.appending("token"))
        let error = await #expect(throws: SecretError.self) { try await HostSecrets(home: home).resolve(loaded) }
        #expect(error.map { Failure($0).status } == .inputMissing)
    }
}
