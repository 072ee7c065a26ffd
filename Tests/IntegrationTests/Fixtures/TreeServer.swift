import SystemPackage

/// A web server on this machine, for as long as the lab is open.
struct TreeServer {
    /// What it answers.
    enum Answer: String {
        /// The files of the directory.
        case files
        /// A page in HTML for each path, as a captive portal does.
        case page
    }

    let url: String
    private let command: RunningCommand

    static func start(_ directory: FilePath, answering answer: Answer = .files, in lab: Lab) async throws -> TreeServer
    {
        let command = try await lab.start(program: ["python3", "-u", "-c", script, directory.string, answer.rawValue])
        try await lab.wait(for: "the web server's port") { (try? Disk.text(command.stdout))?.contains("\n") == true }
        let port = try Disk.text(command.stdout).split(separator: "\n").first ?? ""
        return TreeServer(url: "http://127.0.0.1:\(port)/", command: command)
    }

    func stop() async { await command.stop() }

    /// The paths that were asked for.
    var requests: String { (try? Disk.text(command.stderr)) ?? "" }

    private static let script = """
        import functools, http.server, sys
        class Handler(http.server.SimpleHTTPRequestHandler):
            def do_GET(self):
                if sys.argv[2] == "files":
                    return super().do_GET()
                body = b"<!DOCTYPE html><html><body>Please log in</body></html>"
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
        handler = functools.partial(Handler, directory=sys.argv[1])
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        print(server.server_port)
        server.serve_forever()
        """
}
