import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Publish

/// clouds.yaml, secure.yaml, the environment and openrc files.
struct CloudsTests {
    private let scratch: Scratch
    private var home: FilePath { scratch.appending("home") }
    private var work: FilePath { scratch.appending("work") }

    init() throws {
        scratch = try Scratch()
        for name in [
            "work", "home/.config/openstack", "system/etc/openstack", "system/etc/xdg/openstack", "xdg/openstack",
        ] {
            try FileManager.default.createDirectory(
                atPath: scratch.path.pushing(FilePath(name)).string,
                withIntermediateDirectories: true
            )
        }
    }

    private func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: scratch.path.pushing(FilePath(name)).string))
    }

    private func load(_ environment: [String: String] = [:], openrc: String? = nil) throws -> CloudsConfiguration {
        try CloudsConfiguration(
            environment: ["HOME": home.string].merging(environment) { $1 },
            directory: work,
            openrc: openrc.map { scratch.path.pushing(FilePath($0)) },
            system: scratch.appending("system")
        )
    }

    private func failure(_ body: () throws -> Void) -> OpenStackError? {
        do {
            try body()
            return nil
        } catch {
            return error as? OpenStackError
        }
    }

    private static func cloud(_ name: String, _ url: String = "https://k.example:5000", more: String = "") -> String {
        """
        clouds:
          \(name):
            auth:
              auth_url: \(url)
              username: u
              password: p
              project_name: r
        \(more)
        """
    }

    @Test func `the first file of the search path counts`() throws {
        let places = [
            "system/etc/openstack/clouds.yaml", "system/etc/xdg/openstack/clouds.json",
            "home/.config/openstack/clouds.yml", "xdg/openstack/clouds.yaml", "work/clouds.json", "work/clouds.yml",
            "work/clouds.yaml",
        ]
        let environment = ["XDG_CONFIG_HOME": scratch.appending("xdg").string]
        for (index, place) in places.enumerated() {
            try write(place, Self.cloud("c\(index)"))
            let clouds = try load(environment)
            #expect(clouds.names == ["c\(index)"])
            #expect(clouds.files == [scratch.path.pushing(FilePath(place))])
            #expect(try clouds.cloud().origin == "\(scratch.path)/\(place):3")
        }
        try write("named.yaml", Self.cloud("named"))
        #expect(try load(["OS_CLIENT_CONFIG_FILE": scratch.appending("named.yaml").string]).names == ["named"])
        let error = failure { _ = try load(["OS_CLIENT_CONFIG_FILE": "/nowhere/clouds.yaml"]) }
        #expect(error?.message == "the variable OS_CLIENT_CONFIG_FILE names /nowhere/clouds.yaml, which does not exist")
    }

    @Test func `JSON is read too`() throws {
        try write(
            "work/clouds.json",
            #"{"clouds": {"j": {"auth": {"auth_url": "http://127.0.0.1/identity", "username": "u", "password": 12}}}}"#
        )
        guard case .password(let url, let user, let password, let scope) = try load().cloud().authentication else {
            Issue.record("it is no password")
            return
        }
        #expect(url == "http://127.0.0.1/identity")
        #expect(user == .name("u", .id("default")))
        #expect(password.value == "12")
        #expect(scope == .unspecified)
    }

    @Test func `secure.yaml is merged over clouds.yaml`() throws {
        try write(
            "work/clouds.yaml",
            """
            clouds:
              a:
                auth: {auth_url: "https://k", username: u, password: wrong, project_id: pid}
                region_name: R
            """
        )
        try write(
            "home/.config/openstack/secure.yaml",
            "clouds: {a: {auth: {password: 'right'}}, b: {auth: {auth_url: 'https://b', token: t}}}"
        )
        let clouds = try load()
        #expect(clouds.names == ["a", "b"])
        #expect(clouds.files.count == 2)
        let a = try clouds.cloud("a")
        #expect(
            a.authentication
                == .password(url: "https://k", .name("u", .id("default")), Secret("right"), .projectID("pid"))
        )
        #expect(a.region == "R")
        #expect(try clouds.cloud("b").authentication == .token(url: "https://b", Secret("t"), .unspecified))
    }

    @Test func `a cloud is chosen by its name, OS_CLOUD, the environment, or because it is the only one`() throws {
        try write(
            "work/clouds.yaml",
            "clouds: {a: {auth_type: none, auth: {endpoint: 'http://127.0.0.1:1'}}, b: {auth_type: none, auth: {endpoint: 'http://127.0.0.1:2'}}}"
        )
        #expect(try load().cloud("b").name == "b")
        #expect(try load(["OS_CLOUD": "a"]).cloud().name == "a")
        let error = failure { _ = try load().cloud() }
        #expect(error?.code == .unknownCloud)
        #expect(error?.hint == "choose one of a, b, or set OS_CLOUD")
        #expect(failure { _ = try load().cloud("c") }?.message == "there is no cloud 'c'")
        let environment = ["OS_AUTH_URL": "https://k", "OS_USERNAME": "u", "OS_PASSWORD": "p"]
        #expect(try load(environment).cloud().name == "envvars")
        #expect(try load(environment.merging(["OS_CLOUD": "b"]) { $1 }).cloud().name == "b")
        #expect(try load(environment.merging(["OS_CLOUD_NAME": "mine"]) { $1 }).cloud().name == "mine")
        #expect(failure { _ = try load(environment.merging(["OS_CLOUD_NAME": "a"]) { $1 }) }?.code == .configuration)
        // What only chooses makes no cloud.
        #expect(try load(["OS_REGION_NAME": "x", "OS_LOG_LEVEL": "1"]).names == ["a", "b"])
    }

    @Test(
        arguments: [
            ("OS_PROJECT_ID", "i", CloudScope.projectID("i")), ("OS_TENANT_ID", "i", .projectID("i")),
            ("OS_TENANT_NAME", "n", .projectName("n", .name("UD"))), ("OS_DOMAIN_ID", "d", .domain(.id("d"))),
            ("OS_DOMAIN_NAME", "d", .domain(.name("d"))), ("OS_SYSTEM_SCOPE", "all", .system),
            ("OS_TRUST_ID", "t", .trust("t")),
        ]
    )
    func `OS_* variables make a cloud with a scope`(_ key: String, _ value: String, _ scope: CloudScope) throws {
        var environment = [
            "OS_AUTH_URL": "https://k/v3", "OS_USERNAME": "u", "OS_USER_DOMAIN_NAME": "UD", "OS_PASSWORD": "p",
            key: value,
            "OS_PROJECT_DOMAIN_NAME": "UD", "OS_INTERFACE": "internalURL", "OS_REGION_NAME": "R",
            "OS_CACERT": "/ca.pem",
            "OS_IDENTITY_API_VERSION": "3", "OS_IMAGE_API_VERSION": "2", "OS_PROJECT_NAME": "",
        ]
        let cloud = try load(environment).cloud()
        #expect(cloud.authentication == .password(url: "https://k/v3", .name("u", .name("UD")), Secret("p"), scope))
        #expect(cloud.interface == "internal")
        #expect(cloud.region == "R")
        #expect(cloud.trust.authorities == "/ca.pem")
        environment["OS_IDENTITY_API_VERSION"] = "2.0"
        #expect(
            failure { _ = try load(environment).cloud() }?.message
                == "the variable OS_IDENTITY_API_VERSION: 'identity_api_version' of the cloud 'envvars' is '2.0'"
        )
    }

    @Test func `every way to log in is read`() throws {
        try write(
            "work/clouds.yaml",
            """
            clouds:
              id: {auth_type: v3applicationcredential, auth: {auth_url: 'https://k', application_credential_id: i, application_credential_secret: s}}
              name:
                auth_type: v3applicationcredential
                auth: {auth-url: 'https://k', application_credential_name: n, application_credential_secret: s, username: u, user_domain_id: d}
              guessed: {auth: {auth_url: 'https://k', application_credential_id: i, application_credential_secret: s}}
              token: {auth_type: v3token, auth: {auth_url: 'https://k', token: t, project_id: p}}
              none: {auth_type: none, auth: {endpoint: 'http://127.0.0.1:9292'}}
              override: {auth_type: none, image_endpoint_override: 'http://127.0.0.1:9292/v2'}
              basic: {auth_type: http_basic, auth: {endpoint: 'http://127.0.0.1:9292', username: u, password: p}}
              admin: {auth_type: admin_token, auth: {endpoint: 'http://127.0.0.1:9292/v2', token: t}}
              user_id: {auth: {auth_url: 'https://k', user_id: i, password: p, domain_name: D, project_name: x}}
              v2: {auth_type: v2password, auth: {auth_url: 'https://k'}}
            """
        )
        let clouds = try load()
        let wanted: [String: CloudAuthentication] = [
            "id": .applicationCredential(url: "https://k", id: "i", secret: Secret("s")),
            "guessed": .applicationCredential(url: "https://k", id: "i", secret: Secret("s")),
            "name": .namedApplicationCredential(url: "https://k", name: "n", .name("u", .id("d")), secret: Secret("s")),
            "token": .token(url: "https://k", Secret("t"), .projectID("p")),
            "none": .none(endpoint: "http://127.0.0.1:9292"), "override": .none(endpoint: "http://127.0.0.1:9292/v2"),
            "basic": .httpBasic(endpoint: "http://127.0.0.1:9292", username: "u", Secret("p")),
            "admin": .adminToken(endpoint: "http://127.0.0.1:9292/v2", Secret("t")),
            "user_id": .password(url: "https://k", .id("i"), Secret("p"), .projectName("x", .name("D"))),
        ]
        for (name, authentication) in wanted {
            #expect(try clouds.cloud(name).authentication == authentication, "\(name)")
        }
        let error = failure { _ = try clouds.cloud("v2") }
        #expect(error?.code == .unsupported)
        #expect(error?.description.hasPrefix("\(work)/clouds.yaml:") == true)
    }

    @Test func `the body of a token request is Keystone's`() throws {
        let password = CloudAuthentication.password(
            url: "x",
            .name("u", .name("D")),
            Secret("p"),
            .projectName("r", .id("d"))
        )
        let wanted: JSONValue = [
            "auth": [
                "identity": [
                    "methods": ["password"],
                    "password": ["user": ["name": "u", "domain": ["name": "D"], "password": "p"]],
                ], "scope": ["project": ["name": "r", "domain": ["id": "d"]]],
            ]
        ]
        #expect(password.tokenRequest == wanted)
        // Keystone refuses one with a scope.
        let credential = CloudAuthentication.applicationCredential(url: "x", id: "i", secret: Secret("s"))
        #expect(
            credential.tokenRequest == [
                "auth": [
                    "identity": [
                        "methods": ["application_credential"], "application_credential": ["id": "i", "secret": "s"],
                    ]
                ]
            ]
        )
        #expect(
            CloudAuthentication.token(url: "x", Secret("t"), .system).tokenRequest == [
                "auth": ["identity": ["methods": ["token"], "token": ["id": "t"]], "scope": ["system": ["all": true]]]
            ]
        )
        #expect(CloudAuthentication.none(endpoint: "x").tokenRequest == nil)
    }

    @Test func `regions have values of their own`() throws {
        try write(
            "work/clouds.yaml",
            Self.cloud(
                "c",
                more: """
                        interface: admin
                        regions:
                          - One
                          - name: Two
                            values: {interface: internal, image_endpoint_override: 'https://two/v2', auth: {project_name: other}}
                    """
            )
        )
        let clouds = try load()
        #expect(try clouds.cloud().region == "One")
        #expect(try clouds.cloud().interface == "admin")
        let two = try clouds.cloud("c", region: "Two")
        #expect(two.interface == "internal")
        #expect(two.imageEndpointOverride == "https://two/v2")
        #expect(
            two.authentication
                == .password(
                    url: "https://k.example:5000",
                    .name("u", .id("default")),
                    Secret("p"),
                    .projectName("other", .id("default"))
                )
        )
        #expect(try load(["OS_REGION_NAME": "Two"]).cloud("c").region == "Two")
        #expect(failure { _ = try clouds.cloud("c", region: "Three") }?.hint == "there are One, Two")
    }

    @Test func `a profile counts where a clouds-public.yaml has it, and is warned of otherwise`() throws {
        try write("work/clouds.yaml", "clouds: {c: {profile: vendor, auth: {username: u, password: p}}}")
        let error = failure { _ = try load().cloud() }
        #expect(error?.message.contains("has no 'auth_url'") == true)
        #expect(error?.hint?.contains("no clouds-public.yaml describes the profile 'vendor'") == true)
        try write(
            "home/.config/openstack/clouds-public.yaml",
            "public-clouds: {vendor: {auth: {auth_url: 'https://v', username: no}, region_name: V}}"
        )
        let cloud = try load().cloud()
        #expect(
            cloud.authentication == .password(url: "https://v", .name("u", .id("default")), Secret("p"), .unspecified)
        )
        #expect(cloud.region == "V")
        #expect(cloud.warnings.isEmpty)
    }

    @Test func `certificates that are not checked are warned of loudly`() throws {
        try write(
            "work/clouds.yaml",
            Self.cloud("c", more: "    insecure: true\n    cacert: ~/ca.pem\n    cert: c.pem\n    key: k.pem")
        )
        let cloud = try load().cloud()
        #expect(!cloud.trust.isVerifying)
        #expect(cloud.trust.authorities == home.appending("ca.pem"))
        #expect(cloud.trust.certificate == "c.pem")
        #expect(cloud.trust.key == "k.pem")
        #expect(cloud.warnings.count == 1)
        #expect(cloud.warnings.first?.contains("NOT checked (\(work)/clouds.yaml:8: 'insecure')") == true)
        try write("work/clouds.yaml", Self.cloud("c", more: "    verify: False"))
        #expect(try !load().cloud().trust.isVerifying)
        try write("work/clouds.yaml", Self.cloud("c", more: "    verify: /etc/ca"))
        #expect(try load().cloud().trust.authorities == "/etc/ca")
        try write("work/clouds.yaml", Self.cloud("c", "http://k.example"))
        #expect(try load().cloud().warnings.first?.contains("plain http") == true)
    }

    @Test func `anchors, merges and numbers of YAML are understood`() throws {
        try write(
            "work/clouds.yaml",
            """
            base: &base
              auth: &auth {auth_url: 'https://k', username: u, password: 007}
              interface: [internal, public]
            clouds:
              c:
                <<: *base
                auth:
                  <<: *auth
                  project_name: 42
            """
        )
        let cloud = try load().cloud()
        #expect(
            cloud.authentication
                == .password(
                    url: "https://k",
                    .name("u", .id("default")),
                    Secret("007"),
                    .projectName("42", .id("default"))
                )
        )
        #expect(cloud.interface == "internal")
    }

    @Test(
        arguments: [
            ("clouds:\n  c:\n    auth: [hunter2\n", ":4: this is no YAML"),
            ("clouds:\n  c: 7\n", ":2: the cloud 'c' is not a mapping"),
            ("clouds: 7\n", ":1: 'clouds' is not a mapping"),
            ("clouds:\n  c:\n    auth: hunter2\n", ":3: 'auth' of the cloud 'c' is not a mapping"),
            (
                "clouds:\n  c:\n    auth:\n      auth_url: ftp://u:hunter2@k\n",
                ":4: 'auth_url' of the cloud 'c' is not a URL of http or https without a user in it"
            ),
            (
                "clouds:\n  c:\n    interface: external\n    auth: {auth_url: 'https://k', username: u, password: hunter2}\n",
                ":3: 'interface' of the cloud 'c' is 'external'"
            ),
            (
                "clouds:\n  c:\n    insecure: perhaps\n    auth: {auth_url: 'https://k', username: u, password: hunter2}\n",
                ":3: 'insecure' of the cloud 'c' is neither true nor false: 'perhaps'"
            ),
            (
                "clouds:\n  c:\n    auth:\n      auth_url: https://k\n      username: u\n      password: {x: hunter2}\n",
                ":6: 'password' of the cloud 'c' is not a text"
            ),
            ("clouds:\n  c:\n    auth: {auth_url: 'https://k', username: u}\n", ":3: the cloud 'c' has no password"),
            (
                "clouds:\n  c:\n    auth: {auth_url: 'https://k', password: hunter2}\n",
                ":3: the cloud 'c' has no 'username'"
            ),
            ("clouds:\n  c: {}\n  c: {}\n", ":2: this is no YAML: the key 'c' stands twice"),
            ("a: &a [1, 2]\nb: &b [*a, *a]\nclouds: *none\n", ": this is no YAML"),
        ]
    )
    func `what is wrong is named by file and line, and shows no password`(_ text: String, _ message: String) throws {
        try write("work/clouds.yaml", text)
        let error = failure { _ = try load().cloud() }
        let words = "\(try #require(error))"
        #expect(words.contains(message), "\(words)")
        #expect(words.hasPrefix("\(work)/clouds.yaml"))
        let all = "\(words) \(error?.hint ?? "")"
        #expect(!all.contains("hunter2"))
    }

    @Test func `an openrc file is read with the shell's quotes, and not run`() throws {
        let marker = scratch.appending("ran")
        try write(
            "rc",
            """
            #!/usr/bin/env bash
            # a comment with export OS_PASSWORD=no
            export OS_AUTH_URL=https://k:5000/v3
            export OS_USERNAME="user name"   # behind it
              export OS_PASSWORD='$ecret "with" '"'"'quotes'"'"
            OS_PROJECT_NAME=pro\\ ject; export OS_PROJECT_NAME
            export OS_USER_DOMAIN_NAME="Default" OS_PROJECT_DOMAIN_NAME="${OS_USER_DOMAIN_NAME}"
            if [ -z "$OS_USER_DOMAIN_NAME" ]; then unset OS_USER_DOMAIN_NAME; fi
            unset OS_TENANT_ID
            export OS_REGION_NAME="${OS_REGION:-RegionOne}"
            export NOT_OURS=$(touch \(marker))
            touch \(marker)

            """
        )
        let clouds = try load(["OS_TENANT_ID": "old", "OS_CLOUD": "other"], openrc: "rc")
        let cloud = try clouds.cloud()
        #expect(cloud.name == "envvars")
        #expect(cloud.region == "RegionOne")
        #expect(
            cloud.authentication
                == .password(
                    url: "https://k:5000/v3",
                    .name("user name", .name("Default")),
                    Secret("$ecret \"with\" 'quotes'"),
                    .projectName("pro ject", .name("Default"))
                )
        )
        #expect(!FileManager.default.fileExists(atPath: marker.string))
    }

    @Test func `an openrc file that asks for a password takes the one in the environment`() throws {
        let text = """
            export OS_AUTH_URL=https://k
            export OS_USERNAME=u
            echo "Please enter your OpenStack Password: "
            read -sr OS_PASSWORD_INPUT
            export OS_PASSWORD=$OS_PASSWORD_INPUT
            """
        try write("rc", text)
        #expect(
            try load(["OS_PASSWORD": "p"], openrc: "rc").cloud().authentication
                == .password(url: "https://k", .name("u", .id("default")), Secret("p"), .unspecified)
        )
        let error = failure { _ = try load(openrc: "rc").cloud() }
        #expect(error?.message == "\(scratch.path)/rc:5: the file asks for OS_PASSWORD, and is not run")
        try write("rc", "export OS_PASSWORD=`pass show cloud`")
        #expect(
            failure { _ = try load(openrc: "rc") }?.message.hasPrefix(
                "\(scratch.path)/rc:1: the value of OS_PASSWORD is what a command prints"
            ) == true
        )
        try write("rc", "export OS_PASSWORD=\"hunter2")
        let quote = failure { _ = try load(openrc: "rc") }
        #expect(quote?.message == "\(scratch.path)/rc:1: the value of OS_PASSWORD has a quote without an end")
    }

    @Test func `no description shows a secret`() throws {
        let cloud = Cloud(name: "c", .password(url: "https://k", .id("u"), Secret("hunter2"), .unspecified))
        var dumped = ""
        dump(cloud, to: &dumped)
        for text in ["\(cloud)", String(reflecting: cloud), dumped] { #expect(!text.contains("hunter2")) }
        #expect("\(cloud)".contains("(secret)"))
    }
}
