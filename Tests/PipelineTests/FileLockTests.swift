import Foundation
import Pipeline
import SystemPackage
import Testing

@Suite("File locks")
struct FileLockTests {
    @Test("A lock is held until its value goes")
    func lifetime() async throws {
        let file = FilePath(FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path)
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
}
