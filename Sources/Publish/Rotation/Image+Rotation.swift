import DiskImages
import Foundation

// What rotation reads off an image.
extension Image {
    /// Whether what its properties say of names is about itself, and was not copied from the image that a server or a volume was made of.
    ///
    /// Sources: nova/compute/utils.py, `initialize_instance_snapshot_metadata`; cinder/volume/api.py, `copy_volume_to_image`.
    var isItself: Bool {
        if let image = properties[ImageProperty.image] { return image == id.description }
        // Those of a version that did not write the id down.
        return properties["image_type"] != "snapshot" && Self.marksOfCopies.allSatisfy { properties[$0] == nil }
    }

    /// What Nova gives to the image of a server, one with its disk in Cinder among them.
    private static let marksOfCopies = ["base_image_ref", "instance_uuid", "block_device_mapping"]

    /// One of the properties by which imagebake keeps account of names; nil where it is another image's.
    func account(_ property: String) -> String? { isItself ? properties[property] : nil }

    /// Whether a run has not come to its end with it.
    var isIncoming: Bool { account(ImageProperty.incoming) != nil }

    /// Whether it turned out bad, and lost the name.
    var isWithdrawn: Bool { account(ImageProperty.withdrawn) != nil }

    /// Whether it has its bytes.
    var hasBytes: Bool { status == .active || status == .deactivated }

    /// Whether people find it in a list and start servers from it.
    var isUsable: Bool { status == .active && !isHidden && !isWithdrawn }

    /// Whether people get it for a name; what was made of a server is nothing that imagebake moves a name to.
    func holds(_ name: String) -> Bool { self.name == name && isUsable && isItself }

    /// Whether imagebake published it under a name; others are never retired.
    func isOf(_ name: String) -> Bool {
        guard isItself else { return false }
        if let own = properties[ImageProperty.name] { return own == name }
        // Those of a version that did not write the name down.
        return self.name == name && bakeID != nil
    }

    /// Whether it is retired already, so that it is none of those that are kept.
    func isRetired(by rule: RotationRule, _ current: Image) -> Bool {
        !isUsable || rule.retire == .community && visibility == .community && current.visibility == .public
    }

    /// When it was published, or else made; sorts as text.
    var publicationTime: String { account(ImageProperty.published) ?? PublicationTime.text(createdAt) }

    /// The order of publications; of two at one time it is that of the ids, for want of anything better.
    static func isOlder(_ first: Image, _ second: Image) -> Bool {
        (first.publicationTime, first.id.description) < (second.publicationTime, second.id.description)
    }

    /// The change that takes the plain name from it; it stays known as one of those of that name, if it was.
    ///
    /// - Parameter taken: The names that others have, to which the new one is added.
    func renaming(from name: String, taken: inout Set<String>) -> ImageUpdate {
        var update = ImageUpdate()
        let new = datedName(from: name, taken: taken)
        taken.insert(new)
        update.name = new
        guard isOf(name) else { return update }
        if properties[ImageProperty.name] == nil { update.properties[ImageProperty.name] = name }
        if properties[ImageProperty.image] == nil { update.properties[ImageProperty.image] = id.description }
        return update
    }

    /// `rocky9-20261124`; with the time of day, and then a part of its id, where another one has that name.
    private func datedName(from name: String, taken: Set<String>) -> String {
        let digits = publicationTime.filter(\.isNumber)
        let day = digits.prefix(8)
        let time = digits.dropFirst(8).prefix(6)
        let endings = ["\(day)", "\(day)-\(time)", "\(day)-\(time)-\(id.description.prefix(8))"]
        // A name has 255 characters at most.
        let names = endings.map { "\(name.prefix(255 - $0.count - 1))-\($0)" }
        return names.first { !taken.contains($0) } ?? names[2]
    }

    /// Whether it is these bytes; of an image whose registry keeps no digest of it that cannot be said.
    func isSame(as digests: FileDigests) -> Bool {
        guard hasBytes, size == digests.size else { return false }
        if let osHashAlgorithm, let osHashValue {
            switch osHashAlgorithm {
            case "sha512": return osHashValue == digests.sha512
            case "sha256": return osHashValue == digests.sha256
            default: break
            }
        }
        return sha256.map { $0 == digests.sha256 } ?? false
    }

    /// The same with bytes, for a plan that has none yet.
    func complete() -> Image {
        var image = self
        image.status = .active
        return image
    }

    /// Changes what an update names, as a registry would.
    mutating func apply(_ update: ImageUpdate) {
        name = update.name ?? name
        visibility = update.visibility ?? visibility
        isProtected = update.isProtected ?? isProtected
        isHidden = update.isHidden ?? isHidden
        minDisk = update.minDisk ?? minDisk
        minRAM = update.minRAM ?? minRAM
        tags = Set(tags).union(update.addedTags).subtracting(update.removedTags).sorted()
        properties.merge(update.properties) { $1 }
        for name in update.removedProperties { properties[name] = nil }
    }
}

extension Image {
    /// Whether it is complete and may be read.
    public var hasData: Bool { status == .active }

    /// The name under which it was published, whatever it is called now.
    public var publicationName: String? { account(ImageProperty.name) ?? name }

    /// Whether it is still what people get for the name that it was published under: nothing newer, no rollback and nobody by hand took it away.
    public var holdsItsName: Bool { isUsable && !isIncoming && name == publicationName }

    /// Its properties without those by which one registry keeps account of names, and links images.
    public var ownProperties: [String: String] {
        let others = ImageProperty.accounts.union(hasParts ? BootRole.parts.compactMap(\.property) : [])
        return properties.filter { !others.contains($0.key) }
    }

    /// The images that a server starts with which is made of it: its kernel and its ramdisk, in this order.
    public var partIDs: [ImageID] { hasParts ? BootRole.parts.compactMap(id(of:)) : [] }
}
