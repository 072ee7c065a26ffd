import SystemPackage

extension Renderer {
    /// What is wrong with the templates of a recipe, and with what they render to.
    func problems(of reading: RecipeReading, file: FilePath) -> [Diagnostic] {
        let recipe = reading.recipe
        do {
            _ = try fingerprintText(recipe)
            guard let template = recipe.cloudInit.template else { return [] }
            let text = try cloudConfig(recipe)
            let place = reading.subject.place(of: "cloud_init.template")
            let name = reading.subject.name(of: template.path, key: "cloud_init.template")
            return CloudConfigCheck.problems(of: text, name: "what \(name) renders to").map {
                Diagnostic(
                    file: place.file,
                    line: place.line,
                    column: place.column,
                    message: $0,
                    code: Diagnostic.template
                )
            }
        } catch {
            if !error.keys.isEmpty {
                return error.keys.map { key in
                    let place = reading.subject.place(of: key)
                    return Diagnostic(
                        file: place.file,
                        line: place.line,
                        column: place.column,
                        message: Self.message(ignored: key, by: reading.subject.name(of: FilePath(error.file ?? ""))),
                        hint: "use it there, or remove it",
                        code: Diagnostic.template
                    )
                }
            }
            guard !error.problems.isEmpty else {
                let name = error.file.map { reading.subject.name(of: FilePath($0)) }
                return [Diagnostic(file: name ?? file.string, message: error.message, code: Diagnostic.template)]
            }
            return error.problems.map { problem in
                Diagnostic(
                    file: reading.subject.name(of: FilePath(problem.file)),
                    line: problem.line,
                    column: 1,
                    message: problem.message,
                    code: Diagnostic.template
                )
            }
        }
    }

    /// What is said of a key that a template passes over.
    static func message(ignored key: String, by template: String) -> String {
        "'\(key)' has no effect: the template \(template) does not use it"
    }
}
