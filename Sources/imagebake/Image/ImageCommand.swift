import ArgumentParser

/// `imagebake image`.
struct ImageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "image",
        abstract: "Work with published images, with the verbs of 'openstack image'.",
        subcommands: [
            ImageCreate.self, ImageList.self, ImageShow.self, ImageSave.self, ImageDelete.self, ImageSet.self,
            ImageUnset.self, ImageAdd.self, ImageRemove.self, ImageMemberCommand.self, ImageStage.self,
            ImageImport.self,
            ImageStores.self, ImageVerify.self,
        ]
    )
}
