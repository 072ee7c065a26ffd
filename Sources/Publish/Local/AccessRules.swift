/// Who may do what with an image: Glance's rules, with the policies that it has since secure RBAC (glance/policies/image.py, base.py;
/// glance/db/utils.py, `is_image_visible`).
struct AccessRules: Sendable {
    let actor: LocalActor

    private var isAdministrator: Bool { actor.role == .admin }
    private var isMember: Bool { actor.role >= .member }

    /// Whether the image is there at all for this actor.
    ///
    /// - Parameter isShared: Whether it is shared with the actor's project, whatever the project answered.
    func sees(_ image: Image, isShared: Bool) -> Bool {
        isAdministrator || owns(image) || image.visibility == .public || image.visibility == .community
            || image.visibility == .shared && isShared
    }

    func owns(_ image: Image) -> Bool { image.owner == actor.project }

    /// Whether the image is in a list that asks for this visibility.
    func lists(_ image: Image, memberStatus: ImageMember.Status?, query: ImageQuery) -> Bool {
        if owns(image) { return true }
        if image.visibility == .community {
            // From an administrator's list too (glance/db/sqlalchemy/api.py, `_image_get_all`).
            return query.visibility == .all || query.visibility == .only(.community)
        }
        if isAdministrator { return true }
        switch image.visibility {
        case .public, .community: return true
        case .shared: return memberStatus.map { query.memberStatus == nil || query.memberStatus == $0 } ?? false
        case .private: return false
        }
    }

    /// What a policy refuses is told as Glance tells it.
    func require(_ isAllowed: Bool, to action: String) throws(RegistryError) {
        guard isAllowed else {
            throw RegistryError(.forbidden, "You are not authorized to complete \(action) action.")
        }
    }

    func requireCreate(_ draft: ImageDraft) throws(RegistryError) {
        try require(isMember, to: "add_image")
        if let owner = draft.owner, owner != actor.project, !isAdministrator {
            throw RegistryError(.forbidden, "You are not permitted to create images owned by '\(owner)'.")
        }
        try requireVisibility(draft.visibility)
    }

    func requireChange(of image: Image, _ update: ImageUpdate) throws(RegistryError) {
        try require(isAdministrator || isMember && owns(image), to: "modify_image")
        // Also to what it is already, as with the visibility below.
        if update.owner != nil, !isAdministrator {
            throw RegistryError(.forbidden, "Owner can't be updated by non admin.")
        }
        try requireVisibility(update.visibility)
    }

    func requireUpload(to image: Image) throws(RegistryError) {
        try require(isAdministrator || isMember && owns(image), to: "upload_image")
    }

    func requireDelete(_ image: Image) throws(RegistryError) {
        try require(isAdministrator || isMember && owns(image), to: "delete_image")
        guard !image.isProtected else {
            throw RegistryError(.protected, "Image \(image.id) is protected and cannot be deleted.")
        }
    }

    /// The bytes in one store are an administrator's to delete, of a complete image.
    func requireDeleteFromStore(_ image: Image) throws(RegistryError) {
        try require(isAdministrator, to: "delete_image_location")
        guard image.status == .active else {
            throw RegistryError(
                .conflict,
                "It's not allowed to remove image data from store if image status is not 'active'"
            )
        }
    }

    func requireActivation(of image: Image, _ isActive: Bool) throws(RegistryError) {
        try require(isAdministrator || isMember && owns(image), to: isActive ? "reactivate" : "deactivate")
    }

    /// Who sees an image and is more than a reader may have its bytes; those of a deactivated one are an administrator's.
    func requireDownload(of image: Image) throws(RegistryError) {
        try require(isMember, to: "download_image")
        if image.status == .deactivated, !isAdministrator {
            throw RegistryError(
                .forbidden,
                "The requested image has been deactivated. Image data download is forbidden."
            )
        }
    }

    func requireSharing(of image: Image) throws(RegistryError) {
        try requireMembers(of: image)
        try require(isAdministrator || isMember && owns(image), to: "add_member")
    }

    /// Of other images even the owner is not told with whom they were shared before.
    func requireMembers(of image: Image) throws(RegistryError) {
        guard image.visibility == .shared else {
            throw RegistryError(.forbidden, "Only shared images have members.")
        }
    }

    /// A project answers for itself alone, and an owner not for the project that is to answer.
    func requireAnswer(of project: String, to image: Image) throws(RegistryError) {
        try requireMembers(of: image)
        try require(isAdministrator || isMember && project == actor.project, to: "modify_member")
    }

    /// The members that the actor may know of.
    func visible(_ members: [ImageMember], of image: Image) -> [ImageMember] {
        isAdministrator || owns(image) ? members : members.filter { $0.project == actor.project }
    }

    private func requireVisibility(_ visibility: Visibility?) throws(RegistryError) {
        switch visibility {
        case .public: try require(isAdministrator, to: "publicize_image")
        case .community: try require(isMember, to: "communitize_image")
        default: break
        }
    }
}
