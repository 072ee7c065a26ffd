public import SystemPackage

/// A recipe: everything that one golden image is made from, read from one `NAME.recipe` file.
///
/// A value of this type has been checked: names are safe as file names, every text is fit for the place where it lands, sizes and
/// counts are in range. ``RecipeLoader`` makes it.
public struct Recipe: Sendable, Equatable {
    /// The file, as the user named it.
    public var file: FilePath

    /// A SHA-256 digest, 64 lower-case hexadecimal digits: that of the file's bytes or, for a recipe that extends others or was given
    /// values of variables, one of all these.
    public var digest: String

    /// The name of the recipe and, where `publish` gives no other, of the image; safe as a file name.
    public var name: String

    /// What the image is, in one line.
    public var description: String?

    /// The operating system that is installed.
    public var os: OperatingSystem

    /// The processor architecture of the guest.
    public var architecture: Architecture

    /// The guest in which the installer runs.
    public var machine: Machine

    /// Where the installer comes from and how it is run.
    public var install: Install

    /// The system that the installer sets up.
    public var system: System

    /// The cloud.cfg of the image.
    public var cloudInit: CloudInit

    /// What sysprep does beside its defaults.
    public var sysprep: Sysprep

    /// What is done to the installed disk before sysprep, in this order.
    public var customize: [Customization] = []

    /// The files that the disk is converted to; never empty.
    public var outputs: [Output]

    /// Where the images are published; never empty.
    public var publish: [Publication]

    /// The secrets that it uses, in the order of their declarations.
    public var secrets: [Secret] = []

    /// Where its values stand.
    public var places = Places()

    /// What is allowed but deserves a look.
    public var warnings: [Diagnostic]

    /// Of the keys that a template follows, those that it or a recipe that it extends says.
    var givenKeys: Set<String> = []
}
