/// What an image of Amazon's kind is to the machine that starts from it; the raw values are its disk and container formats.
public enum BootRole: String, Sendable, Hashable, Codable, CaseIterable {
    /// The root file system, without a partition table.
    case root = "ami"
    /// The kernel.
    case kernel = "aki"
    /// The ramdisk, which Linux calls its initrd.
    case ramdisk = "ari"

    /// The parts of a root file system's image, in the order in which they are sent.
    static let parts: [BootRole] = [.kernel, .ramdisk]

    /// The property of a root file system's image that names the image of this part; nil for the root itself.
    var property: String? {
        switch self {
        case .root: nil
        case .kernel: ImageProperty.kernel
        case .ramdisk: ImageProperty.ramdisk
        }
    }

    /// What a part is called whose image has a name: `web-kernel`, `web-ramdisk`.
    func name(of image: String) -> String {
        let ending = self == .kernel ? "-kernel" : "-ramdisk"
        // A name has 255 characters at most.
        return self == .root ? image : "\(image.prefix(255 - ending.count))\(ending)"
    }
}
