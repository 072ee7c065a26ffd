/// One step of the pipeline: takes the product of the step before it and returns its own.
///
/// An order of stages that makes no sense does not compile.
protocol Stage: Sendable {
    /// What it needs.
    associatedtype Input: Sendable
    /// What it makes.
    associatedtype Product: StageProduct

    /// Its name in events, fingerprints and the cache.
    static var name: StageName { get }

    /// Does the work.
    ///
    /// - Parameters:
    ///   - input: The product of the stage before.
    ///   - bake: What the bake as a whole offers.
    ///   - channel: Where the stage says what it does.
    func run(_ input: Input, _ bake: BakeContext, _ channel: StageChannel) async throws -> Product
}

/// What a stage makes.
protocol StageProduct: Sendable {
    /// A few words for the line that ends the stage.
    var summary: String { get }
}
