import Foundation
import SystemPackage
import Testing

@testable import InstallTrees

@Suite struct ChecksumTests {
    @Test(arguments: Checksum.Algorithm.allCases) func readsEachAlgorithm(algorithm: Checksum.Algorithm) throws {
        let hex = String(repeating: "Aa", count: algorithm.byteCount)
        let checksum = try #require(Checksum(" \(algorithm.rawValue.uppercased()) : \(hex) "))
        #expect(checksum.description == "\(algorithm.rawValue):\(hex.lowercased())")
        #expect(checksum.isWeak == [.md5, .sha1].contains(algorithm))
        #expect(Checksum("\(algorithm.rawValue):\(hex)0") == nil)
    }
}

@Suite struct GuestURLTests {
    @Test(arguments: [
        ("http://127.0.0.1:8080/tree", "http://10.0.2.2:8080/tree"),
        ("http://127.1.2.3", "http://10.0.2.2"),
        ("http://localhost/", "http://10.0.2.2/"),
        ("http://LOCALHOST.:81/a?b=localhost", "http://10.0.2.2:81/a?b=localhost"),
        ("http://[::1]:80/x", "http://10.0.2.2:80/x"),
        ("http://[::ffff:127.0.0.1]/x", "http://10.0.2.2/x"),
        ("https://user:pass@localhost:1/x", "https://user:pass@10.0.2.2:1/x"),
        ("http://localhost@example.org/", "http://localhost@example.org/"),
        ("http://example.org/127.0.0.1", "http://example.org/127.0.0.1"),
        ("http://127.example.org/", "http://127.example.org/"),
        ("http://10.0.0.1/", "http://10.0.0.1/"),
        ("http://[::1", "http://[::1"),
        ("/srv/tree", "/srv/tree"),
        ("", ""),
    ]) func translatesLoopbackOnly(url: String, expected: String) {
        #expect(GuestURL.translate(url) == expected)
    }
}

@Suite struct TreeSourceTests {
    /// A location that is a path: what is there decides, and the name where nothing is.
    @Test func tellsAnImageFromADirectory() async throws {
        try await withTemporaryDirectory { directory in
            try directory.appending("tree.iso").appending("file").write([1])
            try directory.appending("image").write([1])
            try FileManager.default.createSymbolicLink(
                atPath: directory.appending("link").string,
                withDestinationPath: "image"
            )
            let table: [(String, Bool)] = [
                ("tree.iso", false), ("image", true), ("link", true), ("tree.iso/file", true), ("nothing", false),
                ("nothing.iso", true), ("nothing.ISO", true),
            ]
            for (name, isImage) in table {
                let path = directory.pushing(FilePath(name))
                let expected: TreeSource = isImage ? .iso(path) : .directory(path)
                #expect(TreeSource.local(path) == expected, "\(name)")
                #expect(try TreeSource(path.string) == expected)
                #expect(try TreeSource("file://\(path)") == expected)
                #expect(expected.description == path.string)
            }
        }
    }

    @Test func readsURLsAndPaths() throws {
        #expect(try TreeSource("https://example.org/a/") == .url("https://example.org/a/"))
        #expect(try TreeSource(" HTTP://example.org ") == .url("HTTP://example.org"))
        #expect(try TreeSource("/srv/tree") == .directory("/srv/tree"))
        #expect(try TreeSource("tree") == .directory("tree"))
        #expect(try TreeSource("file:///srv/a%20tree") == .directory("/srv/a tree"))
        #expect(try TreeSource("file://localhost/srv") == .directory("/srv"))
    }

    @Test(arguments: [
        "", " ", "ftp://example.org/", "http://", "http:///path", "http://example.org/?a=b", "http://example.org/#a",
        "file://host/a", "http://example.org:99999/", "nfs://h/x", "http://a\nb/",
    ]) func refusesOthers(text: String) {
        let error = #expect(throws: TreeError.self) { try TreeSource(text) }
        #expect(error?.code == .unsupportedSource)
        #expect(error?.message.contains("\n") == false)
    }

    @Test(arguments: ["http://joe:s3cret@example.org/t?x", "ftp://joe:s3cret@example.org/", "http://joe:s3c/ret@h/"])
    func neverShowsAPassword(text: String) {
        let error = #expect(throws: TreeError.self) { try TreeSource(text) }
        #expect("\(String(describing: error)) \(error?.hint ?? "") \(error?.location ?? "")".contains("s3c") == false)
    }

    @Test func describesWithoutUserInformation() throws {
        #expect("\(try TreeSource("http://joe:s3cret@example.org:8/t"))" == "http://example.org:8/t")
    }
}

@Suite struct TreeURLTests {
    @Test func appendsAndEncodes() throws {
        let url = try TreeURL("http://Example.org:8080/a%20b").appending("x y/%2e/ü?#")
        #expect(url.text == "http://example.org:8080/a%20b/x%20y/%252e/%C3%BC%3F%23")
        #expect(url.authority == "example.org:8080")
        #expect(try TreeURL("http://[::1]:80/").authority == "[::1]")
    }

    @Test func keepsUserInformationAtHome() throws {
        let url = try TreeURL("http://joe:s3cret@h/a")
        #expect(url.text == "http://h/a")
        #expect(url.authorization == "Basic am9lOnMzY3JldA==")
        #expect(try url.appending("b").authorization == url.authorization)
        #expect(url.redirected(to: "/c")?.authorization == url.authorization)
        #expect(url.redirected(to: "http://other/c")?.authorization == nil)
        #expect(url.redirected(to: "https://h/c")?.authorization == nil)
        #expect(url.redirected(to: "../x/y?z=1")?.text == "http://h/x/y?z=1")
        #expect(url.redirected(to: "javascript:alert(1)") == nil)
    }

    @Test(arguments: [
        ("http://h/a", "https://h/a", true), ("http://h/a", "/b", true), ("https://h/a", "//other/b", true),
        ("https://h/a", "http://h/a", false), ("http://h/a", "ftp://h/a", false), ("https://h/a", "file:///etc", false),
    ]) func refusesInsecureRedirects(from: String, location: String, allowed: Bool) throws {
        let url = try TreeURL(from)
        if allowed {
            _ = try HTTPSession.next(url, location)
        } else {
            let error = #expect(throws: TreeError.self) { try HTTPSession.next(url, location) }
            #expect(error?.code == .insecureRedirect)
        }
    }
}

@Suite struct ProxyEnvironmentTests {
    @Test(
        arguments: [
            ([:], "http://m.example/", nil),
            (["http_proxy": "http://p:3128"], "http://m.example/", "p:3128"),
            (["http_proxy": "p:3128"], "https://m.example/", nil),
            (["HTTP_PROXY": "p:3128"], "http://m.example/", nil),
            (["HTTPS_PROXY": "p:3128"], "https://m.example/", "p:3128"),
            (["all_proxy": "p:1"], "https://m.example/", "p:1"),
            (["http_proxy": "p:1"], "http://localhost:80/", nil),
            (["http_proxy": "p:1"], "http://127.0.0.9/", nil),
            (["http_proxy": "p:1", "no_proxy": "other, .example"], "http://m.example/", nil),
            (["http_proxy": "p:1", "no_proxy": "m.EXAMPLE"], "http://m.example/", nil),
            (["http_proxy": "p:1", "no_proxy": "example"], "http://mexample/", "p:1"),
            (["http_proxy": "p:1", "no_proxy": "m.example:8080"], "http://m.example/", "p:1"),
            (["http_proxy": "p:1", "no_proxy": "m.example:80"], "http://m.example/", nil),
            (["http_proxy": "p:1", "NO_PROXY": "*"], "http://m.example/", nil),
            (["http_proxy": "p:1", "no_proxy": "[fd00::1]"], "http://[fd00::1]/", nil),
            // Address ranges, as curl has them.
            (["http_proxy": "p:1", "no_proxy": "10.0.0.0/8"], "http://10.200.3.4/", nil),
            (["http_proxy": "p:1", "no_proxy": "10.0.0.0/8"], "http://11.0.0.1/", "p:1"),
            (["http_proxy": "p:1", "no_proxy": "192.168.128.0/17"], "http://192.168.127.1/", "p:1"),
            (["http_proxy": "p:1", "no_proxy": "192.168.128.0/17"], "http://192.168.129.1/", nil),
            (["http_proxy": "p:1", "no_proxy": "0.0.0.0/0"], "http://m.example/", "p:1"),
            (["http_proxy": "p:1", "no_proxy": "fd00::/8"], "http://[fdab::1]/", nil),
            (["http_proxy": "p:1", "no_proxy": "10.0.0.0/33"], "http://10.0.0.1/", "p:1"),
            // What cannot be spoken to harms nobody who does not need it.
            (["ALL_PROXY": "socks5h://p:1"], "http://127.0.0.1/", nil),
            (["ALL_PROXY": "socks5h://p:1", "no_proxy": "*"], "https://m.example/", nil),
            (["ALL_PROXY": "socks5h://p:1", "http_proxy": "p:2"], "http://m.example/", "p:2"),
        ] as [([String: String], String, String?)]
    ) func choosesAProxy(
        environment: [String: String],
        url: String,
        expected: String?
    ) throws {
        #expect(try ProxyEnvironment(environment).proxy(for: TreeURL(url))?.name == expected)
    }

    @Test func refusesWhatItCannotSpeak() {
        for value in ["socks5://p:1", "https://joe:s3cret@p", "http://"] {
            let error = #expect(throws: TreeError.self) {
                try ProxyEnvironment(["http_proxy": value]).proxy(for: try TreeURL("http://m.example/"))
            }
            #expect(error?.code == .unsupportedSource)
            #expect(error?.description.contains("s3cret") == false)
        }
    }
}
