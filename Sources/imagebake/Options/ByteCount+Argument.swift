public import ArgumentParser
public import Recipes

extension ByteCount: ExpressibleByArgument {
    /// Reads a size as recipes write it.
    public init?(argument: String) {
        try? self.init(parsing: argument)
    }
}
