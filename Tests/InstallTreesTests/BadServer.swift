@testable import InstallTrees

/// Servers that are broken or hostile: what they answer to each request, and what that must be called.
struct BadServer: Sendable {
    typealias Step = ScriptedServer.Step

    let name: String
    /// The answers after the treeinfo, or all of them.
    let scripts: [[Step]]
    let code: TreeError.Code
    let exit: Int32
    let part: String

    private static let once = "Connection: close\r\n"
    private static func redirect(_ target: String, _ status: String = "302 Found") -> [Step] {
        [.answer(status, extra: "Location: \(target)\r\n\(once)"), .close]
    }
    private static func head(_ text: String) -> [Step] { [.send("HTTP/1.1 200 OK\r\n\(text)\r\n\r\n")] }
    /// An endless body, as far as a limit of 2 MiB is concerned.
    private static let flood = [Step](repeating: .bytes([UInt8](repeating: 120, count: 256 << 10)), count: 12)

    static let all: [BadServer] = [
        // Redirects.
        BadServer("a redirect to a file", treeinfo: redirect("file:///etc/passwd"), .insecureRedirect, 66, "file:"),
        BadServer("a redirect to ftp", treeinfo: redirect("ftp://h/x"), .insecureRedirect, 66, "ftp://h/x"),
        BadServer("a redirect to gopher", treeinfo: redirect("gopher://h:25/x"), .insecureRedirect, 66, "gopher"),
        BadServer("a redirect to itself", treeinfo: redirect("/tree/.treeinfo"), .redirectCircle, 66, "in a circle"),
        BadServer(
            "a redirect there and back",
            scripts: [redirect("/a"), redirect("/b"), redirect("/a")],
            .redirectCircle,
            66,
            "the redirects of 3 addresses"
        ),
        BadServer(
            "redirects without end",
            scripts: (0..<8).map { redirect("/\($0)", $0 % 2 == 0 ? "301 Moved" : "308 Permanent") },
            .tooManyRedirects,
            66,
            "more than 5 redirects"
        ),
        BadServer("a redirect to port 0", treeinfo: redirect("http://127.0.0.1:0/"), .insecureRedirect, 66, "neither"),
        BadServer("a redirect to nowhere", treeinfo: redirect(""), .insecureRedirect, 66, "nor https: ''"),
        BadServer(
            "a redirect without a place",
            treeinfo: [.answer("302 Found", extra: once), .close],
            .httpStatus,
            66,
            "302"
        ),
        BadServer(
            "a redirected kernel",
            kernel: redirect("file:///boot/vmlinuz"),
            .insecureRedirect,
            66,
            "file:///boot/vmlinuz"
        ),
        // Sizes.
        BadServer(
            "a kernel of 4 GB",
            kernel: head("Content-Length: 4294967296"),
            .tooLarge,
            66,
            "vmlinuz is larger than 2 MiB"
        ),
        BadServer(
            "a kernel without a length and without end",
            kernel: head("Connection: close") + flood,
            .tooLarge,
            66,
            "vmlinuz is larger than 2 MiB"
        ),
        BadServer(
            "a kernel in endless chunks",
            kernel: head("Transfer-Encoding: chunked")
                + (0..<12).flatMap { _ -> [Step] in
                    [.send("40000\r\n"), .bytes([UInt8](repeating: 1, count: 256 << 10)), .send("\r\n")]
                },
            .tooLarge,
            66,
            "vmlinuz is larger than 2 MiB"
        ),
        BadServer(
            "a length beyond 64 bits",
            kernel: head("Content-Length: 99999999999999999999"),
            .connectionLost,
            75,
            "vmlinuz"
        ),
        BadServer("a negative length", kernel: head("Content-Length: -1"), .connectionLost, 75, "vmlinuz"),
        BadServer(
            "a treeinfo without end",
            treeinfo: head("Connection: close") + flood,
            .tooLarge,
            66,
            ".treeinfo is larger than 1 MiB"
        ),
        // Broken answers.
        BadServer(
            "a part that was not asked for",
            kernel: [
                .send("HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 5-9/10\r\nContent-Length: 5\r\n\r\n12345")
            ],
            .wrongPart,
            66,
            "Partial Content, unasked"
        ),
        BadServer(
            "less than announced",
            kernel: head("Content-Length: 9") + [.send("12"), .close],
            .truncated,
            75,
            "2 of 9"
        ),
        BadServer(
            "another file",
            kernel: [.answer("200 OK", "not a kernel", extra: once), .close],
            .checksumMismatch,
            66,
            "expected sha256"
        ),
        BadServer(
            "a log-in page",
            kernel: [.answer("200 OK", "\n<html><body>log in", type: "text/html; charset=utf-8", extra: once), .close],
            .webPage,
            66,
            "is a web page, not a file of an install tree"
        ),
        BadServer(
            "no kernel",
            kernel: [.answer("404 Not Found", extra: once), .close],
            .missingFile,
            66,
            "the tree has no"
        ),
        BadServer(
            "a kernel that is gone",
            kernel: [.answer("410 Gone", extra: once), .close],
            .missingFile,
            66,
            "HTTP 410"
        ),
        BadServer(
            "a forbidden kernel",
            kernel: [.answer("403 Forbidden", extra: once), .close],
            .httpStatus,
            66,
            "403"
        ),
        BadServer("no content", kernel: [.send("HTTP/1.1 204 No Content\r\n\r\n"), .close], .httpStatus, 66, "204"),
        BadServer(
            "another protocol",
            treeinfo: [.send("220 mail.example.org ESMTP\r\n"), .close],
            .connectionLost,
            75,
            "broke"
        ),
        BadServer("HTTP/0.9", treeinfo: [.send("[general]\nfamily = x\n"), .close], .connectionLost, 75, "broke"),
        BadServer(
            "an endless head",
            treeinfo: head(String(repeating: "X: \(String(repeating: "y", count: 99))\r\n", count: 5000)),
            .connectionLost,
            75,
            "broke"
        ),
        BadServer(
            "hints without an answer",
            treeinfo: (0..<400).flatMap { _ -> [Step] in
                [.send("HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n"), .pause(milliseconds: 50)]
            },
            .readTimeout,
            75,
            "127.0.0.1"
        ),
        BadServer(
            "a stall in the head",
            treeinfo: [.send("HTTP/1.1 200")],
            .readTimeout,
            75,
            "sent nothing for 300 ms"
        ),
        BadServer(
            "a stall in the body",
            kernel: head("Content-Length: 9") + [.send("12")],
            .readTimeout,
            75,
            "sent nothing"
        ),
        BadServer(
            "an escape in the reason",
            treeinfo: [.send("HTTP/1.1 500 \u{1B}[2J\r\nContent-Length: 0\r\n\(once)\r\n"), .close],
            .httpStatus,
            75,
            "HTTP 500"
        ),
    ]

    private init(
        _ name: String,
        scripts: [[Step]],
        _ code: TreeError.Code,
        _ exit: Int32,
        _ part: String
    ) {
        self.name = name
        self.scripts = scripts
        self.code = code
        self.exit = exit
        self.part = part
    }

    private init(_ name: String, treeinfo: [Step], _ code: TreeError.Code, _ exit: Int32, _ part: String) {
        self.init(name, scripts: [treeinfo], code, exit, part)
    }

    private init(_ name: String, kernel: [Step], _ code: TreeError.Code, _ exit: Int32, _ part: String) {
        let treeinfo: [Step] = [.answer("200 OK", SampleTree().treeinfo, extra: Self.once), .close]
        self.init(name, scripts: [treeinfo, kernel], code, exit, part)
    }
}
