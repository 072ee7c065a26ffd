import Foundation
import Subprocess
import SystemPackage
import TestSupport

/// Python's web server on a free port of 127.0.0.1.
enum FileServer {
    /// Serves a directory while the body runs.
    static func serve(
        _ directory: FilePath,
        in scratch: Scratch,
        _ body: @escaping (_ url: String) async throws -> Void
    ) async throws {
        let log = try scratch.write("server.log", Data())
        _ = try await Subprocess.run(
            .name("python3"),
            arguments: [
                "-u", "-m", "http.server", "--bind", "127.0.0.1", "--directory", directory.string, "0",
            ],
            input: .none,
            output: .fileDescriptor(try FileDescriptor.open(log, .writeOnly), closeAfterSpawningProcess: true),
            error: .discarded
        ) { execution in
            do {
                try await body(url(in: log))
                try execution.send(signal: .kill)
            } catch {
                try? execution.send(signal: .kill)
                throw error
            }
        }
    }

    // "Serving HTTP on 127.0.0.1 port 40123 (http://127.0.0.1:40123/) ..."
    private static func url(in log: FilePath) async throws -> String {
        for _ in 0..<200 {
            let line = String(decoding: try contents(log), as: UTF8.self)
            if let url = line.firstMatch(of: /\((http:[^)]*)\)/)?.output.1 { return String(url) }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw Silent()
    }

    /// No word of it in ten seconds.
    struct Silent: Error {}
}
