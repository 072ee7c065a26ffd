import Recipes

/// What a recipe may say of the machine and the tree, and a bake does not do yet: refused, so that nobody counts on it.
enum MachineSupport {
    /// Checks that a bake gives a recipe the machine that it asks for.
    ///
    /// - Throws: ``Failure`` with ``ExitStatus/badRecipe`` for the first key that would have no effect.
    static func require(_ recipe: Recipe) throws(Failure) {
        let machine = recipe.machine
        let keys = [
            ("arch", recipe.architecture != .x86_64),
            ("machine.firmware", machine.firmware != .bios),
            ("machine.disk.bus", machine.diskBus != .virtio),
            ("machine.network", machine.network != .user),
            ("machine.mac", machine.mac != nil),
            ("machine.graphics", machine.graphics != .none),
            ("machine.tpm", machine.tpm),
            ("install.pin", recipe.install.pin != nil),
        ]
        guard let key = keys.first(where: \.1)?.0 else { return }
        throw Failure(
            .badRecipe,
            "\(recipe.file): '\(key)' has no effect on a bake yet",
            ["next": "remove it; 'imagebake render' shows what it will do"]
        )
    }
}
