import Publish

/// A list of images that somebody asks for.
enum MatrixList: String, CaseIterable {
    case usual = "list"
    case hidden = "list --hidden"
    case all = "list --all"
    case `public` = "list --public"
    case `private` = "list --private"
    case shared = "list --shared"
    case community = "list --community"
    case pending = "list --member-status pending"
    case rejected = "list --member-status rejected"
    case anyAnswer = "list --member-status all"
    case sharedAnyAnswer = "list --shared --member-status all"
    case deactivated = "list --status deactivated"
    case ofRed = "list --project red"

    /// - Parameters:
    ///   - mark: A tag that only the images of one run have.
    ///   - red: The id of the project.
    func query(mark: String, red: String) -> ImageQuery {
        var query = ImageQuery()
        query.tags = [mark]
        switch self {
        case .usual: break
        case .hidden: query.isHidden = true
        case .all: query.visibility = .all
        case .public: query.visibility = .only(.public)
        case .private: query.visibility = .only(.private)
        case .shared: query.visibility = .only(.shared)
        case .community: query.visibility = .only(.community)
        case .pending: query.memberStatus = .pending
        case .rejected: query.memberStatus = .rejected
        case .anyAnswer: query.memberStatus = nil
        case .sharedAnyAnswer: (query.visibility, query.memberStatus) = (.only(.shared), nil)
        case .deactivated: query.status = .deactivated
        case .ofRed: query.owner = red
        }
        return query
    }
}
