public import Recipes
import SystemPackage

/// Several bakes, some of them at once.
public struct BakeBatch: Sendable {
    private let recipes: [Recipe]
    private let options: BakeOptions
    private let home: Home
    private let resources: Resources
    private let jobs: Int

    /// Creates a batch; runs nothing.
    ///
    /// - Parameter jobs: How many bakes run at once at most. They share the machine's ``Room``.
    public init(recipes: [Recipe], options: BakeOptions, home: Home, resources: Resources, jobs: Int) {
        self.recipes = recipes
        self.options = options
        self.home = home
        self.resources = resources
        self.jobs = max(1, jobs)
    }

    /// Bakes all of them, whatever becomes of one.
    ///
    /// - Parameters:
    ///   - leftovers: What the sweep before removed, for the first.
    ///   - readers: Who is told of a bake, by its place among the recipes.
    ///   - ended: Told of each bake when it ends.
    /// - Returns: What became of each, in the order of the recipes; in a cancelled task ``Failure/interrupted`` for those that had
    ///   not ended.
    public func run(
        leftovers: [String],
        readers: @escaping @Sendable (Int) -> [any EventReader],
        ended: @escaping @Sendable (Int, Result<Bake.Outcome, Failure>) -> Void
    ) async -> [Result<Bake.Outcome, Failure>] {
        let room = Room(home: home)
        return await withTaskGroup(of: (Int, Result<Bake.Outcome, Failure>).self) { group in
            var results = [Result<Bake.Outcome, Failure>](repeating: .failure(.interrupted), count: recipes.count)
            var next = 0
            func begin() {
                guard next < recipes.count, !Task.isCancelled else { return }
                let index = next
                next += 1
                let bake = Bake(recipe: recipes[index], options: options, home: home, resources: resources, room: room)
                group.addTask {
                    let result: Result<Bake.Outcome, Failure>
                    do throws(Failure) {
                        result = .success(
                            try await bake.run(readers: readers(index), leftovers: index == 0 ? leftovers : [])
                        )
                    } catch {
                        result = .failure(error)
                    }
                    ended(index, result)
                    return (index, result)
                }
            }
            for _ in 0..<jobs { begin() }
            while let (index, result) = await group.next() {
                results[index] = result
                begin()
            }
            return results
        }
    }
}
