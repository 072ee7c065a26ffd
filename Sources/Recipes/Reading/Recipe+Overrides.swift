import SystemPackage
import Yams

extension Recipe {
    /// Puts what the command line says in the place of what the recipe says, under the same rules.
    mutating func apply(_ overrides: RecipeOverrides, _ context: ReadingContext) {
        if let text = overrides.location {
            let reader = RecipeReader(file: file, context: context)
            let location = reader.location(for: os) { path in
                WorkingDirectory.path.pushing(FilePath(path)).lexicallyNormalized()
            }
            install.location = read(text, location, option: "--location", context)
            // They belong to the default tree; the other one may be another release.
            let standard = os.defaultRepositories(for: architecture)
            install.repositories.removeAll { standard.contains($0) }
        }
        if let text = overrides.name { name = read(text, .text(.name), option: "--name", context) }
        if let text = overrides.memory { machine.memory = read(text, .guestMemory, option: "--memory", context) }
        if let number = overrides.vcpus {
            machine.vcpus = read("\(number)", .guestProcessors, option: "--vcpus", context)
        }
        if let text = overrides.deadline {
            install.deadline = read(text, .installDeadline, option: "--deadline", context)
        }
        if !overrides.registries.isEmpty {
            let registries = overrides.registries.map { read($0, .text(.registry), option: "--publish", context) }
            // What the recipe says of several registries alike is said once of each.
            let all = registries.flatMap { name in
                publish.map { publication in
                    var publication = publication
                    publication.registry = .init(name: name)
                    return publication
                }
            }
            publish = all.enumerated().filter { !all[..<$0].contains($1) }.map(\.element)
        }
    }

    private func read<Value>(
        _ text: String,
        _ reader: ValueReader<Value>,
        option: String,
        _ context: ReadingContext
    ) -> Value {
        let isNumber = Value.self == Int.self
        return context.detached { own in
            reader.read(Node(text, isNumber ? .implicit : Tag(.str)), at: option, own)
        }
    }
}
