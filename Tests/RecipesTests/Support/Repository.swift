import Recipes
import SystemPackage

/// Where things are in the repository that these tests were compiled from.
enum Repository {
    static let tests = FilePath(#filePath).removingLastComponent().removingLastComponent()
    static let root = tests.removingLastComponent().removingLastComponent()
    static let fixtures = tests.appending("Fixtures")
    static let golden = tests.appending("Golden")
    static let recipes = root.appending("recipes")
    static let templates = root.appending("templates")

    static func renderer() throws -> Renderer {
        try Renderer(templates: templates)
    }
}

extension RenderValues {
    /// Values that are the same in every run.
    static let sample = RenderValues(
        rootPasswordHash: "$6$0123456789abcdef$" + String(repeating: "x", count: 86),
        location: "http://10.0.2.2:8080/tree",
        payload: Payload(
            url: "http://10.0.2.2:8080/tree/LiveOS/rootfs.tar",
            checksum: String(repeating: "ab", count: 32)
        ),
        bakeID: "20261124-0912-sample",
        nonce: "fedcba9876543210fedcba9876543210",
        secrets: ["activation_key": "key-of-tests", "ada": "correct horse", "bob": "it's \"$(reboot)\" {{x}} ü"]
    )

    /// Those of a tree on a medium with a label.
    static let medium = {
        var values = sample
        values.location = "cdrom"
        values.mediumLabel = #"CentOS\x207\x20x86_64"#
        values.payload?.url = "file:///run/install/repo/LiveOS/rootfs.tar"
        return values
    }()
}

/// A recipe that ships.
enum ShippedRecipe: String, CaseIterable {
    case centos7
    case rocky8
    case rocky9
    case rocky10
    case almalinux8
    case almalinux9
    case almalinux10
    case centosStream9 = "centos-stream9"
    case centosStream10 = "centos-stream10"
    case oracle9
    case rhel9
    case fedora
    case debian12
    case debian13

    func load() throws -> Recipe {
        try RecipeLoader().load(Repository.recipes.appending("\(rawValue).recipe"))
    }

    func rendered() throws -> RenderedRecipe {
        try Repository.renderer().render(load(), .sample)
    }
}
