/// The steps of a file for `imagebake sysprep --customize`: what the key `customize` of a recipe holds, in a file of its own.
public struct CustomizationFile: Sendable, Equatable {
    /// The steps, in their order.
    public let steps: [Recipe.Customization]

    /// The secrets that they use.
    public let secrets: [Recipe.Secret]

    /// What is allowed but deserves a look.
    public let warnings: [Diagnostic]
}
