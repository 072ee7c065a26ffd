import Foundation
import NIOHTTP1
import Testing

@testable import Publish

/// The small parts: pointers, queries, JSON, proxies, waits, words of servers.
struct PieceTests {
    @Test(arguments: [
        ("name", "/name"), ("a/b", "/a~1b"), ("a~b", "/a~0b"), ("~1", "/~01"), ("/~", "/~1~0"), ("", "/"),
        ("ü x", "/ü x"),
    ])
    func `a key becomes a JSON pointer`(_ key: String, _ pointer: String) {
        #expect(GlancePatch.pointer(key) == pointer)
        var patch = GlancePatch()
        patch.add(key, "v")
        patch.replace(key, 7)
        patch.remove(key)
        #expect(
            patch.json == [
                ["op": "add", "path": .string(pointer), "value": "v"],
                ["op": "replace", "path": .string(pointer), "value": 7],
                ["op": "remove", "path": .string(pointer)],
            ]
        )
    }

    @Test func `a patch knows whether an image is as it would make it`() throws {
        let image = try GlanceImage([
            "id": "i", "status": "active", "name": "n", "min_disk": 3, "tags": ["b", "a"], "x": "1", "protected": true,
        ])
        var patch = GlancePatch()
        patch.replace("name", "n")
        patch.add("min_disk", 3)
        patch.setTags(["a", "b", "a"])
        patch.add("x", "1")
        patch.add("protected", true)
        patch.remove("gone")
        #expect(patch.isDone(in: image))
        patch.remove("x")
        #expect(!patch.isDone(in: image))
    }

    @Test func `a query is written as Glance reads it`() {
        var query = GlanceQuery()
        query.pageSize = nil
        #expect(query.parameters.isEmpty)
        query.names = ["a:b"]
        query.ids = ["1", "2"]
        query.diskFormats = ["x,y", "z"]
        query.isHidden = true
        query.minimumSize = 5
        query.createdAt = [(.notBefore, Date(timeIntervalSince1970: 0))]
        query.tags = ["t", "u"]
        query.properties = ["k": "v"]
        query.sort = [(.name, true), (.createdAt, false)]
        query.marker = "m"
        let text = query.parameters.map { "\($0)=\($1)" }
        #expect(
            text == [
                "name=eq:a:b", "id=in:1,2", "disk_format=in:\"x,y\",z", "size_min=5", "os_hidden=true", "tag=t",
                "tag=u",
                "created_at=gte:1970-01-01T00:00:00Z", "k=v", "sort_key=name", "sort_dir=asc", "sort_key=created_at",
                "sort_dir=desc", "marker=m",
            ]
        )
        #expect("a b/ü~&=%".percentEncoded == "a%20b%2F%C3%BC~%26%3D%25")
        #expect("\u{1}".percentEncoded == "%01")
    }

    @Test func `an image keeps every field, null or not, and what is not known`() throws {
        let text = """
            {"id": "i", "status": "weird", "visibility": "community", "protected": false, "os_hidden": true, "checksum": null,
             "os_hash_algo": "sha256", "os_hash_value": "ab", "owner": null, "size": 9223372036854775807, "virtual_size": 0, "name": null,
             "container_format": null, "disk_format": "iso", "created_at": "2015-11-29T22:21:42Z", "updated_at": "garbage", "tags": ["x"],
             "min_ram": 1, "min_disk": 2, "self": "/s", "file": "/f", "schema": "/c", "stores": "a,b", "direct_url": "rbd://x",
             "os_glance_failed_import": "", "hw": "1", "locations": [{"url": "u"}], "number": 1.5}
            """
        let image = try GlanceImage(try #require(JSONValue(json: Array(text.utf8))))
        #expect(image.status == .init(rawValue: "weird"))
        #expect(image.checksum == nil)
        #expect(image.osHashAlgorithm == "sha256")
        #expect(image.size == .max)
        #expect(image.virtualSize == 0)
        #expect(image.name == nil)
        #expect(image.createdAt == Date(timeIntervalSince1970: 1_448_835_702))
        #expect(image.updatedAt == nil)
        #expect(image.stores == ["a", "b"])
        #expect(image.directURL == "rbd://x")
        #expect(image.properties == ["os_glance_failed_import": "", "hw": "1"])
        #expect(image.others == ["locations": [["url": "u"]], "number": .number(1.5)])
        for wrong: JSONValue in [
            "x", [:], ["id": "i"], ["id": 7, "status": "active"], ["id": "i", "status": "active", "size": "7"],
            ["id": "i", "status": "active", "protected": "yes"],
        ] {
            #expect(throws: OpenStackError.self) { _ = try GlanceImage(wrong) }
        }
    }

    @Test func `JSON goes through unchanged`() {
        let value: JSONValue = ["a": [1, "x", true, .null, .number(0.5), ["b": [:]]], "ü/": "\u{1}\"\\/"]
        #expect(JSONValue(json: value.json) == value)
        #expect(JSONValue(json: Array("{".utf8)) == nil)
        #expect(JSONValue(json: Array(String(repeating: "[", count: 100_000).utf8)) == nil)
    }

    @Test(
        arguments: [
            ("https://k.example:5000/v3/", "https://k.example:5000/v3", "v3"),
            ("HTTP://K.Example:80", "http://k.example", nil),
            ("http://[::1]:9292/image/", "http://[::1]:9292/image", nil), ("https://k/v2.0", "https://k/v2.0", "v2.0"),
            ("https://k/very", "https://k/very", nil),
        ]
    )
    func `a URL is taken apart`(_ text: String, _ whole: String, _ version: String?) throws {
        let url = try #require(ServiceURL(text))
        #expect(url.text == whole)
        #expect(url.version == version)
        #expect(url.unversioned.version == nil)
    }

    @Test(arguments: [
        "ftp://k", "k", "", "https://", "http://u:p@k", "http://k:0", "http://k:99999", "https:///path",
        "http://k\u{0}",
    ])
    func `what is no URL of a service is refused`(_ text: String) {
        #expect(ServiceURL(text) == nil)
    }

    @Test func `proxies and their exceptions are those of requests`() throws {
        func name(_ url: String, _ environment: [String: String]) throws -> String? {
            try ProxySettings(environment).proxy(for: try #require(ServiceURL(url)))?.name
        }
        let both = ["HTTPS_PROXY": "http://s:1", "http_proxy": "p:2"]
        #expect(try name("https://a", both) == "s:1")
        #expect(try name("http://a", both) == "p:2")
        #expect(try name("http://127.0.0.1:5", both) == nil)
        #expect(try name("https://localhost", both) == nil)
        #expect(try name("http://a", ["HTTP_PROXY": "http://s:1"]) == "s:1")
        #expect(try name("http://a", ["HTTP_PROXY": "http://s:1", "REQUEST_METHOD": "GET"]) == nil)
        #expect(try name("https://a", ["ALL_PROXY": "http://s"]) == "s:80")
        for (exception, host, isDirect) in [
            ("a.example", "https://a.example", true), (".example", "https://a.example", true),
            ("example", "https://a.example", true),
            ("a.example:443", "https://a.example", true), ("a.example:80", "https://a.example", false),
            ("*", "https://a", true),
            ("10.0.0.0/8", "https://10.1.2.3", true), ("10.0.0.0/8", "https://11.1.2.3", false),
            ("ample", "https://a.example", false),
            ("fd00::/8", "https://[fd12::1]", true), (" x, a.example ", "https://a.example", true),
            ("*.example", "https://a.example", true),
        ] {
            #expect(
                try (name(host, both.merging(["NO_PROXY": exception]) { $1 }) == nil) == isDirect,
                "\(exception) \(host)"
            )
        }
        #expect(throws: OpenStackError.self) { _ = try name("https://a", ["https_proxy": "socks5://s"]) }
        let secret = try ProxySettings(["https_proxy": "http://u:hunter2@s:1"]).proxy(isSecure: true)
        #expect(secret?.authorization?.value == "Basic dTpodW50ZXIy")
        #expect(!"\(String(describing: secret))".contains("dTpodW50ZXIy"))
    }

    @Test func `Retry-After is a number or a date`() {
        #expect(RetryAfter.duration("7") == .seconds(7))
        #expect(RetryAfter.duration(" 0 ") == .seconds(0))
        #expect(RetryAfter.duration("Sun, 06 Nov 1994 08:49:37 GMT", now: 784_111_770) == .seconds(7))
        #expect(RetryAfter.duration("Sun, 06 Nov 1994 08:49:37 GMT") == .zero)
        for text in ["", "-1", "soon", "1.5", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 06 Foo 1994 08:49:37 GMT"] {
            #expect(RetryAfter.duration(text) == nil)
        }
    }

    @Test func `pauses double, have a limit, and heed the server`() {
        let policy = RetryPolicy()
        let busy = OpenStackError(.unavailable, "x")
        #expect(
            (1...4).map { policy.pause(after: $0, busy, chance: 0) } == [
                .milliseconds(500), .seconds(1), .seconds(2), .seconds(4),
            ]
        )
        #expect(policy.pause(after: 5, busy, chance: 0) == nil)
        #expect(policy.pause(after: 1, busy, chance: 1) == .milliseconds(625))
        var patient = policy
        patient.attempts = 100
        #expect(patient.pause(after: 99, busy, chance: 0) == .seconds(30))
        let limited = OpenStackError(.tooManyRequests, "x", retryAfter: .seconds(60))
        #expect(policy.pause(after: 1, limited, chance: 0) == .seconds(60))
        #expect(
            policy.pause(after: 1, OpenStackError(.tooManyRequests, "x", retryAfter: .seconds(3600)), chance: 0) == nil
        )
        for code in OpenStackError.Code.allCases {
            let isPassing = [.unavailable, .tooManyRequests, .timeout, .stalled, .connectionLost].contains(code)
            #expect((policy.pause(after: 1, OpenStackError(code, "x"), chance: 0) != nil) == isPassing, "\(code)")
        }
    }

    @Test(
        arguments: [
            (
                403, "application/json",
                #"{"message": "Image x is protected.<br /><br />\n\n", "code": "403 Forbidden"}"#,
                "HTTP 403 Forbidden: Image x is protected."
            ),
            (
                401, "application/json",
                #"{"error": {"message": "The request requires authentication.", "code": 401}}"#,
                "HTTP 401 Unauthorized: The request requires authentication."
            ),
            (
                502, "text/html", "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>",
                "HTTP 502 Bad Gateway, a web page of a proxy or another server, not Glance's answer: '502 Bad Gateway'"
            ),
            (500, "text/plain", "a\u{1B}[31mb\r\nc\u{202E}", "HTTP 500 Internal Server Error: a [31mb c"),
            (404, "text/plain", "", "HTTP 404 Not Found"),
        ]
    )
    func `a server's words are kept, plain and short`(_ status: Int, _ type: String, _ body: String, _ cause: String)
        throws
    {
        let reply = HTTPReply(status: status, headers: ["content-type": type], body: Array(body.utf8))
        let request = HTTPRequest(method: .GET, base: try #require(ServiceURL("https://g/v2")), target: "/images")
        let error = OpenStackError(reply, "cannot list the images", "Glance", request)
        #expect(error.cause == cause)
        #expect(error.message == "cannot list the images (GET https://g/v2/images)")
    }

    @Test func `a page with Glance's request id is Glance's, and a long one is cut`() throws {
        let page =
            "<html><title>413</title><body><h1>413</h1><script>evil()</script>\(String(repeating: "too large &amp; ", count: 200))</body></html>"
        let reply = HTTPReply(
            status: 413,
            headers: ["content-type": "text/html", "x-openstack-request-id": "req-1\u{7}"],
            body: Array(page.utf8)
        )
        let request = HTTPRequest(method: .PUT, base: try #require(ServiceURL("https://g/v2")), target: "/x")
        let error = OpenStackError(reply, "x", "Glance", request)
        #expect(error.code == .tooLarge)
        let cause = try #require(error.cause)
        #expect(
            cause.hasPrefix("HTTP 413 ") && cause.contains("413 413 too large & too large") && cause.hasSuffix(" [...]")
        )
        #expect(!cause.contains("evil"))
        #expect(cause.count < 600)
        #expect(error.requestID == "req-1\\u{0007}" || error.requestID == "req-1\\u{07}")
    }

    @Test(arguments: ["<", "<!--", "<script", "<a<b>c", "&amp;lt;", "</title><title>", "<title", "<TITLE>x"])
    func `broken pages end`(_ text: String) {
        #expect(text.withoutTags.count <= text.count + 2)
        _ = ServerWords(HTTPReply(status: 500, headers: ["content-type": "text/html"], body: Array(text.utf8)))
    }
}
