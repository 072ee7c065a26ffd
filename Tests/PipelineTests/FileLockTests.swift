import Foundation
import Pipeline
import SystemPackage
import Testing

@Suite("File locks")
struct FileLockTests {
    @Test("A lock is held until its value goes")
    func lifetime() throws {
        let file = FilePath(FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path)
        defer { try? FileManager.default.removeItem(atPath: file.string) }
        var lock = try FileLock(file)
        #expect(lock != nil)
        #expect(FileLock.isHeld(file))
        #expect(try FileLock(file) == nil)
        lock = nil
        #expect(!FileLock.isHeld(file))
    }
}
