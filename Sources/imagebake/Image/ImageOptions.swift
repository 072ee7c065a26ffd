import ArgumentParser
import Publish

/// What is said of an image when it is made, and when it is changed.
struct ImageOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The smallest disk that it fits on.", valueName: "GiB"))
    var minDisk: Int?

    @Option(help: ArgumentHelp("The least memory that it needs.", valueName: "MiB"))
    var minRam: Int?

    @Flag(help: "Whether it can be deleted.")
    var protection: Protection?

    @Flag(help: "Whether lists leave it out.")
    var hiding: Hiding?

    @OptionGroup
    var visibility: VisibilityOptions

    @Option(help: ArgumentHelp("A property; may be given several times.", valueName: "key=value"))
    var property: [KeyValue] = []

    @Option(help: "A tag, beside those that it has; may be given several times.")
    var tag: [String] = []

    /// An image that is to be made.
    func draft(named name: String) -> ImageDraft {
        var draft = ImageDraft(name: name)
        draft.minDisk = minDisk ?? 0
        draft.minRAM = minRam ?? 0
        draft.isProtected = protection == .protected
        draft.isHidden = hiding == .hidden
        draft.visibility = visibility.visibility
        draft.properties = property.dictionary
        draft.tags = tag
        return draft
    }

    /// A change of one.
    var update: ImageUpdate {
        var update = ImageUpdate()
        update.minDisk = minDisk
        update.minRAM = minRam
        update.isProtected = protection.map { $0 == .protected }
        update.isHidden = hiding.map { $0 == .hidden }
        update.visibility = visibility.visibility
        update.properties = property.dictionary
        update.addedTags = tag
        return update
    }
}
