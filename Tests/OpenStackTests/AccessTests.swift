import Foundation
import Publish
import Synchronization
import SystemPackage
import TestSupport
import Testing

/// Who may see, change, share, download and delete what.
@Suite(.enabled(if: OpenStackLab.canRun, Lab.missing), .serialized)
struct AccessTests {
    /// What a user can do with an image of another one; Glance's own rules, as docs.openstack.org/glance and its policies have them.
    struct Rights: Equatable, CustomStringConvertible {
        var isListed = false
        var isShown = false
        var isDownloaded = false
        var isChanged = false
        var isShared = false
        var isDeleted = false

        static let none = Rights()
        static let reading = Rights(isListed: true, isShown: true, isDownloaded: true)
        static let byID = Rights(isShown: true, isDownloaded: true)
        static let all = Rights(
            isListed: true,
            isShown: true,
            isDownloaded: true,
            isChanged: true,
            isShared: true,
            isDeleted: true
        )

        var description: String {
            [
                ("list", isListed), ("show", isShown), ("download", isDownloaded), ("change", isChanged),
                ("share", isShared), ("delete", isDeleted),
            ]
            .filter(\.1).map(\.0).joined(separator: " ")
        }
    }

    /// The users of the matrix.
    static let users = [
        "red-member", "red-reader", "red-admin", "green-member", "green-reader", "blue-member", "elsewhere-member",
        "admin",
    ]

    /// An image of red-member with a visibility, shared with green where that can be.
    static func expected(_ user: String, _ visibility: String, accepted: Bool, isNew: Bool) -> Rights {
        // Glance's role admin counts everywhere, whatever the project.
        if user == "admin" || user == "red-admin" {
            // Only an image with the visibility `shared` has members.
            var rights = Rights.all
            rights.isShared = visibility == "shared"
            // A list has the community's images of other projects on demand alone, even an administrator's.
            if user == "admin", visibility == "community" { rights.isListed = false }
            return rights
        }
        if user == "red-member" {
            var rights = Rights.all
            rights.isShared = visibility == "shared"
            return rights
        }
        if user == "red-reader" {
            // A reader sees and does not download; it was a member to Glance before secure roles were the default.
            if isNew { return Rights(isListed: true, isShown: true) }
            var rights = Rights.all
            rights.isShared = visibility == "shared"
            return rights
        }
        var rights: Rights =
            switch visibility {
            case "public": .reading
            case "community": .byID
            case "shared" where user.hasPrefix("green"): accepted ? .reading : .byID
            default: .none
            }
        if isNew, user.hasSuffix("reader") { rights.isDownloaded = false }
        return rights
    }

    @Test(arguments: Lab.regions)
    func `every user has the rights that Glance gives, and no others`(_ region: String) async throws {
        guard let lab = try await Lab(region) else { return }
        let file = try lab.file(1000)
        try await lab.with("admin") { admin in
            try await lab.with("red-member") { owner in
                for (visibility, accepted) in [
                    ("private", false), ("shared", false), ("shared", true), ("community", false), ("public", false),
                ] {
                    for user in Self.users {
                        var new = GlanceNewImage(name: lab.name(), diskFormat: "raw")
                        new.visibility = visibility == "public" ? "private" : visibility
                        let image = try await owner.upload(try await owner.create(new).id, from: file)
                        if visibility == "public" {
                            var patch = GlancePatch()
                            patch.replace("visibility", "public")
                            #expect(try await code { _ = try await owner.update(image.id, patch) } == .forbidden)
                            _ = try await admin.update(image.id, patch)
                        }
                        if visibility == "shared" {
                            #expect(
                                try await owner.addMember(lab.lab.project("green"), to: image.id).status == .pending
                            )
                            if accepted {
                                try await lab.with("green-member") { green in
                                    let project = try await green.session.token()?.projectID ?? ""
                                    let member = try await green.setMember(project, of: image.id, to: .accepted)
                                    #expect(member.status == .accepted)
                                }
                            }
                        }
                        let rights = try await lab.with(user) { try await Self.rights($0, image, lab) }
                        let wanted = Self.expected(user, visibility, accepted: accepted, isNew: lab.region.isNew)
                        #expect(rights == wanted, "\(user), \(visibility)\(accepted ? ", accepted" : "")")
                        if !rights.isDeleted { try await admin.delete(image.id) }
                    }
                }
            }
        }
    }

    private static func rights(_ client: GlanceClient, _ image: GlanceImage, _ lab: Lab) async throws -> Rights {
        func may(_ body: () async throws -> Void) async throws -> Bool {
            guard let code = try await code(body) else { return true }
            #expect([.forbidden, .notFound].contains(code), "\(code)")
            return false
        }
        var rights = Rights()
        var query = GlanceQuery()
        query.names = [image.name ?? ""]
        rights.isListed = try await !client.images(query).all().isEmpty
        rights.isShown = try await may { _ = try await client.show(image.id) }
        let count = Mutex(0)
        rights.isDownloaded = try await may {
            try await client.download(image) { part in count.withLock { $0 += part.count } }
        }
        #expect(count.withLock { $0 } == (rights.isDownloaded ? 1000 : 0))
        var patch = GlancePatch()
        patch.add("touched", "yes")
        rights.isChanged = try await may { _ = try await client.update(image.id, patch) }
        rights.isShared = try await may { _ = try await client.addMember(lab.lab.project("blue"), to: image.id) }
        rights.isDeleted = try await may { try await client.delete(image.id) }
        return rights
    }

    @Test(arguments: Lab.regions)
    func `an image is offered, taken, turned down and taken back`(_ region: String) async throws {
        guard let lab = try await Lab(region) else { return }
        let (green, blue) = (lab.lab.project("green"), lab.lab.project("blue"))
        try await lab.with("red-member") { owner in
            try await lab.with("green-member") { consumer in
                let image = try await lab.image(owner, size: 1000)
                func listed(_ status: String? = nil) async throws -> Bool {
                    var query = GlanceQuery()
                    query.visibility = "shared"
                    query.memberStatus = status
                    query.owner = lab.lab.project("red")
                    return try await consumer.images(query).all().contains { $0.id == image.id }
                }
                _ = try await owner.addMember(green, to: image.id)
                _ = try await owner.addMember(blue, to: image.id)
                #expect(try await code { _ = try await owner.addMember(green, to: image.id) } == .conflict)
                #expect(try await Set(owner.members(of: image.id).map(\.projectID)) == [green, blue])
                #expect(try await consumer.members(of: image.id).map(\.projectID) == [green])
                #expect(try await owner.member(blue, of: image.id).status == .pending)
                #expect(try await listed("pending"))
                #expect(try await !listed())
                let member = try await consumer.setMember(green, of: image.id, to: .accepted)
                #expect(member.status == .accepted)
                #expect(member.imageID == image.id)
                #expect(member.createdAt != nil)
                #expect(try await listed())
                _ = try await consumer.setMember(green, of: image.id, to: .rejected)
                #expect(try await !listed())
                #expect(try await listed("all"))
                #expect(try await listed("rejected"))
                // It is theirs alone to say.
                #expect(
                    try await code { _ = try await owner.setMember(green, of: image.id, to: .accepted) } == .forbidden
                )
                #expect(try await code { _ = try await consumer.setMember(blue, of: image.id, to: .accepted) } != nil)
                #expect(try await code { try await consumer.removeMember(green, from: image.id) } == .forbidden)
                try await owner.removeMember(green, from: image.id)
                #expect(try await code { _ = try await consumer.show(image.id) } == .notFound)
                #expect(try await code { try await owner.removeMember(green, from: image.id) } == .notFound)
                try await owner.delete(image.id)
            }
        }
    }

    @Test func `projects are found by id, by name and in a domain, as far as Keystone tells`() async throws {
        guard let lab = try await Lab() else { return }
        let (red, other) = (lab.lab.project("red"), lab.lab.project("elsewhere/red"))
        try await lab.with("admin") { client in
            let own = try await client.session.project(red)
            #expect(own.name == "red")
            #expect(try await client.session.project("green").id == lab.lab.project("green"))
            #expect(try await client.session.project("red", in: "Elsewhere").id == other)
            #expect(try await client.session.project("red", in: "default").id == red)
            #expect(try await code { _ = try await client.session.project("red") } == .ambiguous)
            #expect(try await code { _ = try await client.session.project("none") } == .notFound)
            #expect(try await code { _ = try await client.session.project("red", in: "nowhere") } == .notFound)
        }
        try await lab.with("red-member") { client in
            #expect(try await client.session.project(red).isConfirmed)
            #expect(try await client.session.project("red").id == red)
            let green = try await client.session.project(lab.lab.project("green"))
            #expect(green.id == lab.lab.project("green"))
            #expect(!green.isConfirmed)
            #expect(try await code { _ = try await client.session.project("green") } == .forbidden)
        }
    }

    @Test func `a token that is revoked is renewed under way`() async throws {
        guard let lab = try await Lab() else { return }
        try await lab.with("red-member") { client in
            let created = try await client.create(GlanceNewImage(name: lab.name(), diskFormat: "raw"))
            let file = try lab.file(3_000_000)
            func revoke() async throws -> Secret {
                let token = try #require(try await client.session.token()).value
                try await lab.revoke(token)
                return token
            }
            let first = try await revoke()
            #expect(try await client.show(created.id).id == created.id)
            let second = try await revoke()
            #expect(second != first)
            #expect(try await client.upload(created.id, from: file).size == 3_000_000)
            let third = try await revoke()
            #expect(third != second)
            let count = Mutex(0)
            try await client.download(try await client.show(created.id)) { part in count.withLock { $0 += part.count } }
            #expect(count.withLock { $0 } == 3_000_000)
            _ = try await revoke()
            #expect(try await client.session.project("red").name == "red")
            try await client.delete(created.id)
        }
    }

    @Test func `every way to log in works on real Keystone`() async throws {
        guard let lab = try await Lab() else { return }
        let base = try lab.cloud("red-member")
        let credential = try await lab.applicationCredential("red-member")
        guard case .password(let url, _, let password, _) = base.authentication else { return }
        let token = try await lab.with(base) { try #require(try await $0.session.token()).value }
        let user = CloudUser.name("red-member", .name("Default"))
        let ways: [String: CloudAuthentication] = [
            "id": .applicationCredential(url: url, id: credential.id, secret: credential.secret),
            "name": .namedApplicationCredential(url: url, name: credential.name, user, secret: credential.secret),
            "user id": .password(
                url: url,
                .id(lab.lab.userID("red-member")),
                password,
                .projectID(lab.lab.project("red"))
            ),
            "default project": .password(url: url, user, password, .unspecified),
            "without a version": .password(
                url: String(url.dropLast(3)),
                user,
                password,
                .projectName("red", .id("default"))
            ),
            "token": .token(url: url, token, .projectID(lab.lab.project("red"))),
            "admin_token": .adminToken(endpoint: lab.region.url, token),
            "admin_token v2": .adminToken(endpoint: lab.region.url + "/v2", token),
        ]
        for (name, way) in ways {
            var cloud = base
            cloud.authentication = way
            try await lab.with(cloud) { client in
                let id = try await client.create(GlanceNewImage(name: name, diskFormat: "raw")).id
                #expect(try await client.show(id).owner == lab.lab.project("red"), "\(name)")
                try await client.delete(id)
            }
        }
        var cloud = base
        cloud.authentication = .password(url: url, user, Secret("wrong"), .unspecified)
        #expect(try await code { try await lab.with(cloud) { _ = try await $0.images().all() } } == .unauthorized)
        // A token for the whole cloud, and one for a domain, have a catalogue too, and Glance decides.
        cloud.authentication = .password(
            url: url,
            .name("admin", .id("default")),
            Secret(lab.lab.password("admin")),
            .system
        )
        try await lab.with(cloud) { client in
            let token = try await client.session.token()
            #expect(token != nil && token?.projectID == nil)
            #expect(token?.roles.contains("admin") == true)
        }
    }
}
