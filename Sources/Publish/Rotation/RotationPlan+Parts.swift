extension RotationPlan {
    /// What an image is when the plan has been carried out; nil where it is gone.
    func outcome(for image: Image) -> Image? {
        var image = image
        for step in steps where step.image == image.id {
            switch step.change {
            case .delete: return nil
            case .setActive(let isActive): image.status = isActive ? .active : .deactivated
            case .update(let update): image.apply(update)
            }
        }
        return image
    }

    /// The plan by which kernels and ramdisks become what their images are: of the same name, as widely seen, as well protected, hidden and
    /// deactivated with them.
    ///
    /// It is found from what is there, whoever changed it, so that a run that was killed, or somebody's `image set`, is caught up with.
    /// - Parameters:
    ///   - images: The images, as they are or as they are about to be.
    ///   - parts: Kernels and ramdisks; one that belongs to none of the images, or to one that is half-made, is left alone.
    ///   - name: The name under which they were published.
    static func following(_ images: [Image], _ parts: [Image], of name: String) -> RotationPlan {
        var plan = RotationPlan()
        for part in parts {
            let owners = images.filter { $0.role(of: part) != nil && !$0.isIncoming }
            let owner = owners.first { $0.holds(name) } ?? owners.max(by: Image.isOlder)
            guard let owner, let role = owner.role(of: part) else { continue }
            if owner.status == .active, part.status == .deactivated {
                plan.add(RotationStep(.activate, part, .setActive(true)))
            }
            var update = ImageUpdate()
            if let title = owner.name.map(role.name(of:)), title != part.name { update.name = title }
            if owner.visibility != part.visibility { update.visibility = owner.visibility }
            if owner.isProtected != part.isProtected { update.isProtected = owner.isProtected }
            if owner.isHidden != part.isHidden { update.isHidden = owner.isHidden }
            if part.isIncoming { update.removedProperties = [ImageProperty.incoming] }
            if !update.isEmpty { plan.add(RotationStep(kind(of: update, owner, name), part, .update(update))) }
            if owner.status == .deactivated, part.status == .active {
                plan.add(RotationStep(.deactivate, part, .setActive(false)))
            }
        }
        return plan
    }

    /// What a change of a part is for, which is what the change of its image was for.
    private static func kind(of update: ImageUpdate, _ owner: Image, _ name: String) -> RotationStep.Kind {
        if owner.holds(name) { return .publish }
        if update.isHidden == true { return owner.isWithdrawn && update.name != nil ? .withdraw : .hide }
        if update.visibility == .community { return .community }
        return update.name == nil ? .publish : .rename
    }
}

extension Image {
    /// Whether it names a kernel or a ramdisk.
    var hasParts: Bool {
        diskFormat?.rawValue == BootRole.root.rawValue && BootRole.parts.contains { id(of: $0) != nil }
    }

    /// The id of the image of one of its parts.
    func id(of role: BootRole) -> ImageID? {
        role.property.flatMap { properties[$0] }.flatMap { ImageID($0) }
    }

    /// What another image is to it; nil where it is none of its parts.
    func role(of part: Image) -> BootRole? {
        BootRole.parts.first { id(of: $0) == part.id }
    }
}
