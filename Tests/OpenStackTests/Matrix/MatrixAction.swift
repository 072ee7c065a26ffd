import Publish

/// What somebody does with an image of the matrix.
enum MatrixAction: String, CaseIterable {
    case show
    case save
    case saveAgain = "save by name"
    case setProperty = "set --property"
    case setPrivate = "set --private"
    case setShared = "set --shared"
    case setCommunity = "set --community"
    case setPublic = "set --public"
    case deactivate = "set --deactivate"
    case activate = "set --activate"
    case protect = "set --protected"
    case unprotect = "set --unprotected"
    case hide = "set --hidden"
    case unhide = "set --unhidden"
    case setFormat = "set --disk-format"
    case giveAway = "set --project blue"
    case takeOver = "set --project of one's own"
    case addProject = "add project"
    case addProjectAgain = "add project green"
    case removeProject = "remove project green"
    case removeStranger = "remove project blue"
    case members = "member list"
    case accept = "set --accept"
    case rejectForGreen = "set --reject --project green"
    case upload
    case deleteFromStore = "delete --store"
    case delete

    /// Whether it tells anything about an image that it does not tell about the others.
    func applies(to image: MatrixImage) -> Bool {
        switch image.condition {
        case .plain:
            switch self {
            case .saveAgain, .unprotect, .hide, .unhide, .setFormat, .upload: false
            case .addProjectAgain, .removeStranger: image.visibility == .shared
            default: true
            }
        case .hidden: [.show, .saveAgain, .unhide].contains(self)
        case .protected: [.unprotect, .hide, .setCommunity, .delete].contains(self)
        case .deactivated:
            [.show, .save, .setPublic, .activate, .deactivate, .deleteFromStore, .delete].contains(self)
        case .queued: [.show, .save, .setFormat, .deactivate, .upload].contains(self)
        }
    }
}
