import Crypto
public import SystemPackage

/// Renders recipes: kickstart, cloud.cfg and the arguments of the installer's kernel.
///
/// Rendering is pure: the templates are read when the renderer is made, a recipe's own files when the recipe is.
public struct Renderer: Sendable {
    private let templates: TemplateStore

    /// Reads the templates, all `*.mustache` files below a directory.
    ///
    /// - Throws: `unreadable` when the directory or a file cannot be read.
    public init(templates directory: FilePath) throws(RenderError) {
        templates = try TemplateStore(directory)
    }

    /// Renders a recipe.
    ///
    /// - Throws: What keeps it from being rendered: a name that a template uses and nobody defines above all, or a template that is no
    ///   Mustache.
    public func render(_ recipe: Recipe, _ values: RenderValues) throws(RenderError) -> RenderedRecipe {
        try values.check(for: recipe)
        return RenderedRecipe(
            kickstart: try values.fillSecrets(in: kickstart(recipe, values)),
            scrubbedKickstart: SecretToken.replace(in: try kickstart(recipe, values.scrubbed(recipe))) { _ in "(hidden)"
            },
            cloudConfig: try cloudConfig(recipe),
            kernelArguments: KernelArguments.list(
                for: recipe,
                location: values.location,
                mediumLabel: values.mediumLabel
            ),
            files: Self.files(recipe)
        )
    }

    /// Renders what the fingerprints of a recipe's stages are made of, with fixed texts for all that differs from bake to bake.
    ///
    /// The password of root, the install tree and its payload are not in it; their digests belong in the fingerprint beside it.
    public func fingerprintText(_ recipe: Recipe) throws(RenderError) -> FingerprintText {
        var values = RenderValues(
            rootPasswordHash: "(root-password)",
            location: "cdrom",
            payload: .init(url: "file:///payload", checksum: String(repeating: "0", count: 64)),
            bakeID: "bake",
            nonce: "nonce",
            secrets: Dictionary(recipe.secrets.map { ($0.name.name, "(secret \($0.name.name))") }) { first, _ in first }
        )
        for name in recipe.secretNames {
            values.secrets[name.name] = "(secret \(name.name))"
            values.passwordHashes[name.name] = "(secret \(name.name))"
        }
        let arguments = KernelArguments.list(for: recipe, location: values.location)
        let machine = recipe.machine
        let install =
            [
                "machine \(recipe.architecture.rawValue) \(machine.memory) \(machine.vcpus) \(machine.disk) \(machine.network)",
                "hardware \(machine.firmware.rawValue) \(machine.diskBus.rawValue) \(machine.mac ?? "any") tpm \(machine.tpm)",
                "kernel " + arguments.joined(separator: " "),
                try values.fillSecrets(in: kickstart(recipe, values)),
            ]
            + recipe.install.files.map { file in
                "file \(file.path) \(String(file.mode, radix: 8)) \(SHA256.hash(data: file.contents).hexadecimal)"
            }
        let seal = [
            "sysprep +\(recipe.sysprep.enable.sorted()) -\(recipe.sysprep.disable.sorted()) lock_root \(recipe.system.lockRoot)"
                + (recipe.sysprep.shrink ? " shrink" : ""),
            try cloudConfig(recipe),
        ]
        return FingerprintText(
            install: install.joined(separator: "\n"),
            seal: seal.joined(separator: "\n"),
            customize: recipe.customize.map(\.fingerprintText).joined(separator: "\n")
        )
    }

    private func kickstart(_ recipe: Recipe, _ values: RenderValues) throws(RenderError) -> String {
        let context = try TemplateContext.kickstart(recipe, values)
        let keys = TemplateKeys.kickstart
        let text: String
        if let own = recipe.install.kickstart {
            text = try own.filled(with: values)
        } else {
            let standard = "kickstart/\(recipe.os.dialect.rawValue).ks"
            text = try fill(recipe.install.kickstartTemplate, else: standard, with: context, keys, recipe)
        }
        // Whoever wrote the kickstart, how it went is told in one way.
        let outcome = try fill(nil, else: "kickstart/outcome", with: context, keys, recipe)
        return text + (text.hasSuffix("\n") ? "" : "\n") + outcome
    }

    /// The cloud.cfg of a recipe.
    func cloudConfig(_ recipe: Recipe) throws(RenderError) -> String {
        if let own = recipe.cloudInit.file { return own.text }
        let standard = "cloud-init/\(recipe.os.dialect.rawValue).cfg"
        let context = TemplateContext.cloudConfig(recipe)
        return try fill(recipe.cloudInit.template, else: standard, with: context, TemplateKeys.cloudConfig, recipe)
    }

    /// What is added to the initrd beside the kickstart.
    ///
    /// imagebake's own installer lives in the initrd. Anaconda lives in another image, into which dracut copies what is below
    /// /updates: see ``InstallerPaths``.
    private static func files(_ recipe: Recipe) -> [RenderedRecipe.File] {
        let root = recipe.os.dialect == .debian ? "" : "updates/"
        return recipe.install.files.map { file in
            .init(name: root + file.path.drop { $0 == "/" }, contents: file.contents, mode: file.mode)
        }
    }

    private func fill(
        _ own: Recipe.Template?,
        else standard: String,
        with values: TemplateContext,
        _ keys: [TemplateKeys.Row],
        _ recipe: Recipe
    ) throws(RenderError) -> String {
        let template: TemplateStore.Template
        if let own {
            template = try TemplateStore.template(own.text, file: own.path.string, exitStatus: 65)
            let used = try templates.names(usedBy: template, of: values)
            let ignored = TemplateKeys.ignored(keys, given: recipe.givenKeys, used: used)
            if !ignored.isEmpty {
                let messages = ignored.map { Self.message(ignored: $0, by: own.path.string) }
                var error = RenderError(.ignoredKey, messages.joined(separator: "\n"), file: own.path.string)
                error.keys = ignored
                throw error
            }
        } else if let found = try templates.template(named: standard) {
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
