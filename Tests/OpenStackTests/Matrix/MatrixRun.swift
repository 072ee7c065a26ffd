import DiskImages
import Publish
import SystemPackage

/// The matrix, asked of one registry.
///
/// Whatever is allowed is taken back at once, so that every question is about the same image.
struct MatrixRun {
    /// What the registry calls the projects.
    let projects: [String: String]
    /// A project that is not in the matrix.
    let stranger: String
    /// Its first store.
    let store: String
    /// A raw image.
    let file: FilePath
    /// A tag of these images.
    let mark: String
    let registries: [MatrixUser: any ImageRegistry]

    /// All questions, each with its answer: `yes`, `no` in a list, or the status of the refusal.
    func answers() async throws -> [MatrixCell: String] {
        var answers: [MatrixCell: String] = [:]
        try await askToCreate(&answers)
        var images: [MatrixImage: Image] = [:]
        for image in MatrixImage.all { images[image] = try await make(image) }
        for user in MatrixUser.all {
            for list in MatrixList.allCases {
                let listed = try await Set(registry(user).list(list.query(mark: mark, red: project("red"))).map(\.id))
                for (image, made) in images {
                    answers[MatrixCell(action: list.rawValue, image: "\(image)", user: user)] =
                        listed.contains(made.id) ? "yes" : "no"
                }
            }
        }
        for (image, made) in images {
            var current = made
            for action in MatrixAction.allCases where action.applies(to: image) {
                for user in MatrixUser.all {
                    let answer = try await self.answer { try await perform(action, current, as: user) }
                    answers[MatrixCell(action: action.rawValue, image: "\(image)", user: user)] = answer
                    if answer.hasPrefix("yes") { current = try await undo(action, current, image) }
                }
            }
            try await remove(current, image)
        }
        return answers
    }

    private func askToCreate(_ answers: inout [MatrixCell: String]) async throws {
        for visibility in [nil] + Visibility.allCases.map(Optional.some) {
            for owner in [nil, "blue"] where owner == nil || visibility == nil {
                for user in MatrixUser.all {
                    var draft = draft("create")
                    draft.visibility = visibility
                    draft.owner = owner.map(project)
                    let answer = try await self.answer {
                        let image = try await registry(user).create(draft)
                        _ = try await registry(.administrator).delete(image.id.description)
                        return image.visibility.rawValue
                    }
                    let action = ["create", visibility?.rawValue, owner].compactMap(\.self).joined(separator: " ")
                    answers[MatrixCell(action: action, image: "-", user: user)] = answer
                }
            }
        }
    }

    private func draft(_ name: String) -> ImageDraft {
        var draft = ImageDraft(name: "\(name) \(mark)")
        draft.diskFormat = DiskFormatName(.raw)
        draft.containerFormat = .bare
        draft.tags = [mark]
        return draft
    }

    private func make(_ image: MatrixImage) async throws -> Image {
        var draft = draft("\(image)")
        draft.visibility = image.visibility == .public ? .private : image.visibility
        let owner = try registry(.owner)
        let made = try await owner.create(draft)
        if image.condition != .queued { try await owner.upload(file, to: made.id) }
        if let answer = image.answer {
            try await owner.addMember(project("green"), to: made.id)
            try await registry(.consumer).setMember(project("green"), of: made.id, to: answer)
        }
        var update = ImageUpdate()
        update.visibility = image.visibility == .public ? .public : nil
        update.isHidden = image.condition == .hidden ? true : nil
        update.isProtected = image.condition == .protected ? true : nil
        if !update.isEmpty { try await registry(.administrator).update(made.id, update) }
        if image.condition == .deactivated { try await owner.setActive(false, made.id) }
        return try await owner.show(made.id.description)
    }

    private func remove(_ made: Image, _ image: MatrixImage) async throws {
        var update = ImageUpdate()
        update.isProtected = false
        if image.condition == .protected { try await registry(.administrator).update(made.id, update) }
        _ = try await registry(.administrator).delete(made.id.description)
    }

    /// - Returns: What there is to say beside that it was allowed.
    private func perform(_ action: MatrixAction, _ image: Image, as user: MatrixUser) async throws -> String {
        let registry = try registry(user)
        let id = image.id
        var update = ImageUpdate()
        switch action {
        case .show: return try await registry.show(id.description).status.rawValue
        case .save: _ = try await registry.save(id.description, to: .file("/dev/null"))
        case .saveAgain: _ = try await registry.save(image.name ?? "", to: .file("/dev/null"))
        case .setProperty: update.properties = ["os_distro": "debian"]
        case .setPrivate: update.visibility = .private
        case .setShared: update.visibility = .shared
        case .setCommunity: update.visibility = .community
        case .setPublic: update.visibility = .public
        case .deactivate: try await registry.setActive(false, id)
        case .activate: try await registry.setActive(true, id)
        case .protect: update.isProtected = true
        case .unprotect: update.isProtected = false
        case .hide: update.isHidden = true
        case .unhide: update.isHidden = false
        case .setFormat: update.diskFormat = DiskFormatName(.qcow2)
        case .giveAway: update.owner = project("blue")
        case .takeOver: update.owner = project(user.project)
        case .addProject: try await registry.addMember(stranger, to: id)
        case .addProjectAgain: try await registry.addMember(project("green"), to: id)
        case .removeProject: try await registry.removeMember(project("green"), from: id)
        case .removeStranger: try await registry.removeMember(project("blue"), from: id)
        case .members:
            let members = try await registry.members(of: id)
            return members.map { "\(name(of: $0.project)) \($0.status)" }.sorted().joined(separator: ", ")
        case .accept: try await registry.setMember(project(user.project), of: id, to: .accepted)
        case .rejectForGreen: try await registry.setMember(project("green"), of: id, to: .rejected)
        case .upload: try await registry.upload(file, to: id)
        case .deleteFromStore: try await registry.delete(id, from: store)
        case .delete: try await registry.delete(id.description)
        }
        if !update.isEmpty { try await registry.update(id, update) }
        return ""
    }

    /// Makes an image what it was before, and answers it: after a deletion it is another one.
    private func undo(_ action: MatrixAction, _ made: Image, _ image: MatrixImage) async throws -> Image {
        let registry = try registry(.administrator)
        let id = made.id
        var update = ImageUpdate()
        switch action {
        case .show, .save, .saveAgain, .setProperty, .members, .deleteFromStore: break
        case .setPrivate, .setShared, .setCommunity, .setPublic: update.visibility = image.visibility
        case .deactivate, .activate: try await registry.setActive(image.condition != .deactivated, id)
        case .protect, .unprotect: update.isProtected = image.condition == .protected
        case .hide, .unhide: update.isHidden = image.condition == .hidden
        case .setFormat: update.diskFormat = DiskFormatName(.raw)
        case .giveAway, .takeOver: update.owner = project("red")
        case .addProject: try await registry.removeMember(stranger, from: id)
        case .addProjectAgain where image.answer == nil: try await registry.removeMember(project("green"), from: id)
        case .removeStranger, .addProjectAgain: break
        case .removeProject:
            try await registry.addMember(project("green"), to: id)
            fallthrough
        case .accept, .rejectForGreen:
            if let answer = image.answer { try await registry.setMember(project("green"), of: id, to: answer) }
        case .upload:
            _ = try await registry.delete(id.description)
            return try await make(image)
        case .delete: return try await make(image)
        }
        if !update.isEmpty { try await registry.update(id, update) }
        return made
    }

    private func answer(_ body: () async throws -> String) async throws -> String {
        do {
            let more = try await body()
            return more.isEmpty ? "yes" : "yes: \(more)"
        } catch let error as RegistryError {
            switch error.code {
            case .invalid: return "400"
            case .forbidden, .protected: return "403"
            case .notFound: return "404"
            case .conflict: return "409"
            case .tooLarge: return "413"
            default: throw error
            }
        }
    }

    private func registry(_ user: MatrixUser) throws -> any ImageRegistry {
        guard let registry = registries[user] else { throw RegistryError(.invalid, "nobody is called \(user)") }
        return registry
    }

    private func project(_ name: String) -> String { projects[name] ?? name }

    private func name(of project: String) -> String { projects.first { $0.value == project }?.key ?? project }
}
