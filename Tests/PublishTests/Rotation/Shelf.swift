import DiskImages
import Foundation

@testable import Publish

/// A registry in memory for plans: images, and what a step makes of them.
struct Shelf: Hashable {
    var images: [Image]

    /// An image that was published so many hours after the first.
    static func image(
        _ number: Int,
        name: String?,
        visibility: Visibility = .public,
        format: String = "qcow2",
        _ change: (inout Image) -> Void = { _ in }
    ) -> Image {
        let time = Date(timeIntervalSince1970: 1_795_000_000 + Double(number) * 3600)
        var image = Image(
            id: id(number),
            name: name,
            status: .active,
            visibility: visibility,
            properties: [
                ImageProperty.name: "web", ImageProperty.published: PublicationTime.text(time),
                ImageProperty.bakeID: "bake-\(number)", ImageProperty.image: id(number).description,
            ],
            createdAt: time,
            updatedAt: time
        )
        image.diskFormat = DiskFormatName(rawValue: format)
        image.containerFormat = .bare
        image.size = Int64(number + 1)
        image.osHashAlgorithm = "sha512"
        image.osHashValue = "digest-\(number)"
        change(&image)
        return image
    }

    /// The id of an image by its number.
    static func id(_ number: Int) -> ImageID {
        let digits = String(number, radix: 16)
        let text = "00000000-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
        return ImageID(text) ?? ImageID()
    }

    /// An image that was just sent, before it has the name.
    static func arrival(_ number: Int) -> Image {
        image(number, name: "web.incoming", visibility: .private) { image in
            image.properties[ImageProperty.incoming] = "here"
            image.properties[ImageProperty.published] = nil
        }
    }

    /// What an image is to be.
    static var draft: ImageDraft {
        var draft = ImageDraft(name: "web")
        draft.visibility = .public
        draft.properties = [ImageProperty.name: "web"]
        return draft
    }

    static let now = Date(timeIntervalSince1970: 1_795_000_000 + 100 * 3600)

    /// Does a step as a registry does.
    mutating func perform(_ step: RotationStep) {
        guard let index = images.firstIndex(where: { $0.id == step.image }) else { return }
        switch step.change {
        case .delete: if !images[index].isProtected { images.remove(at: index) }
        case .setActive(let isActive): images[index].status = isActive ? .active : .deactivated
        case .update(let update): images[index].apply(update)
        }
    }

    /// The images that a person gets for the name.
    var named: [Image] { images.filter { $0.name == "web" && $0.isUsable && $0.visibility == .public } }

    /// Name and state of each image, by number, for tables.
    var text: String {
        images.sorted { $0.id.description < $1.id.description }.map { image in
            let number = Int(image.id.description.suffix(12), radix: 16) ?? -1
            let marks = [
                image.isHidden ? "hidden" : nil, image.status == .active ? nil : image.status.rawValue,
                image.visibility == .public ? nil : image.visibility.rawValue, image.isWithdrawn ? "withdrawn" : nil,
            ]
            return (["\(number):\(image.name ?? "-")"] + marks.compactMap(\.self)).joined(separator: " ")
        }.joined(separator: ", ")
    }
}
