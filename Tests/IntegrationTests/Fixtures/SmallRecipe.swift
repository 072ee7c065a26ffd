import SystemPackage

/// A recipe of a few lines that is right as it stands, so that a test can make one thing wrong in it.
enum SmallRecipe {
    static let text = """
        version: 1
        name: web
        os: debian12
        machine: {memory: 512 MiB, disk: 10 GiB}
        install:
          location: built-in
        system:
          partitions:
            - {mount: /, fstype: ext4, size: 2 GiB, grow: true}
          packages: []
        cloud_init:
          default_user:
            name: debian

        """

    /// Writes it into the lab.
    ///
    /// - Parameters:
    ///   - lab: The lab.
    ///   - name: The recipe's name.
    ///   - replacing: A piece of ``text`` that must be there.
    ///   - with: What stands there instead.
    static func write(
        to lab: Lab,
        name: String = "web",
        replacing: String = "",
        with replacement: String = ""
    ) throws -> FilePath {
        guard replacing.isEmpty || text.contains(replacing) else {
            throw Trouble("there is no '\(replacing)' to replace")
        }
        let changed = replacing.isEmpty ? text : text.replacing(replacing, with: replacement)
        return try lab.file("\(name).recipe", changed.replacing("name: web", with: "name: \(name)"))
    }
}
