import Foundation
import SystemPackage
import Testing

@testable import Recipes

/// What right recipes are read as.
@Suite("Loading")
struct RecipeLoaderTests {
    @Test("the smallest recipe has these defaults")
    func defaults() throws {
        let directory = try TemporaryDirectory()
        let recipe = try RecipeLoader().load(directory.write(WrongInput.minimal.utf8, to: "web.recipe"))
        #expect(recipe.machine.memory.description == "2 GiB")
        #expect(recipe.machine.vcpus == 2)
        #expect(recipe.machine.disk.description == "10 GiB")
        #expect(recipe.install.location == .builtIn)
        #expect(recipe.install.deadline == .seconds(3600))
        #expect(recipe.system.locale == "C.UTF-8")
        #expect(recipe.system.keyboard == "us")
        #expect(recipe.system.timezone == .init(name: "UTC", utc: true))
        #expect(recipe.system.network.addressing == .dhcp)
        #expect(recipe.system.rootPassword == .random)
        #expect(recipe.system.lockRoot)
        #expect(recipe.system.firewall == nil)
        #expect(recipe.cloudInit.disableRoot)
        #expect(!recipe.cloudInit.sshPasswordAuthentication)
        #expect(recipe.cloudInit.modules == .cloudInit22Debian)
        #expect(recipe.outputs == [.init(format: .qcow2, compression: .zstd)])
        #expect(recipe.publish.map(\.registry) == [.local])
        #expect(recipe.warnings.isEmpty)
    }

    @Test("every key is read as what it says")
    func everything() throws {
        let file = Repository.fixtures.appending("everything-debian12.recipe")
        let recipe = try RecipeLoader().load(file)
        #expect(recipe.file == file)
        #expect(recipe.name == "everything.debian_12")
        #expect(recipe.description == "Every key: 'quotes', \"quotes\", $HOME, {{braces}}, back\\slash, ümläut")
        #expect(recipe.machine.memory.mebibytes == 1536)
        #expect(recipe.machine.disk.bytes == 20_000_000_000)
        #expect(recipe.install.location == .directory(Repository.tests.appending("tree")))
        #expect(recipe.install.deadline == .seconds(5400))
        #expect(recipe.install.post[0].errorOnFail == false)
        #expect(
            recipe.install.post[1]
                == .init(
                    interpreter: "/usr/bin/python3",
                    noChroot: true,
                    log: "/tmp/post.log",
                    errorOnFail: true,
                    body: "print(\"no newline at the end\")\n"
                )
        )
        let servers = ["192.0.2.53", "2001:db8::53"]
        let address = Recipe.GuestNetwork.Addressing.fixed(
            ip: "192.0.2.7",
            netmask: "255.255.255.0",
            gateway: "192.0.2.1",
            nameservers: servers
        )
        #expect(recipe.system.network.addressing == address)
        #expect(recipe.system.partitions.map(\.mount) == ["/boot", "swap", "/var/log", "/"])
        #expect(recipe.system.partitions.map(\.size.mebibytes) == [512, 1024, 256, 4096])
        #expect(recipe.system.rootPassword == .environment("ROOT_PASSWORD"))
        #expect(recipe.system.users.map(\.name) == ["ada", "_daemon"])
        #expect(recipe.system.firewall == Recipe.Firewall(enabled: false))
        #expect(recipe.system.selinux == .disabled)
        #expect(recipe.cloudInit.defaultUser.gecos == "Ada \"the first\" O'Reilly, $HOME {{x}} \\ # ü")
        #expect(recipe.cloudInit.modules.initial == Recipe.CloudInit.Modules.cloudInit22Debian.initial)
        #expect(recipe.cloudInit.modules.config.isEmpty)
        #expect(
            recipe.sysprep
                == .init(
                    enable: ["dhcp-client-state"],
                    disable: ["bash-history"],
                    allow: ["/etc/ssl/private/*.key"],
                    shrink: true
                )
        )
        #expect(recipe.outputs == [.init(format: .qcow2, compression: .zlib), .init(format: .raw, compression: .none)])
        let publication = try #require(recipe.publish.first)
        #expect(publication.name == "everything")
        #expect(publication.visibility == .shared)
        #expect(publication.tags == ["a", "b c", "ü"])
        #expect(publication.properties == ["hw_disk_bus": "virtio", "os:note": "a 'b' \"c\""])
        #expect(publication.minRAM == ByteCount(mebibytes: 512))
    }

    @Test(
        "an ami is taken where its guests wait for nothing that they do not have",
        arguments: [
            "os: debian12", "os: rocky9",
            "os: debian12\nmachine: {firmware: uefi}\nsystem: {partitions: [{mount: /boot/efi, fstype: efi, size: 200 MiB, "
                + "fsoptions: \"umask=0077,nofail\"}, {mount: /, fstype: ext4, size: 2 GiB}]}",
            "os: rocky9\nsystem: {disk_label: gpt, partitions: [{mount: biosboot, fstype: biosboot, size: 1 MiB}, "
                + "{mount: swap, fstype: swap, size: 1 GiB, fsoptions: nofail}, {mount: /, fstype: xfs, size: 4 GiB}]}",
        ]
    )
    func machineImage(_ lines: String) throws {
        let directory = try TemporaryDirectory()
        let location = lines.contains("rocky9") ? "" : "install: {location: built-in}\n"
        let text = "version: 1\nname: web\n\(lines)\n\(location)outputs: [{format: ami}]\n"
        let file = try directory.write(text.utf8, to: "web.recipe")
        let recipe = try RecipeLoader().load(file)
        #expect(recipe.outputs == [.init(format: .ami, compression: .none)])
    }

    @Test("anchors, aliases and merge keys work")
    func anchors() throws {
        let recipe = try RecipeLoader().load(Repository.fixtures.appending("everything-centos7.recipe"))
        #expect(recipe.install.post.map(\.body) == ["echo one\n", "echo two\n"])
        #expect(recipe.install.post.map(\.log) == ["/root/post.log", "/root/post.log"])
        #expect(recipe.system.rootPassword == .file(Repository.fixtures.appending("root-password")))
        #expect(recipe.cloudInit.defaultUser.name == "yes")
    }

    @Test("the digest is that of the file's bytes")
    func digest() async throws {
        let file = Repository.recipes.appending("debian12.recipe")
        let recipe = try RecipeLoader().load(file)
        let (output, _) = try await #require(Tool("sha256sum")).run([file.string])
        #expect(output.hasPrefix(recipe.digest + " "))
    }

    @Test("the command line goes before the recipe, under the same rules")
    func overrides() throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write(WrongInput.minimal.utf8, to: "web.recipe")
        var overrides = RecipeOverrides()
        overrides.location = "some/../tree"
        overrides.name = "other"
        overrides.memory = "512 MiB"
        overrides.vcpus = 1
        overrides.deadline = "10m"
        let recipe = try RecipeLoader().load(file, overrides: overrides)
        let working = FilePath(FileManager.default.currentDirectoryPath)
        #expect(recipe.install.location == .directory(working.appending("tree")))
        #expect(recipe.name == "other")
        #expect(recipe.machine.memory.mebibytes == 512)
        #expect(recipe.machine.vcpus == 1)
        #expect(recipe.install.deadline == .seconds(600))
        overrides.location = "http://127.0.0.1:8080/tree/"
        #expect(
            try RecipeLoader().load(file, overrides: overrides).install.location == .url("http://127.0.0.1:8080/tree/")
        )
        overrides.memory = "much"
        overrides.vcpus = 0
        overrides.location = "https://me:secret@example.org/"
        let problems = #expect(throws: RecipeProblems.self) { try RecipeLoader().load(file, overrides: overrides) }
        let lines = problems?.description.replacing(file.string, with: "web.recipe").split(separator: "\n").map(
            String.init
        )
        #expect(
            lines == [
                "web.recipe: error: '--location' must be an http or https URL without user name, query and fragment, not a URL with '@' (not shown)",
                "web.recipe: error: '--memory': 'much' is not a size; write a number and B, kB, KiB, MB, MiB, GB, GiB, TB or TiB, such as 10 GiB",
                "web.recipe: error: '--vcpus' must be a whole number from 1 to 64, not '0'",
            ]
        )
    }

    @Test(
        "sizes are read and written",
        arguments: [
            ("10 GiB", 10_737_418_240, "10 GiB"), ("10GiB", 10_737_418_240, "10 GiB"),
            ("10 GB", 10_000_000_000, "10 GB"),
            ("1024 MiB", 1 << 30, "1 GiB"), ("1 B", 1, "1 B"), ("0 B", 0, "0 B"), ("1 kB", 1000, "1 kB"),
            ("1 TiB", 1 << 40, "1 TiB"),
        ]
    )
    func sizes(_ text: String, bytes: Int64, written: String) throws {
        let size = try ByteCount(parsing: text)
        #expect(size.bytes == bytes)
        #expect(size.description == written)
        #expect(try ByteCount(parsing: size.description) == size)
    }

    @Test(
        "what is no size is refused",
        arguments: ["", " ", "GiB", "10 G B", "10  GiB", "-1 GiB", "1.5 GiB", "10 gib", "１ GiB", "10 GiB "]
    )
    func wrongSizes(_ text: String) {
        #expect(throws: ByteCountError.self) { try ByteCount(parsing: text) }
    }

    @Test("the nearest key is found and far ones are not")
    func nearest() {
        let keys = ["packages", "partitions", "locale", "os"]
        #expect(NearestWord.of("pakages", among: keys) == "packages")
        #expect(NearestWord.of("packgaes", among: keys) == "packages")
        #expect(NearestWord.of("Locale", among: keys) == "locale")
        #expect(NearestWord.of("so", among: keys) == "os")
        #expect(NearestWord.of("colour", among: keys) == nil)
        #expect(NearestWord.of("", among: keys) == nil)
    }
}
