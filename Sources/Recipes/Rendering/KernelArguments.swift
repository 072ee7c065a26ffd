/// The arguments of the installer's kernel.
enum KernelArguments {
    /// The arguments in their order, those of the recipe last so that they prevail.
    static func list(for recipe: Recipe, location: String) throws(RenderError) -> [String] {
        let shared = ["inst.ks=file:/ks.cfg", "inst.repo=\(location)"]
        let own: [String]
        switch recipe.os.dialect {
        case .el7:
            own = [
                "inst.text",
                // Without it Anaconda asks when something is missing, and waits for ever.
                "inst.cmdline",
                // The kickstart, with root's hash in it, is not to be copied into the image.
                "inst.nosave=output_ks",
                // When the initramfs finds no installer it must fail, not open a shell.
                "rd.shell=0",
                "console=ttyS0,115200",
                // A panic becomes a reset, which ends the domain.
                "panic=1",
            ]
        case .debian:
            own = ["console=ttyS0,115200", "panic=1"]
        }
        return shared + own + recipe.install.kernelArguments
    }
}
