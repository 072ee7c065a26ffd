import ArgumentParser
import Pipeline
import Recipes

/// `imagebake schema`.
struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print the JSON Schema of recipes, for editors.",
        discussion: """
            The schema is draft 2020-12. Editors with a YAML language server take it from the first line of a recipe: \
            # yaml-language-server: $schema=recipe.schema.json
            """
    )

    mutating func run() throws {
        Output.raw(toData: RecipeSchema.forBakes.json)
    }
}
