import Foundation
import Synchronization
package import SystemPackage

/// The openstack client, started once for many commands: see Tests/OpenStackLab/client.py.
package final class OpenStackClient: Sendable {
    /// How a command ended.
    package struct Result: Sendable, Decodable {
        /// Its exit status; nil where it took too long.
        package let status: Int32?
        package let output: String
        package let error: String
    }

    private struct Command: Encodable {
        let environment: [String: String]
        let arguments: [String]
        let seconds: Double
        let input: String?
    }

    private let process: Process
    private let input: FileHandle
    private let output: FileHandle
    // One command at a time.
    private let rest = Mutex(Data())

    /// Starts it.
    package init() throws {
        process = Process()
        process.executableURL = URL(
            fileURLWithPath: OpenStackLab.place.appending("venv").appending("bin").appending("python").string
        )
        process.arguments = [OpenStackLab.directory.appending("client.py").string]
        process.environment = [
            "PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "PYTHONWARNINGS": "ignore", "LANG": "C.UTF-8",
        ]
        let (standardInput, standardOutput) = (Pipe(), Pipe())
        process.standardInput = standardInput
        process.standardOutput = standardOutput
        try process.run()
        input = standardInput.fileHandleForWriting
        output = standardOutput.fileHandleForReading
        try? standardInput.fileHandleForReading.close()
        try? standardOutput.fileHandleForWriting.close()
    }

    /// Ends it.
    package func stop() {
        try? input.close()
        process.waitUntilExit()
    }

    /// Runs a command.
    ///
    /// - Parameters:
    ///   - arguments: What comes after `openstack`.
    ///   - environment: The OS_* variables.
    ///   - seconds: After which it is killed.
    ///   - input: The file that its standard input is; nothing unless given.
    package func run(
        _ arguments: [String],
        _ environment: [String: String],
        seconds: Double = 600,
        input file: FilePath? = nil
    ) async throws -> Result {
        let command = Command(environment: environment, arguments: arguments, seconds: seconds, input: file?.string)
        let line = try JSONEncoder().encode(command) + [10]
        let (input, output) = (input, output)
        let answer = await OpenStackLab.blocking {
            self.rest.withLock { rest -> Data in
                try? input.write(contentsOf: line)
                while !rest.contains(10), case let part = output.availableData, !part.isEmpty { rest += part }
                let end = rest.firstIndex(of: 10) ?? rest.endIndex
                defer { rest = Data(rest[end...].dropFirst()) }
                return Data(rest[..<end])
            }
        }
        return try JSONDecoder().decode(Result.self, from: answer)
    }
}
