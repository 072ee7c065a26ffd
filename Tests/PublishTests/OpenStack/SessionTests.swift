import Foundation
import NIOCore
import NIOHTTP1
import Synchronization
import Testing

@testable import Publish

/// Logging in, tokens, discovery and redirects, against a fake cloud.
struct SessionTests {
    /// A fake cloud with Keystone under /identity and Glance under /image.
    private func answer(_ request: FakeCloud.Request, _ count: Int) -> FakeCloud.Answer {
        let host = request.headers.first(name: "host") ?? ""
        switch "\(request.method) \(request.target.split(separator: "?").first ?? "")" {
        case "GET /identity/": return FakeRoutes.keystoneVersions
        case "POST /identity/v3/auth/tokens": return FakeRoutes.token(count, host)
        case "GET /image/": return FakeRoutes.glanceVersions
        case "GET /image/v2/images/\(FakeRoutes.id)": return FakeRoutes.image("active", size: 1)
        default: return .json(404, #"{"message": "no such route"}"#)
        }
    }

    @Test func `links of version documents are not followed, and the proxy's prefix is kept`() async throws {
        try await withFakeCloud(answer) { fake in
            try await FakeRoutes.with(FakeRoutes.cloud(fake)) { client in
                #expect(try await client.show(FakeRoutes.id).status == .active)
                #expect(try await client.session.imageURL() == "\(fake.url)/image/v2")
                #expect(try await client.session.imageVersions() == ["v2.15", "v2.0"])
                let token = try await client.session.token()
                #expect(token?.projectID == "pid")
                #expect(token?.roles == ["member"])
            }
            #expect(
                fake.lines == [
                    "GET /identity/", "POST /identity/v3/auth/tokens", "GET /image/",
                    "GET /image/v2/images/\(FakeRoutes.id)",
                ]
            )
            // Only Glance gets the token, and Keystone alone the password.
            #expect(fake.requests.map { $0.headers.first(name: "x-auth-token") } == [nil, nil, nil, "token-0"])
            #expect(fake.requests.map { $0.json.contains("hunter2") } == [false, true, false, false])
        }
    }

    @Test(arguments: [
        (200, "text/html", "<html>hello</html>"), (404, "application/json", "{}"), (401, "text/plain", "no"),
        (200, "application/json", "[]"),
    ])
    func `a version document that is none does no harm`(_ status: Int, _ type: String, _ body: String) async throws {
        try await withFakeCloud({ request, count in
            ["/identity/", "/image/"].contains(request.target)
                ? .init(status: status, headers: [("content-type", type)], body: body) : answer(request, count)
        }) { fake in
            try await FakeRoutes.with(FakeRoutes.cloud(fake)) { client in
                let found = try await client.show(FakeRoutes.id).status
                #expect(found == .active)
            }
        }
    }

    @Test func `a service that speaks other versions only is refused`() async throws {
        try await withFakeCloud({ request, count in
            request.target == "/image/"
                ? .json(300, #"{"versions": [{"id": "v1.1"}, {"id": "v1.0"}]}"#) : answer(request, count)
        }) { fake in
            let error = try await FakeRoutes.failure {
                try await FakeRoutes.with(FakeRoutes.cloud(fake)) { _ = try await $0.show("x") }
            }
            #expect(error?.code == .unsupported)
            #expect(error?.cause == "it speaks v1.1, v1.0")
        }
    }

    @Test(arguments: ["/v3", "/v3/", "/identity", "/identity/", "/identity/v3", "/identity/v2.0"])
    func `auth_url may have a version or none`(_ path: String) async throws {
        try await withFakeCloud({ request, count in
            if request.target.hasSuffix("/auth/tokens") {
                return FakeRoutes.token(count, request.headers.first(name: "host") ?? "")
            }
            return request.target == "/identity/" ? FakeRoutes.keystoneVersions : .json(404, "{}")
        }) { fake in
            let cloud = Cloud(name: "c", .password(url: fake.url + path, .id("u"), Secret("p"), .unspecified))
            let session = try CloudSession(cloud, retry: FakeRoutes.retry, environment: [:])
            #expect(try await session.token()?.value.value == "token-0")
            await session.close()
            #expect(fake.lines.last == "POST \(path.hasPrefix("/v3") ? "" : "/identity")/v3/auth/tokens")
        }
    }

    @Test
    func `a token is renewed two minutes before its end, once however many ask, and a wrong clock does not matter`()
        async throws
    {
        let now = Mutex(ContinuousClock.now)
        try await withFakeCloud({ request, count in
            // The cloud's clock is a day ahead.
            request.target.hasSuffix("/auth/tokens")
                ? FakeRoutes.token(count, request.headers.first(name: "host") ?? "", life: 600, skew: 86_400)
                : answer(request, count)
        }) { fake in
            let session = try CloudSession(FakeRoutes.cloud(fake), CloudTimeouts(), FakeRoutes.retry, [:]) {
                now.withLock { $0 }
            }
            func token() async throws -> String? { try await session.token()?.value.value }
            #expect(try await token() == "token-0")
            now.withLock { $0 += .seconds(470) }
            #expect(try await token() == "token-0")
            now.withLock { $0 += .seconds(20) }
            try await withThrowingTaskGroup(of: String?.self) { group in
                for _ in 0..<20 { group.addTask { try await session.token()?.value.value } }
                for try await value in group { #expect(value == "token-1") }
            }
            await session.close()
            #expect(fake.lines.count { $0.hasPrefix("POST") } == 2)
        }
    }

    @Test func `a token that is refused is renewed once, and the request sent again`() async throws {
        try await withFakeCloud({ request, count in
            request.target.contains("/images/") && request.headers.first(name: "x-auth-token") == "token-0"
                ? .json(401, #"{"error": {"message": "gone"}}"#) : answer(request, count)
        }) { fake in
            try await FakeRoutes.with(FakeRoutes.cloud(fake)) { client in
                let found = try await client.show(FakeRoutes.id).status
                #expect(found == .active)
            }
            #expect(fake.lines.count { $0.hasPrefix("POST") } == 2)
        }
    }

    @Test func `a second refusal is the last word`() async throws {
        try await withFakeCloud({ request, count in
            request.target.contains("/images/")
                ? .json(401, #"{"error": {"message": "never"}}"#) : answer(request, count)
        }) { fake in
            let error = try await FakeRoutes.failure {
                try await FakeRoutes.with(FakeRoutes.cloud(fake)) { _ = try await $0.show("x") }
            }
            #expect(error?.code == .unauthorized)
            #expect(error?.cause == "HTTP 401 Unauthorized: never")
            #expect(fake.lines.count { $0.contains("/images/x") } == 2)
        }
    }

    @Test func `wrong credentials are asked for once, and not shown`() async throws {
        try await withFakeCloud({ request, count in
            request.method == "POST"
                ? .json(401, #"{"error": {"message": "The request you have made requires authentication."}}"#)
                : answer(request, count)
        }) { fake in
            let error = try await FakeRoutes.failure {
                try await FakeRoutes.with(FakeRoutes.cloud(fake)) { _ = try await $0.show("x") }
            }
            #expect(error?.code == .unauthorized)
            #expect(error?.message == "cannot log in to the cloud 'fake' (POST \(fake.url)/identity/v3/auth/tokens)")
            #expect(!"\(String(reflecting: error))".contains("hunter2"))
            #expect(fake.lines.count { $0.hasPrefix("POST") } == 1)
        }
    }

    @Test func `what is no Keystone is said to be none`() async throws {
        try await withFakeCloud({ _, _ in
            .init(headers: [("content-type", "text/html")], body: "<title>Log in to the hotel's network</title>")
        }) { fake in
            let error = try await FakeRoutes.failure {
                try await FakeRoutes.with(FakeRoutes.cloud(fake)) { _ = try await $0.show("x") }
            }
            #expect(error?.code == .webPage)
            #expect(error?.cause == "a web page: 'Log in to the hotel's network'")
        }
    }

    @Test func `a redirect to another host is not followed, and one on the same host is`() async throws {
        try await withFakeCloud({ request, _ in .json(200, #"{"id": "stolen", "status": "active"}"#) }) { other in
            try await withFakeCloud({ request, _ in
                switch request.target {
                case "/v2/images/away":
                    .init(status: 302, headers: [("location", "\(other.url)/v2/images/away?signature=s3cret")])
                case "/v2/images/round": .init(status: 307, headers: [("location", "/v2/images/round")])
                case "/v2/images/near": .init(status: 301, headers: [("location", "/moved/images/near?x=1")])
                default: FakeRoutes.image("active")
                }
            }) { fake in
                try await FakeRoutes.with(FakeRoutes.open(fake)) { client in
                    let error = try await FakeRoutes.failure { _ = try await client.show("away") }
                    #expect(error?.code == .redirected)
                    #expect(error?.message == "\(fake.url)/v2/images/away redirects to \(other.url)/v2/images/away")
                    #expect(try await FakeRoutes.failure { _ = try await client.show("round") }?.code == .redirected)
                    #expect(try await client.show("near").status == .active)
                }
                #expect(other.requests.isEmpty)
                #expect(fake.lines.last == "GET /moved/images/near?x=1")
            }
        }
    }

    @Test func `other ways to be let in send what they should`() async throws {
        try await withFakeCloud({ _, _ in FakeRoutes.image("active") }) { fake in
            let ways: [(CloudAuthentication, String?, String?)] = [
                (.none(endpoint: "\(fake.url)/v2"), nil, nil),
                (.httpBasic(endpoint: "\(fake.url)/v2", username: "u", Secret("p")), nil, "Basic dTpw"),
                (.adminToken(endpoint: "\(fake.url)/v2", Secret("t")), "t", nil),
            ]
            for (way, token, basic) in ways {
                try await FakeRoutes.with(Cloud(name: "c", way)) { client in
                    _ = try await client.show("x")
                    #expect(try await client.session.project("anything").id == "anything")
                }
                #expect(fake.requests.last?.headers.first(name: "x-auth-token") == token)
                #expect(fake.requests.last?.headers.first(name: "authorization") == basic)
                #expect(fake.requests.last?.target == "/v2/images/x")
            }
        }
    }

    @Test func `plain http goes through a proxy in the absolute form`() async throws {
        try await withFakeCloud({ _, _ in FakeRoutes.image("active") }) { proxy in
            let cloud = Cloud(name: "c", .adminToken(endpoint: "http://glance.invalid:9292/image/v2", Secret("t")))
            try await FakeRoutes.with(cloud, environment: ["HTTP_PROXY": "http://u:p@127.0.0.1:\(proxy.port)"]) {
                client in
                let found = try await client.show("x").status
                #expect(found == .active)
            }
            #expect(proxy.lines == ["GET http://glance.invalid:9292/image/v2/images/x"])
            #expect(proxy.requests.first?.headers.first(name: "host") == "glance.invalid:9292")
            #expect(proxy.requests.first?.headers.first(name: "proxy-authorization") == "Basic dTpw")
        }
    }

    @Test func `what is not in the catalogue is named with what is`() throws {
        let json: JSONValue = [
            [
                "type": "image", "name": "glance",
                "endpoints": [
                    ["interface": "public", "region_id": "A", "url": "http://a"],
                    ["interface": "public", "region_id": "B", "url": "http://b"],
                    ["interface": "internal", "region_id": "B", "url": "http://bi"],
                ],
            ]
        ]
        let catalog = ServiceCatalog(json)
        #expect(try catalog.imageURL(interface: "public", region: "B", cloud: "c") == "http://b")
        #expect(try catalog.imageURL(interface: "internal", region: nil, cloud: "c") == "http://bi")
        func words(_ interface: String, _ region: String?, _ catalog: ServiceCatalog) -> String {
            do {
                return try catalog.imageURL(interface: interface, region: region, cloud: "c")
            } catch let error as OpenStackError {
                return "\(error.message); \(error.hint ?? "")"
            } catch {
                return "\(error)"
            }
        }
        #expect(
            words("public", nil, catalog)
                == "the cloud 'c' has several regions, and none is chosen; set 'region_name' of the cloud or OS_REGION_NAME to one of A, B"
        )
        #expect(words("public", "C", catalog) == "the cloud 'c' has no Glance in the region 'C'; there are A, B")
        #expect(
            words("admin", "B", catalog)
                == "the cloud 'c' has no admin endpoint of Glance; there are internal, public; set 'interface' of the cloud"
        )
        #expect(
            words("public", nil, ServiceCatalog(nil))
                == "the catalogue of the cloud 'c' has no image service; set 'project_name' of the cloud"
        )
        #expect(
            words("public", nil, ServiceCatalog([["type": "volume"]]))
                == "the catalogue of the cloud 'c' has no image service; set 'image_endpoint_override' of the cloud"
        )
    }

    @Test func `a server that cannot be reached is named`() async throws {
        for (url, code) in [
            ("http://127.0.0.1:1", OpenStackError.Code.unreachable), ("http://no-such-host.invalid", .unreachable),
        ] {
            let cloud = Cloud(name: "c", .adminToken(endpoint: "\(url)/v2", Secret("t")))
            let error = try await FakeRoutes.failure { try await FakeRoutes.with(cloud) { _ = try await $0.show("x") } }
            #expect(error?.code == code, "\(String(describing: error))")
            #expect(error?.message.contains("\(url)/v2/images/x") == true)
        }
        try await withFakeCloud({ _, _ in FakeRoutes.image("active") }) { fake in
            let cloud = Cloud(name: "c", .adminToken(endpoint: "https://127.0.0.1:\(fake.port)/v2", Secret("t")))
            let error = try await FakeRoutes.failure { try await FakeRoutes.with(cloud) { _ = try await $0.show("x") } }
            #expect(error?.code == .tls, "\(String(describing: error))")
        }
    }
}
