import InstallTrees
import Recipes

extension Recipe {
    /// The recipe with addresses that mean this machine also inside the guest.
    ///
    /// `127.0.0.1` in a proxy's or a repository's URL is the host to the one who writes it, and the guest itself to the installer. In
    /// QEMU's user network the host has an address of its own; in any other it has none that we know.
    var withGuestAddresses: Recipe {
        guard machine.network == .user else { return self }
        var recipe = self
        recipe.install.proxy = install.proxy.map(GuestURL.translate)
        for index in recipe.install.repositories.indices {
            switch recipe.install.repositories[index].source {
            case .url(let url): recipe.install.repositories[index].source = .url(GuestURL.translate(url))
            case .mirrorList(let url): recipe.install.repositories[index].source = .mirrorList(GuestURL.translate(url))
            case .metalink(let url): recipe.install.repositories[index].source = .metalink(GuestURL.translate(url))
            }
        }
        return recipe
    }
}
