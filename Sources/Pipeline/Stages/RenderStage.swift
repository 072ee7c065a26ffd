import Recipes

/// Renders the recipe with stand-in values, so that a template's mistake is found before anything is fetched.
///
/// The kickstart that is installed is rendered again when the tree is known: it holds the tree's address, the payload's digest, the
/// password's hash and the bake's id.
struct RenderStage: Stage {
    static let name = StageName.render

    func run(_ recipe: Recipe, _ bake: BakeContext, _ channel: StageChannel) async throws -> RenderedDraft {
        for warning in recipe.warnings { channel.warning(warning.description) }
        for warning in bake.secrets.warnings { channel.warning(warning) }
        return RenderedDraft(text: try bake.renderer.fingerprintText(recipe))
    }
}

/// The rendered files with placeholders: the same for two bakes of one recipe.
struct RenderedDraft: StageProduct {
    let text: FingerprintText

    var summary: String { "kickstart and cloud.cfg are well-formed" }
}
