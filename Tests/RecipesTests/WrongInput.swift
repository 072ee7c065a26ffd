import Testing

/// A recipe with something wrong in it; what must be said about it stands in Golden/wrong-input.txt.
struct WrongInput: Sendable, CustomTestStringConvertible {
    /// The smallest recipe there is.
    static let minimal = """
        version: 1
        name: web
        os: debian12
        install:
          location: built-in
        system:
          partitions:
            - {mount: /, fstype: ext4, size: 2 GiB}
        cloud_init:
          default_user:
            name: debian

        """

    static let all = files + keys + values + sections + senseless + customizing

    let testDescription: String
    let text: String

    /// A recipe of its own.
    init(_ description: String, text: String) {
        (testDescription, self.text) = (description, text)
    }

    /// The smallest recipe with a change.
    init(_ description: String, _ old: String, _ new: String) {
        self.init(description, text: Self.minimal.replacing(old, with: new))
    }

    /// The smallest recipe with a step of customising.
    init(step: String) {
        self.init("customize: " + step, text: Self.minimal + "customize:\n  - \(step)\n")
    }

    /// The smallest recipe with lines in `system`.
    init(system lines: String) {
        let description = lines.replacing("\n", with: " ").drop { $0 == " " }
        self.init(String(description), "cloud_init:\n", lines + "\ncloud_init:\n")
    }
}
