import SystemPackage
import Yams

/// Reads a whole recipe from its YAML; one extension a section.
struct RecipeReader {
    /// The recipe's file, as the user named it.
    let file: FilePath

    /// What the readers of the recipe share.
    let context: ReadingContext

    /// Reads the top of the document.
    func read(_ root: Node) -> Recipe {
        let reader = ValueReader<Recipe>.mapping(standIn: standIn) { top in
            _ = top.required("version", .version)
            // They were read before, and what they say is in the other values by now.
            for key in ["extends", "variables", "secrets"] { _ = top.node(for: key) }
            // The other sections depend on the operating system, so it comes first.
            let os = top.required("os", .choice(standIn: OperatingSystem.debian12, label: "operating system"))
            let machine = top.value("machine", machine, default: machine.standIn)
            let recipe = Recipe(
                file: file,
                digest: "",
                name: top.required("name", .text(.name)),
                description: top.optional("description", .text(.description)),
                os: os,
                architecture: top.value("arch", .choice(standIn: .x86_64), default: .x86_64),
                machine: machine,
                install: top.required("install", install(for: os)),
                system: top.required("system", system(for: os, disk: machine.disk)),
                cloudInit: top.required("cloud_init", cloudInit(for: os)),
                sysprep: top.value("sysprep", sysprep, default: sysprep.standIn),
                outputs: top.value("outputs", outputs, default: outputs.standIn),
                publish: top.value("publish", publications, default: publications.standIn),
                warnings: []
            )
            return recipe
        }
        return reader.read(root, at: "", context)
    }

    /// A path as an absolute one.
    ///
    /// It is relative to the directory of the file in which the value stands that was read last, the recipe's or a base's.
    func absolute(_ path: String) -> FilePath {
        let directory = context.directoryOfCurrentValue ?? file.removingLastComponent()
        return WorkingDirectory.path.pushing(directory).pushing(FilePath(path)).lexicallyNormalized()
    }

    private var standIn: Recipe {
        Recipe(
            file: file,
            digest: "",
            name: "",
            description: nil,
            os: .debian12,
            architecture: .x86_64,
            machine: machine.standIn,
            install: install(for: .debian12).standIn,
            system: system(for: .debian12, disk: machine.standIn.disk).standIn,
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
        Self(standIn: 1) { node, path, context in
            guard case .scalar(let scalar) = node, scalar.kind == .integer else {
                context.report("'\(path)' must be the number 1, not \(node.kindInWords)", at: node)
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
