import Recipes
import SystemPackage
import Testing

/// The recipes that ship, rendered, against the files in Golden/.
///
/// After a change that is meant, `IMAGEBAKE_UPDATE_GOLDEN=1 swift test --filter GoldenFileTests` writes them anew; read the difference
/// before you commit it.
@Suite("Golden files")
struct GoldenFileTests {
    @Test("a recipe that ships renders to its golden files", arguments: ShippedRecipe.allCases)
    func shippedRecipe(_ shipped: ShippedRecipe) throws {
        let rendered = try shipped.rendered()
        try Golden.expect(rendered.kickstart, in: "\(shipped.rawValue).ks")
        try Golden.expect(rendered.cloudConfig, in: "\(shipped.rawValue).cloud.cfg")
        try Golden.expect(rendered.kernelArguments.joined(separator: "\n") + "\n", in: "\(shipped.rawValue).cmdline")
    }

    @Test(
        "every feature of a recipe renders to its golden files",
        arguments: ["everything-debian12", "everything-centos7"]
    )
    func everything(_ name: String) throws {
        let recipe = try RecipeLoader().load(Repository.fixtures.appending("\(name).recipe"))
        let rendered = try Repository.renderer().render(recipe, .sample)
        try Golden.expect(rendered.kickstart, in: "\(name).ks")
        try Golden.expect(rendered.cloudConfig, in: "\(name).cloud.cfg")
        try Golden.expect(rendered.kernelArguments.joined(separator: "\n") + "\n", in: "\(name).cmdline")
    }
}
