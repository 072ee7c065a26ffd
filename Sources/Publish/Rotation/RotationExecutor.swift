/// Does what a plan says, step by step.
struct RotationExecutor {
    let registry: any ImageRegistry
    /// The name that moves; an image that has it is never retired.
    let name: String
    let onStep: @Sendable (RotationStep) -> Void
    let warn: @Sendable (String) -> Void

    /// Runs the steps.
    ///
    /// Where an old image cannot be retired, the newest one is in its place all the same: that is a warning, and the next run tries again.
    /// - Throws: ``RegistryError`` where the name could not be moved, or the registry cannot be asked; `CancellationError`.
    func run(_ plan: RotationPlan) async throws {
        for spared in plan.spared {
            warn("the image '\(spared.name)' (\(spared.image)) is not deleted: \(spared.reason)")
        }
        for step in plan.steps {
            // Between two steps is where it is safe to stop.
            try Task.checkCancellation()
            do {
                // Since the plan was made somebody may have given it the name back.
                if step.kind.isRetirement, try await registry.show(step.image.description).name == name {
                    warn("the image \(step.image) has the name '\(name)' by now, and is left as it is")
                    continue
                }
                try await perform(step)
                onStep(step)
            } catch let error as RegistryError where step.kind.isRetirement {
                try await forgive(error, step)
            } catch let error as RegistryError where error.code == .notFound && step.kind == .rename {
                warn("the image '\(step.name)' (\(step.image)) was deleted by somebody else meanwhile")
            }
        }
    }

    private func perform(_ step: RotationStep) async throws {
        switch step.change {
        case .setActive(let isActive): try await registry.setActive(isActive, step.image)
        case .delete: try await registry.delete(step.image.description)
        case .update(let update):
            // Glance would show an image without bytes to everybody as well.
            if step.kind == .publish {
                let image = try await registry.show(step.image.description)
                guard image.hasData else {
                    throw RegistryError(
                        .mismatch,
                        "image \(image.id) has no bytes to use, it is \(image.status.rawValue)"
                    )
                }
            }
            let image = try await registry.update(step.image, update)
            // What takes the name is looked at before another image gives it up.
            guard step.kind == .publish else { return }
            guard image.status == .active, !image.isHidden, update.name == nil || image.name == update.name else {
                throw RegistryError(
                    .conflict,
                    "image \(image.id) did not take the name '\(update.name ?? step.name)': it is '\(image.name ?? "")', "
                        + "\(image.status.rawValue)" + (image.isHidden ? " and hidden" : "")
                )
            }
        }
    }

    private func forgive(_ error: RegistryError, _ step: RotationStep) async throws {
        let image = "the image '\(step.name)' (\(step.image))"
        switch error.code {
        case .notFound: return
        case .conflict where step.kind == .delete:
            // glance/api/v2/images.py, InUseByStore: Ceph keeps the parent of what was cloned from it.
            var update = ImageUpdate()
            update.isHidden = true
            do {
                try await registry.update(step.image, update)
                warn("\(image) is in use and cannot be deleted, so it is hidden until a later run deletes it: \(error)")
            } catch let second as RegistryError where [.conflict, .forbidden, .notFound].contains(second.code) {
                warn("\(image) is in use and cannot be deleted, nor be hidden: \(error); \(second)")
            }
        case .protected, .forbidden, .conflict: warn("\(image) is left as it is: \(error)")
        default: throw error
        }
    }
}
