import SystemPackage
import Yams

/// Reads a whole recipe from its YAML; one extension a section.
struct RecipeReader {
    /// The recipe's file, as the user named it.
    let file: FilePath

    /// What the readers of the recipe share.
    let context: ReadingContext

    /// The names of the sysprep operations that there are; nil where any will do.
    var sysprepOperations: Set<String>?

    /// Who knows what an image's properties may be; nil where any value will do.
    var propertyJudge: PropertyJudge?

    /// The operating system of a recipe that does not say it, so that the schema knows what each system's reader asks for.
    var assumedSystem = OperatingSystem.debian12

    /// Reads the top of the document.
    func read(_ root: Node) -> Recipe { reader.read(root, at: "", context) }

    /// Reads a recipe.
    var reader: ValueReader<Recipe> {
        .mapping(standIn: standIn) { top in
            _ = top.required("version", .version)
            // They were read before, and what they say is in the other values by now.
            top.declare("extends", RecipeComposer.schema)
            top.declare("variables", VariableReader.schema)
            top.declare("secrets", SecretReader.schema)
            // The other sections depend on the operating system and the machine, so these come first.
            let os = top.required("os", .choice(standIn: assumedSystem, label: "operating system"))
            if let obituary = os.obituary, let node = top.node(for: "os") {
                context.warn(
                    obituary.news,
                    at: node,
                    hint: "what is left of it moved to \(obituary.archive)",
                    code: Diagnostic.endOfLife
                )
            }
            let architecture = top.value(
                "arch",
                .choice(among: os.architectures, standIn: Architecture.x86_64),
                default: .x86_64
            )
            let machineReader = machine(for: os, architecture)
            let machine = top.value("machine", machineReader, default: machineReader.standIn)
            let target = InstallTarget(os: os, architecture: architecture, machine: machine)
            let install = install(for: target, in: top)
            let hasOwnKickstart = install.kickstart != nil
            var recipe = Recipe(
                file: file,
                digest: "",
                name: top.required("name", .text(.name)),
                description: top.optional("description", .text(.description)),
                os: os,
                architecture: architecture,
                machine: machine,
                install: install,
                system: system(for: target, hasOwnKickstart: hasOwnKickstart, in: top),
                cloudInit: top.value("cloud_init", cloudInit(for: os), default: cloudInit(for: os).standIn),
                sysprep: top.value("sysprep", sysprep, default: sysprep.standIn),
                outputs: top.value("outputs", outputs, default: outputs.standIn),
                publish: top.value("publish", publications, default: publications.standIn),
                warnings: []
            )
            recipe.customize = top.value("customize", customize, default: [])
            checkCustomizing(recipe, in: top)
            refuseWithoutEffect("verify", in: top)
            checkCommandLine(of: recipe, in: top)
            checkNames(of: recipe, in: top)
            checkRootAlone(of: recipe, in: top)
            return recipe
        }
    }

    /// A path as an absolute one.
    ///
    /// It is relative to the directory of the file in which the value stands that was read last, the recipe's or a base's.
    func absolute(_ path: String) -> FilePath {
        let directory = context.directoryOfCurrentValue ?? file.removingLastComponent()
        return WorkingDirectory.path.pushing(directory).pushing(FilePath(path)).lexicallyNormalized()
    }

    /// Reports a key that is known and does nothing, so that nobody counts on it.
    func refuseWithoutEffect(_ key: String, in section: MappingReader, because reason: String = "yet") {
        guard section.node(for: key) != nil else { return }
        section.report("'\(section.path(of: key))' has no effect \(reason)", at: key, hint: "remove it")
    }

    private var standIn: Recipe {
        let machine = machine(for: .debian12, .x86_64).standIn
        let target = InstallTarget(os: .debian12, architecture: .x86_64, machine: machine)
        return Recipe(
            file: file,
            digest: "",
            name: "",
            description: nil,
            os: .debian12,
            architecture: .x86_64,
            machine: machine,
            install: install(for: target).standIn,
            system: system(for: target, hasOwnKickstart: false).standIn,
            cloudInit: cloudInit(for: .debian12).standIn,
            sysprep: sysprep.standIn,
            outputs: outputs.standIn,
            publish: publications.standIn,
            warnings: []
        )
    }
}

extension ValueReader where Value == Int {
    /// Reads the version of the recipe format, of which there is one.
    static var version: Self {
        Self(standIn: 1, schema: .number(1)) { node, path, context in
            guard case .scalar(let scalar) = node, scalar.kind == .integer else {
                var found = node.kindInWords
                if case .scalar(let scalar) = node, scalar.kind == .decimal { found = "\(Quoted(scalar.string))" }
                context.report("'\(path)' must be the number 1, not \(found)", at: node)
                return 1
            }
            if scalar.string != "1" {
                let hint = "write version: 1, or use a newer imagebake"
                context.report("recipes of version \(Quoted(scalar.string)) are not known here", at: node, hint: hint)
            }
            return 1
        }
    }
}
