import SystemPackage
import Yams

extension RecipeOverrides {
    /// What is wrong with a value of the command line whatever the recipe says, such as `--memory lots`; nil where nothing is.
    public var problem: String? {
        let context = ReadingContext(file: "")
        let reader = RecipeReader(file: "", context: context)
        let node = { (text: String, tag: Tag) in Node(text, tag) }
        if let location, location != "built-in" {
            // What one system's installer cannot do is told once the recipe is known; this one can do all but that.
            _ = reader.location(for: .rocky9) { _ in "/" }.read(node(location, Tag(.str)), at: "--location", context)
        }
        if let name { _ = ValueReader.text(.name).read(node(name, Tag(.str)), at: "--name", context) }
        for registry in registries {
            _ = ValueReader.text(.registry).read(node(registry, Tag(.str)), at: "--publish", context)
        }
        if let memory { _ = ValueReader.guestMemory.read(node(memory, Tag(.str)), at: "--memory", context) }
        if let vcpus { _ = ValueReader.guestProcessors.read(node("\(vcpus)", .implicit), at: "--vcpus", context) }
        if let deadline { _ = ValueReader.installDeadline.read(node(deadline, Tag(.str)), at: "--deadline", context) }
        return context.diagnostics.first.map { $0.message + ($0.hint.map { "; \($0)" } ?? "") }
    }
}
