import Foundation
import SystemPackage
import Testing

@testable import Recipes

/// What the table of operating systems says.
@Suite("Operating systems")
struct OperatingSystemTests {
    @Test(
        "a tree is taken by its family and the first number of its version",
        arguments: [
            (OperatingSystem.centos7, "CentOS", "7", true), (.centos7, "CentOS", "7.9", true),
            (.centos7, "CentOS Stream", "9", false), (.centos7, "Rocky Linux", "7", false),
            (.centos7, "CentOS", "70", false),
            (.rocky8, "Rocky Linux", "8.10", true), (.rocky9, "Rocky Linux", "8.10", false),
            (.rocky10, "Rocky Linux", "10.1", true), (.rocky10, "Rocky Linux", "1", false),
            (.almalinux9, "AlmaLinux", "9.7", true), (.almalinux9, "Rocky Linux", "9.7", false),
            (.centosStream9, "CentOS Stream", "9", true), (.centosStream10, "CentOS Stream", "10-stream", true),
            (.oracle9, "Oracle Linux Server", "9.6", true), (.rhel9, "Red Hat Enterprise Linux", "9.7", true),
            (.rhel9, "RHEL", "9", true), (.rhel9, "CentOS Stream", "9", false), (.fedora45, "Fedora", "45", true),
            (.fedora44, "Fedora", "45", false), (.debian12, "Debian", "12", true), (.debian13, "Debian", "12", false),
            (.debian12, "Ubuntu", "12", false), (.rocky9, "Rocky Linux", nil, true), (.rocky9, "", "9", false),
        ] as [(OperatingSystem, String, String?, Bool)]
    )
    func trees(_ os: OperatingSystem, family: String, version: String?, isTaken: Bool) {
        #expect(os.accepts(family: family, version: version) == isTaken)
    }

    @Test(
        "each has a mirror for each of its architectures, or says that it has none",
        arguments: OperatingSystem.allCases
    )
    func locations(_ os: OperatingSystem) {
        for architecture in os.architectures {
            switch os.defaultLocation(for: architecture) {
            case .url(let url):
                #expect(TextRule.url.accepts(url))
                #expect(url.hasPrefix("https://") && url.hasSuffix("/"))
                #expect(url.contains(architecture.rawValue))
                #expect(url.contains(os.version))
            case .builtIn: #expect(os.debianSuite != nil)
            case nil: #expect(os.whyNoDefaultLocation != nil)
            case .directory, .image: Issue.record("\(os) lies on this machine")
            }
            for repository in os.defaultRepositories(for: architecture) {
                guard case .url(let url) = repository.source else {
                    Issue.record("\(repository.name) has no URL")
                    continue
                }
                #expect(url.contains(architecture.rawValue) && url.contains(os.version))
            }
        }
    }

    @Test("every recipe that ships is clean; only that of a dead release says so", arguments: ShippedRecipe.allCases)
    func shipped(_ shipped: ShippedRecipe) throws {
        let warnings = try shipped.load().warnings.map(\.description)
        guard shipped == .centos7 else {
            #expect(warnings == [])
            return
        }
        #expect(warnings.count == 1)
        let news = "CentOS Linux 7 ended in June 2024 and gets no security updates any more"
        #expect(
            warnings.first?.contains("\(news); what is left of it moved to https://vault.centos.org/7.9.2009/") == true
        )
    }

    @Test("the recipes that ship are all there are, and are short")
    func files() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Repository.recipes.string)
        let recipes = names.filter { $0.hasSuffix(".recipe") }.map { String($0.dropLast(".recipe".count)) }
        #expect(Set(recipes) == Set(ShippedRecipe.allCases.map(\.rawValue)))
        for shipped in ShippedRecipe.allCases where shipped != .centos7 {
            let file = Repository.recipes.appending("\(shipped.rawValue).recipe").string
            #expect(try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").count <= 25)
        }
    }

    @Test("another tree than the default has no repositories of the default")
    func overriddenLocation() throws {
        var overrides = RecipeOverrides()
        overrides.location = "http://10.0.2.2:8080/tree"
        let file = Repository.recipes.appending("rocky9.recipe")
        #expect(try RecipeLoader().load(file).install.repositories.map(\.name) == ["AppStream"])
        #expect(try RecipeLoader().load(file, overrides: overrides).install.repositories == [])
    }

    @Test("the defaults make room for what the firmware needs")
    func partitions() throws {
        let mounts = { (os: String, lines: String) in
            let directory = try TemporaryDirectory()
            return try Variant(os, "", lines).load(in: directory).system.partitions.map(\.mount)
        }
        #expect(try mounts("rocky9", "") == ["/"])
        #expect(try mounts("rocky9", "machine: {firmware: uefi}") == ["/boot/efi", "/"])
        #expect(try mounts("rocky9", "arch: aarch64") == ["/boot/efi", "/"])
        #expect(try mounts("rocky9", "system: {disk_label: gpt}") == ["biosboot", "/"])
        #expect(try mounts("rocky10", "") == ["biosboot", "/"])
        #expect(try mounts("rocky10", "system: {disk_label: mbr}") == ["/"])
        #expect(try mounts("fedora45", "machine: {firmware: secure-boot}") == ["/boot/efi", "/"])
        #expect(try mounts("debian13", "") == ["/"])
        #expect(try mounts("debian12", "system: {disk_label: gpt}") == ["biosboot", "/"])
        #expect(try mounts("debian12", "machine: {firmware: uefi}") == ["/boot/efi", "/"])
        #expect(try mounts("debian13", "machine: {firmware: secure-boot}") == ["/boot/efi", "/"])
    }
}
