import Foundation
import SystemPackage
import Testing

@testable import Pipeline

@Suite("File locks")
struct FileLockTests {
    private let file = FilePath(FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path)

    @Test("A lock is held until its value goes")
    func lifetime() async throws {
        defer { try? FileManager.default.removeItem(atPath: file.string) }
        var lock = try FileLock(file)
        #expect(lock != nil)
        #expect(FileLock.isHeld(file))
        #expect(try FileLock(file) == nil)
        lock = nil
        // A process that another test starts just now has the file too, until it becomes another program.
        let end = ContinuousClock.now + .seconds(10)
        while FileLock.isHeld(file), ContinuousClock.now < end { try await Task.sleep(for: .milliseconds(20)) }
        #expect(!FileLock.isHeld(file))
    }

    @Test("Shared locks go together, an exclusive one goes with none")
    func shared() throws {
        defer { try? FileManager.default.removeItem(atPath: file.string) }
        let first = try #require(try FileLock(file, mode: .shared))
        let second = try #require(try FileLock(file, mode: .shared))
        #expect(try FileLock(file) == nil)
        first.release()
        second.release()
        let alone = try #require(try FileLock(file))
        #expect(try FileLock(file, mode: .shared) == nil)
        alone.share()
        #expect(try FileLock(file, mode: .shared) != nil)
    }

    @Test("A lock that is given up takes its file along, and whoever comes next has one that counts")
    func givenUp() throws {
        defer { try? FileManager.default.removeItem(atPath: file.string) }
        let first = try #require(try FileLock(file))
        first.giveUp()
        #expect(!FileManager.default.fileExists(atPath: file.string))
        let second = try #require(try FileLock(file))
        // The name is another's now.
        first.giveUp()
        #expect(FileLock.isHeld(file))
        #expect(try FileLock(file) == nil)
        withExtendedLifetime(second) {}
    }

    @Test("A directory that is not there cannot be locked")
    func missing() {
        #expect(FileLock(directory: file, mode: .shared) == nil)
        #expect(!FileManager.default.fileExists(atPath: file.string))
    }
}
