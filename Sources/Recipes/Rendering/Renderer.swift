public import SystemPackage

/// Renders recipes: kickstart, cloud.cfg and the arguments of the installer's kernel.
///
/// Rendering is pure: the templates are read when the renderer is made, those of a recipe when the recipe is read.
public struct Renderer: Sendable {
    private let templates: TemplateStore

    /// Reads the templates, all `*.mustache` files below a directory.
    ///
    /// - Throws: `unreadable` when the directory or a file cannot be read, `malformedTemplate` when one is no Mustache.
    public init(templates directory: FilePath) throws(RenderError) {
        templates = try TemplateStore(directory)
    }

    /// Renders a recipe.
    ///
    /// - Throws: What keeps it from being rendered; a name that a template uses and nobody defines above all.
    public func render(_ recipe: Recipe, _ values: RenderValues) throws(RenderError) -> RenderedRecipe {
        try values.check(for: recipe)
        var scrubbed = values
        scrubbed.rootPasswordHash = "(hidden)"
        scrubbed.secrets = values.secrets.mapValues { _ in "(hidden)" }
        return RenderedRecipe(
            kickstart: try values.fillSecrets(in: kickstart(recipe, values)),
            scrubbedKickstart: SecretToken.replace(in: try kickstart(recipe, scrubbed)) { _ in "(hidden)" },
            cloudConfig: try cloudConfig(recipe),
            kernelArguments: try KernelArguments.list(for: recipe, location: values.location)
        )
    }

    /// Renders what the fingerprints of a recipe's stages are made of, with fixed texts for all that differs from bake to bake.
    ///
    /// The password of root, the install tree and its payload are not in it; their digests belong in the fingerprint beside it.
    public func fingerprintText(_ recipe: Recipe) throws(RenderError) -> FingerprintText {
        let values = RenderValues(
            rootPasswordHash: "(root-password)",
            location: "cdrom",
            payload: .init(url: "file:///payload", checksum: String(repeating: "0", count: 64)),
            bakeID: "bake",
            secrets: Dictionary(recipe.secrets.map { ($0.name.name, "(secret \($0.name.name))") }) { first, _ in first }
        )
        let arguments = try KernelArguments.list(for: recipe, location: values.location)
        let machine = recipe.machine
        let install = [
            "machine \(recipe.architecture.rawValue) \(machine.memory) \(machine.vcpus) \(machine.disk) \(machine.network.rawValue)",
            "kernel " + arguments.joined(separator: " "),
            try values.fillSecrets(in: kickstart(recipe, values)),
        ]
        let seal = [
            "sysprep +\(recipe.sysprep.enable.sorted()) -\(recipe.sysprep.disable.sorted()) lock_root \(recipe.system.lockRoot)",
            try cloudConfig(recipe),
        ]
        return FingerprintText(install: install.joined(separator: "\n"), seal: seal.joined(separator: "\n"))
    }

    private func kickstart(_ recipe: Recipe, _ values: RenderValues) throws(RenderError) -> String {
        let standard = "kickstart/\(recipe.os.dialect.rawValue).ks"
        return try fill(recipe.install.kickstartTemplate, else: standard, with: .kickstart(recipe, values))
    }

    private func cloudConfig(_ recipe: Recipe) throws(RenderError) -> String {
        let standard = "cloud-init/\(recipe.os.dialect.rawValue).cfg"
        return try fill(recipe.cloudInit.template, else: standard, with: .cloudConfig(recipe))
    }

    private func fill(
        _ own: Recipe.Template?,
        else standard: String,
        with values: TemplateContext
    ) throws(RenderError) -> String {
        let template: TemplateStore.Template
        if let own {
            template = try TemplateStore.template(own.text, file: own.path.string, exitStatus: 65)
        } else if let found = templates[standard] {
            template = found
        } else {
            throw RenderError(.noSuchTemplate, "there is no template '\(standard)'", exitStatus: 78)
        }
        if let name = values.unfitText {
            throw RenderError(.unfitValue, "the value of '\(name)' is not one line of text")
        }
        return try templates.render(template, with: values)
    }
}
