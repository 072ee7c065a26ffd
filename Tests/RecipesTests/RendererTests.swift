import Foundation
import SystemPackage
import Testing

@testable import Recipes

@Suite("Rendering")
struct RendererTests {
    @Test("the hash of root's password is nowhere but in the kickstart")
    func scrubbed() throws {
        for shipped in ShippedRecipe.allCases {
            let rendered = try shipped.rendered()
            let hash = RenderValues.sample.rootPasswordHash
            #expect(rendered.kickstart.contains(hash))
            for text in [rendered.scrubbedKickstart, rendered.cloudConfig] + rendered.kernelArguments {
                #expect(!text.contains(hash))
                #expect(!text.contains("0123456789abcdef"))
            }
            #expect(rendered.scrubbedKickstart.contains("rootpw --iscrypted \"(hidden)\""))
        }
    }

    @Test("values of the bake that do not fit are refused")
    func unfitValues() throws {
        let recipe = try ShippedRecipe.debian12.load()
        let renderer = try Repository.renderer()
        let changes: [(inout RenderValues) -> Void] = [
            { $0.bakeID = "a b" }, { $0.bakeID = "" }, { $0.bakeID = "a\nb" },
            { $0.rootPasswordHash = "secret" }, { $0.rootPasswordHash = "$6$a$b\nreboot" },
            { $0.rootPasswordHash = "" },
            { $0.location = "http://a b" }, { $0.location = "cdrom\nreboot" }, { $0.location = "" },
            { $0.payload?.checksum = "abc" }, { $0.payload?.url = "http://x/$(reboot)" },
        ]
        for change in changes {
            var values = RenderValues.sample
            change(&values)
            let error = #expect(throws: RenderError.self) { try renderer.render(recipe, values) }
            #expect(error?.code == .unfitValue)
            #expect(error?.message.contains("secret") == false)
        }
        var values = RenderValues.sample
        values.payload = nil
        let error = #expect(throws: RenderError.self) { try renderer.render(recipe, values) }
        #expect(error?.code == .missingPayload)
        #expect(throws: Never.self) { try renderer.render(ShippedRecipe.centos7.load(), values) }
    }

    @Test("a text with a line break is refused wherever it comes from")
    func lineBreaks() throws {
        var recipe = try ShippedRecipe.centos7.load()
        recipe.system.keyboard = "us\nrootpw --plaintext x"
        let renderer = try Repository.renderer()
        let error = #expect(throws: RenderError.self) { try renderer.render(recipe, .sample) }
        #expect(error?.message == "the value of 'keyboard' is not one line of text")
        recipe = try ShippedRecipe.centos7.load()
        recipe.install.repositories[0].source = .url("http://x/\u{85}y")
        let nested = #expect(throws: RenderError.self) { try renderer.render(recipe, .sample) }
        #expect(nested?.message == "the value of 'repositories.repository_source_line' is not one line of text")
    }

    @Test("fingerprints follow what each stage depends on")
    func fingerprints() throws {
        let renderer = try Repository.renderer()
        let recipe = try ShippedRecipe.centos7.load()
        let original = try renderer.fingerprintText(recipe)
        #expect(try original == renderer.fingerprintText(recipe))
        let sealing: [(inout Recipe) -> Void] = [
            { $0.cloudInit.defaultUser.name = "ada" }, { $0.sysprep.enable = ["x"] }, { $0.system.lockRoot = false },
        ]
        for change in sealing {
            var changed = recipe
            change(&changed)
            let text = try renderer.fingerprintText(changed)
            #expect(text.install == original.install)
            #expect(text.seal != original.seal)
        }
        let installing: [(inout Recipe) -> Void] = [
            { $0.system.packages.append("nginx") }, { $0.machine.disk = ByteCount(mebibytes: 20_480) },
            { $0.install.kernelArguments = [] }, { $0.install.post = [] },
        ]
        for change in installing {
            var changed = recipe
            change(&changed)
            let text = try renderer.fingerprintText(changed)
            #expect(text.install != original.install)
            #expect(text.seal == original.seal)
        }
        let neither: [(inout Recipe) -> Void] = [
            { $0.name = "other" }, { $0.description = nil }, { $0.publish = [] }, { $0.outputs = [] },
            { $0.digest = "" },
            { $0.install.location = .builtIn }, { $0.install.deadline = .seconds(1) },
            { $0.system.rootPassword = .environment("A") },
        ]
        for change in neither {
            var changed = recipe
            change(&changed)
            #expect(try renderer.fingerprintText(changed) == original)
        }
    }

    @Test("the stamp is the last thing that the installed system is given, and that it is there is said after it")
    func stamp() throws {
        for shipped in ShippedRecipe.allCases {
            let sections = try shipped.rendered().kickstart.split(separator: "\n%")
            let posts = sections.filter { $0.hasPrefix("post") }.suffix(2)
            #expect(posts.first?.contains("'\(RenderValues.sample.stamp)' >/etc/imagebake-stamp") == true)
            let report = InstallReport.done.line(nonce: RenderValues.sample.nonce)
            #expect(posts.last?.contains("outcome='\(report)'") == true)
            #expect(sections.last == "end\n")
        }
    }

    @Test(
        "hostile texts come out of a rendered cloud.cfg as they went in",
        .enabled(if: Judges.canRun("ksvalidator"), Judges.reason)
    )
    func hostileCloudConfig() async throws {
        let python = try Judges.python()
        var recipe = try ShippedRecipe.debian12.load()
        let texts = QuotingTests.hostile
        recipe.cloudInit.defaultUser.sudo = texts
        let rendered = try Repository.renderer().render(recipe, .sample)
        let program =
            "import json,sys,yaml; print(json.dumps(yaml.safe_load(sys.stdin)['system_info']['default_user']['sudo']))"
        let (output, succeeded) = try await python.run(["-c", program], input: rendered.cloudConfig)
        #expect(succeeded, "\(output)")
        #expect(try JSONDecoder().decode([String].self, from: Data(output.utf8)) == texts)
    }

    @Test(
        "hostile texts come out of a rendered kickstart as they went in",
        .enabled(if: Judges.canRun("ksvalidator"), Judges.reason)
    )
    func hostileKickstart() async throws {
        let python = try Judges.python()
        var recipe = try ShippedRecipe.centos7.load()
        let texts = QuotingTests.hostile.filter { !$0.isEmpty }
        recipe.install.repositories = texts.enumerated().map { .init(name: "r\($0)", url: $1) }
        let rendered = try Repository.renderer().render(recipe, .sample)
        let program = """
            import json,sys
            from pykickstart.parser import KickstartParser
            from pykickstart.version import makeVersion, RHEL7
            handler = makeVersion(RHEL7)
            KickstartParser(handler).readKickstartFromString(sys.stdin.read())
            print(json.dumps([handler.rootpw.password] + [r.baseurl for r in handler.repo.repoList]))
            """
        let (output, succeeded) = try await python.run(["-c", program], input: rendered.kickstart)
        #expect(succeeded, "\(output)")
        let read = try JSONDecoder().decode([String].self, from: Data(output.utf8))
        #expect(read == [RenderValues.sample.rootPasswordHash] + texts)
    }

    @Test("scripts come out as they went in, line by line", .enabled(if: Judges.canRun("ksvalidator"), Judges.reason))
    func hostileScripts() async throws {
        let python = try Judges.python()
        var recipe = try ShippedRecipe.centos7.load()
        let body =
            "# {{x}} {{{y}}} {{/z}}\n" + QuotingTests.hostile.filter { !$0.hasPrefix("%") }.joined(separator: "\n")
            + "\n"
        recipe.install.post = [.init(interpreter: nil, noChroot: false, log: nil, errorOnFail: true, body: body)]
        let rendered = try Repository.renderer().render(recipe, .sample)
        let program = """
            import json,sys
            from pykickstart.parser import KickstartParser
            from pykickstart.version import makeVersion, RHEL7
            parser = KickstartParser(makeVersion(RHEL7))
            parser.readKickstartFromString(sys.stdin.read())
            print(json.dumps([s.script for s in parser.handler.scripts]))
            """
        let (output, succeeded) = try await python.run(["-c", program], input: rendered.kickstart)
        #expect(succeeded, "\(output)")
        #expect(try JSONDecoder().decode([String].self, from: Data(output.utf8)).contains(body))
    }

    @Test("the scripts of imagebake's own run and leave what they promise")
    func ownScripts() async throws {
        let directory = try TemporaryDirectory()
        let recipe = try RecipeLoader().load(Repository.fixtures.appending("everything-centos7.recipe"))
        let kickstart = try Repository.renderer().render(recipe, .sample).kickstart
        let root = directory.path.string
        for folder in ["etc/sysconfig", "home/ada"] {
            try FileManager.default.createDirectory(atPath: "\(root)/\(folder)", withIntermediateDirectories: true)
        }
        let sh = try #require(Tool("sh"))
        // The installed system is this directory, its accounts are these functions.
        let functions = """
            getent() { echo "ada:x:1000:1000::\(root)/home/ada:/bin/sh"; }
            chown() { :; }
            restorecon() { :; }

            """
        for section in kickstart.split(separator: "\n%post --erroronfail").dropFirst() {
            let lines = section.split(separator: "\n", omittingEmptySubsequences: false).dropFirst().prefix {
                $0 != "%end"
            }
            let script =
                functions
                + lines.joined(separator: "\n").replacing("/etc/", with: "\(root)/etc/")
                .replacing("/dev/console", with: "\(root)/console")
            let (output, succeeded) = try await sh.run(["-c", script])
            #expect(succeeded, "\(output)")
        }
        let content = { (path: String) in try String(contentsOfFile: "\(root)/\(path)", encoding: .utf8) }
        let values = RenderValues.sample
        #expect(try content("etc/imagebake-stamp") == values.stamp + "\n")
        #expect(try content("console") == InstallReport.done.line(nonce: values.nonce) + "\n")
        #expect(try content("etc/sysconfig/network") == "NOZEROCONF=yes\n")
        #expect(try content("etc/sudoers.d/90-imagebake-ada") == "ada ALL=(ALL) NOPASSWD:ALL\n")
        #expect(try content("home/ada/.ssh/authorized_keys") == recipe.system.users[0].sshKeys[0] + "\n")
        let mode = { (path: String) in
            try FileManager.default.attributesOfItem(atPath: "\(root)/\(path)")[.posixPermissions] as? Int
        }
        #expect(try mode("etc/imagebake-stamp") == 0o600)
        #expect(try mode("etc/sudoers.d/90-imagebake-ada") == 0o440)
        #expect(try mode("home/ada/.ssh") == 0o700)
    }

    @Test("the repository files of CentOS 7 and EPEL 7 end up at the archives")
    func repositoryFiles() async throws {
        let directory = try TemporaryDirectory()
        let base = """
            [base]
            mirrorlist=http://mirrorlist.centos.org/?release=$releasever&arch=$basearch&repo=os&infra=$infra
            #baseurl=http://mirror.centos.org/centos/$releasever/os/$basearch/
            gpgcheck=1

            """
        let epel = """
            [epel]
            #baseurl=http://download.fedoraproject.org/pub/epel/7/$basearch
            metalink=https://mirrors.fedoraproject.org/metalink?repo=epel-7&arch=$basearch
            gpgcheck=1

            """
        let baseFile = try directory.write(base.utf8, to: "CentOS-Base.repo")
        let epelFile = try directory.write(epel.utf8, to: "epel.repo")
        let script = try #require(try ShippedRecipe.centos7.load().install.post.first).body
        let sh = try #require(Tool("sh"))
        let (output, succeeded) = try await sh.run([
            "-c", script.replacing("/etc/yum.repos.d", with: directory.path.string),
        ])
        #expect(succeeded, "\(output)")
        let newBase = try String(contentsOfFile: baseFile.string, encoding: .utf8)
        #expect(newBase.contains("\nbaseurl=https://vault.centos.org/7.9.2009/os/$basearch/\n"))
        #expect(newBase.contains("\n#mirrorlist="))
        let newEPEL = try String(contentsOfFile: epelFile.string, encoding: .utf8)
        #expect(newEPEL.contains("\nbaseurl=https://archives.fedoraproject.org/pub/archive/epel/7/$basearch\n"))
        #expect(newEPEL.contains("\n#metalink="))
    }
}
