import Foundation
import Libvirt
import Recipes
import SystemPackage
import TestSupport
import Testing

@testable import Pipeline

/// The guests of recipes, as bakes start them.
@Suite("Guests of recipes")
struct RecipeDomainTests {
    /// The recipes that ship, and each word that a recipe can say of its machine.
    static let machines = [
        "memory: 1 TiB", "vcpus: 64", "firmware: uefi", "firmware: secure-boot", "disk: 1 TiB",
        "disk: {size: 8 GiB, bus: scsi}", "disk: {size: 8 GiB, bus: sata}", "network: {network: default}",
        "network: {bridge: br-lan.12}", "mac: '52:54:00:12:34:56'", "graphics: vnc", "tpm: true",
    ]

    private static let root = FilePath(#filePath).removingLastComponent().removingLastComponent()
        .removingLastComponent()

    private func xml(_ recipe: Recipe, medium: FilePath? = nil) -> String {
        DomainDefinition(
            recipe,
            name: "imagebake-20261124-0912-web",
            uuid: "11111111-2222-3333-4444-555555555555",
            accelerator: .kvm,
            files: GuestFiles(
                boot: .init(kernel: "/bake/vmlinuz", initrd: "/bake/initrd.img", commandLine: "console=ttyS0"),
                disk: "/bake/disk.qcow2",
                variables: "/bake/uefi-variables.fd",
                medium: medium
            )
        ).xml
    }

    /// libvirt's schema and its test driver.
    private func judge(_ xml: String) async throws {
        let scratch = try Scratch()
        let file = try scratch.write("domain.xml", Data(xml.utf8))
        try await command("virt-xml-validate", [file.string, "domain"])
        try await command("virsh", ["--quiet", "--connect", "test:///default", "define", file.string])
    }

    @Test("libvirt takes the guest of every recipe that ships, with its tree at a URL and on a medium")
    func shipped() async throws {
        let directory = Self.root.appending("recipes")
        let recipes = Files.names(in: directory).filter { $0.hasSuffix(".recipe") }
        #expect(recipes.count >= 14)
        for name in recipes {
            let recipe = try RecipeLoader().load(directory.appending(name))
            for medium in [nil, FilePath("/bake/repo.iso")] { try await judge(xml(recipe, medium: medium)) }
        }
    }

    @Test("libvirt takes every machine that a recipe can say", arguments: machines, ["rocky9", "centos7"])
    func machine(_ words: String, _ os: String) async throws {
        let scratch = try Scratch()
        let text = "version: 1\nname: web\nos: \(os)\nmachine: {\(words)}\n"
        let recipe = try RecipeLoader().load(scratch.write("web.recipe", Data(text.utf8)))
        try await judge(xml(recipe, medium: "/bake/repo.iso"))
    }

    @Test("an address of this machine is one that the guest reaches")
    func loopback() throws {
        let scratch = try Scratch()
        func recipe(network: String) throws -> Recipe {
            let text = """
                version: 1
                name: web
                os: rocky9
                machine: {network: \(network)}
                install:
                  location: http://127.0.0.1:8080/tree/
                  proxy: http://localhost:3128/
                  repositories:
                    - {name: a, url: "http://127.0.0.1:9/a"}
                    - {name: b, mirrorlist: "http://[::1]:9/b"}
                    - {name: c, url: "http://mirror.example.org/c"}

                """
            return try RecipeLoader().load(scratch.write("web.recipe", Data(text.utf8)))
        }
        let user = try recipe(network: "user").withGuestAddresses
        #expect(user.install.proxy == "http://10.0.2.2:3128/")
        #expect(
            user.install.repositories.map(\.source) == [
                .url("http://10.0.2.2:9/a"), .mirrorList("http://10.0.2.2:9/b"), .url("http://mirror.example.org/c"),
            ]
        )
        let bridge = try recipe(network: "{bridge: br0}")
        #expect(bridge.withGuestAddresses == bridge)
    }
}
