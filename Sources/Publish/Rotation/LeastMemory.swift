/// The memory that an image is said to need where nobody says it, so that Nova does not start it where it would not come up.
public enum LeastMemory {
    /// In MiB, by `os_distro`: 1024 for the Red Hat family, whose cloud images are made for 1 GiB and more, 512 for every other system that is
    /// named, and 0, which asks for nothing, where none is.
    public static func mebibytes(of distribution: String?) -> Int {
        guard let distribution else { return 0 }
        return redHat.contains(distribution) ? 1024 : 512
    }

    private static let redHat: Set<String> = ["almalinux", "centos", "fedora", "ol", "oraclelinux", "rhel", "rocky"]
}
