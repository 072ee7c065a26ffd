import SystemPackage

/// A web server on this machine, for as long as the lab is open.
struct TreeServer {
    /// What it answers.
    enum Answer: String {
        /// The files of the directory.
        case files
        /// A page in HTML for each path, as a captive portal does.
        case page
        /// The files; but the server ends, as one that is killed, when it has sent half of one whose path ends so.
        case dying
        /// The files; but it falls silent in the middle of such a one.
        case stalling
    }

    let url: String
    private let command: RunningCommand

    /// Starts one.
    ///
    /// - Parameter file: The end of the path of the file that `dying` and `stalling` are about.
    static func start(
        _ directory: FilePath,
        answering answer: Answer = .files,
        at file: String = "",
        in lab: Lab
    ) async throws -> TreeServer {
        let command = try await lab.start(
            program: ["python3", "-u", "-c", script, directory.string, answer.rawValue, file]
        )
        try await lab.wait(for: "the web server's port") { (try? Disk.text(command.stdout))?.contains("\n") == true }
        let port = try Disk.text(command.stdout).split(separator: "\n").first ?? ""
        return TreeServer(url: "http://127.0.0.1:\(port)/", command: command)
    }

    func stop() async { await command.stop() }

    /// The paths that were asked for.
    var requests: String { (try? Disk.text(command.stderr)) ?? "" }

    private static let script = """
        import functools, http.server, os, sys, time
        class Handler(http.server.SimpleHTTPRequestHandler):
            def do_GET(self):
                if sys.argv[2] in ("dying", "stalling") and self.path.endswith(sys.argv[3]):
                    return self.fail_in_the_middle()
                if sys.argv[2] != "page":
                    return super().do_GET()
                body = b"<!DOCTYPE html><html><body>Please log in</body></html>"
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            def fail_in_the_middle(self):
                path = self.translate_path(self.path)
                size = os.path.getsize(path)
                self.send_response(200)
                self.send_header("Content-Length", str(size))
                self.end_headers()
                with open(path, "rb") as file:
                    left = size // 2
                    while left > 0:
                        piece = file.read(min(left, 65536))
                        self.wfile.write(piece)
                        left -= len(piece)
                self.log_message("half of %s is sent", self.path)
                if sys.argv[2] == "dying":
                    os._exit(1)
                time.sleep(3600)
        handler = functools.partial(Handler, directory=sys.argv[1])
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        print(server.server_port)
        server.serve_forever()
        """
}
