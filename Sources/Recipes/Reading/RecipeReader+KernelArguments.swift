import Yams

extension RecipeReader {
    /// Arguments that would keep the installer from running the rendered kickstart, or make it leave it in the image.
    private static let forbidden: Set<String> = [
        "--", "init", "rdinit", "inst.ks", "ks", "inst.stage2", "stage2", "inst.nosave", "nosave", "inst.rescue",
        "rescue",
    ]

    /// What the kernel takes at most, in bytes: x86's and Arm's COMMAND_LINE_SIZE, less its NUL.
    private static let commandLineLimit = 2047

    /// Reads arguments of the installer's kernel.
    var installerArguments: ValueReader<[String]> {
        let list = ValueReader<[String]>.list(.text(.kernelArgument))
        return ValueReader(standIn: [], schema: list.schema) { node, path, context in
            let arguments = list.read(node, at: path, context)
            for (index, argument) in arguments.enumerated() {
                let name = String(argument.prefix { $0 != "=" })
                guard Self.forbidden.contains(name) else { continue }
                let message = "\(Quoted(name)) would take the kickstart from the installer, or leave it in the image"
                context.report(message, at: node.element(index), hint: "remove it")
            }
            return arguments
        }
    }

    /// Reports a command line of which the kernel would cut off the end.
    func checkCommandLine(of recipe: Recipe, in top: MappingReader) {
        guard !recipe.install.kernelArguments.isEmpty, let install = top.node(for: "install") else { return }
        // A tree of this machine's has a shorter URL than this.
        let location: String =
            if case .url(let url) = recipe.install.location { url } else { "http://127.127.127.127:65535/" }
        let label = String(repeating: "x", count: 32)
        let line = KernelArguments.list(for: recipe, location: location, mediumLabel: label).joined(separator: " ")
        guard line.utf8.count > Self.commandLineLimit else { return }
        context.report(
            "the command line of the installer's kernel has \(line.utf8.count) bytes; it takes \(Self.commandLineLimit)",
            at: NodePath(root: install).nearest(to: "kernel_arguments")
        )
    }
}
