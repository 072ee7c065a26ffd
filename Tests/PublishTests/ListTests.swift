import DiskImages
import Foundation
import GRDB
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import Publish

/// What a list asks SQLite for: the answers, and that their cost does not grow with what is not asked for.
@Suite("Lists of the local registry")
struct ListTests {
    private let fixture: Fixture
    private let index: RegistryIndex

    init() throws {
        fixture = try Fixture()
        index = RegistryIndex(
            layout: RegistryLayout(root: fixture.registry.root),
            patience: 5,
            cancellation: CancellationFlag()
        )
        try index.prepare()
    }

    private func image(_ number: Int, owner: String = "default") -> Image {
        let now = Date(timeIntervalSince1970: 1_700_000_000 + Double(number % 3))
        var image = Image(
            id: ImageID(),
            name: number % 5 == 0 ? nil : "image\(number % 4)",
            status: .active,
            visibility: Visibility.allCases[number % Visibility.allCases.count],
            tags: ["all", "tag\(number % 2)"],
            properties: ["number": String(number), "os_distro": "debian"],
            createdAt: now,
            updatedAt: now
        )
        image.owner = owner
        image.size = number % 4 == 0 ? nil : Int64(number % 6)
        image.checksum = "0123"
        image.documents = [ImageDocument(name: "bom.json", size: 1, sha256: "00")]
        return image
    }

    @discardableResult
    private func insert(_ count: Int) throws -> [Image] {
        let images = (0..<count).map { image($0) }
        try index.write { database in for image in images { try index.insert(image, database) } }
        return images
    }

    private func list(_ actor: LocalActor = .administrator, _ change: (inout ImageQuery) -> Void = { _ in }) throws
        -> [Image]
    {
        var query = ImageQuery()
        change(&query)
        return try index.read { try index.list(query, for: AccessRules(actor: actor), $0) } ?? []
    }

    static let sorts: [[ImageSort]] = [
        [], [ImageSort(.name)], [ImageSort(.name, isDescending: true)], [ImageSort(.size), ImageSort(.name)],
        [ImageSort(.size, isDescending: true), ImageSort(.createdAt), ImageSort(.name, isDescending: true)],
        [ImageSort(.id)], [ImageSort(.status, isDescending: true), ImageSort(.containerFormat)],
    ]

    @Test("pages are the list, in pieces", arguments: sorts)
    func pages(sort: [ImageSort]) throws {
        try insert(40)
        let all = try list { $0.sort = sort }
        #expect(all.count == 40 && Set(all).count == 40)
        var paged: [Image] = []
        while true {
            let page = try list {
                $0.sort = sort
                $0.limit = 7
                $0.marker = paged.last?.id
            }
            paged += page
            if page.isEmpty { break }
        }
        #expect(paged == all)
        #expect(try list { $0.limit = 0 } == [])
    }

    @Test("a marker is an image of this list")
    func marker() throws {
        let images = try insert(8)
        #expect(throws: RegistryError.self) {
            try list {
                $0.name = "image1"
                $0.marker = images[2].id
            }
        }
    }

    @Test("what is not asked for is not read")
    func fields() throws {
        let image = try insert(2)[1]
        let short = try #require(try list { $0.fields = [] }.first)
        #expect(short.id == image.id && short.name == image.name && short.createdAt == image.createdAt)
        #expect(short.tags == [] && short.properties == [:] && short.documents == [] && short.checksum == nil)
        #expect(try list { $0.fields = [.tags] }.first?.tags == ["all", "tag1"])
        #expect(try list().first == image)
    }

    @Test("the SQL and the rules say the same", arguments: [LocalActor.Role.admin, .member, .reader])
    func rules(role: LocalActor.Role) throws {
        let now = Timestamp.now()
        let answers: [ImageMember.Status?] = [nil, .pending, .accepted, .rejected]
        var cells: [(Image, ImageMember.Status?)] = []
        for owner in ["mine", "theirs"] {
            for visibility in Visibility.allCases {
                for answer in answers {
                    var image = image(cells.count, owner: owner)
                    image.visibility = visibility
                    cells.append((image, answer))
                    try index.write { database in
                        try index.insert(image, database)
                        // Somebody else's answer must not count for the project.
                        for (project, status) in [("mine", answer), ("other", .accepted)] {
                            guard let status else { continue }
                            try index.save(
                                ImageMember(
                                    image: image.id,
                                    project: project,
                                    status: status,
                                    createdAt: now,
                                    updatedAt: now
                                ),
                                database
                            )
                        }
                    }
                }
            }
        }
        let rules = AccessRules(actor: LocalActor(project: "mine", role: role))
        let choices: [ImageQuery.Visible?] = [nil, .all] + Visibility.allCases.map { .only($0) }
        for visibility in choices {
            for answer in answers {
                var query = ImageQuery()
                query.visibility = visibility
                query.memberStatus = answer
                let expected = cells.filter { image, answer in
                    if case .only(let visibility) = visibility, image.visibility != visibility { return false }
                    return rules.lists(image, memberStatus: answer, query: query)
                }
                let listed = try index.read { try index.list(query, for: rules, $0) } ?? []
                #expect(Set(listed.map(\.id)) == Set(expected.map(\.0.id)), "\(query)")
            }
        }
    }

    @Test("tags, properties and states are filters that all hold")
    func filters() throws {
        try insert(24)
        let found = try list {
            $0.tags = ["all", "tag1"]
            $0.properties = ["os_distro": "debian", "number": "3"]
            $0.status = .active
        }
        #expect(found.map { $0.properties["number"] } == ["3"])
        #expect(try list { $0.tags = ["tag1", "tag0"] } == [])
        #expect(try list { $0.properties = ["number": "debian"] } == [])
        #expect(try list { $0.status = .queued } == [])
    }

    /// A query, the index that answers it, and whether its rows come in their order without being sorted.
    static let plans: [(@Sendable (inout ImageQuery) -> Void, index: String, isSorted: Bool)] = [
        ({ _ in }, "image_seq", true),
        ({ $0.name = "web" }, "image_name", true),
        ({ $0.owner = "p1" }, "image_owner", true),
        ({ $0.sort = [ImageSort(.name)] }, "image_name", true),
        ({ $0.sort = [ImageSort(.size)] }, "image_size", true),
        ({ $0.sort = [ImageSort(.createdAt)] }, "image_created_at", true),
        ({ $0.sort = [ImageSort(.updatedAt)] }, "image_updated_at", true),
        ({ $0.tags = ["golden"] }, "image_tag_tag", false),
        ({ $0.properties = ["os_distro": "debian"] }, "image_property_value", false),
        ({ $0.sort = [ImageSort(.name, isDescending: true)] }, "image_name", false),
    ]

    @Test("an index answers", arguments: plans.indices)
    func plan(number: Int) throws {
        try insert(20)
        let plan = Self.plans[number]
        var query = ImageQuery()
        query.limit = 10
        plan.0(&query)
        let sql = ImageSelection(query, for: .administrator).rows([])
        let steps =
            try index.read { database in
                try SQLRequest<Row>(literal: "EXPLAIN QUERY PLAN \(literal: sql)").fetchAll(database).map {
                    $0["detail"] as String
                }
            } ?? []
        #expect(steps.contains { $0.contains("INDEX \(plan.index) ") }, "\(steps)")
        #expect(!steps.contains { $0 == "SCAN image" }, "\(steps)")
        if plan.isSorted { #expect(!steps.contains { $0.contains("TEMP B-TREE") }, "\(steps)") }
    }

    @Test("the members of a project are looked up, not read")
    func memberPlan() throws {
        let sql = ImageSelection(ImageQuery(), for: LocalActor(project: "p1", role: .member)).rows([])
        let steps =
            try index.read { database in
                try SQLRequest<Row>(literal: "EXPLAIN QUERY PLAN \(literal: sql)").fetchAll(database).map {
                    $0["detail"] as String
                }
            } ?? []
        #expect(steps.contains { $0.contains("INDEX image_member_project ") }, "\(steps)")
    }

    @Test("the number of statements does not grow with the images")
    func statements() throws {
        func count(_ change: (inout ImageQuery) -> Void) throws -> Int {
            let statements = Mutex(0)
            var query = ImageQuery()
            change(&query)
            _ = try index.read { database in
                database.trace(options: .statement) { _ in statements.withLock { $0 += 1 } }
                defer { database.trace(options: []) }
                return try index.list(query, for: AccessRules(actor: .administrator), database)
            }
            return statements.withLock(\.self)
        }
        try insert(3)
        let few = try count { _ in }
        let short = try count { $0.fields = [] }
        try insert(300)
        #expect(try count { _ in } == few)
        #expect(try count { $0.fields = [] } == short)
        #expect(few == 5 && short == 1)
    }

    @Test("an index of the version before is brought up to date, and loses nothing")
    func migration() async throws {
        let images = try insert(6)
        let path = fixture.registry.root.appending("index.sqlite").string
        let queue = try DatabaseQueue(path: path)
        // As the version before made it.
        try await queue.write { database in
            for index in [
                "image_seq", "image_name", "image_size", "image_created_at", "image_updated_at", "image_owner",
                "image_tag_tag", "image_property_value", "image_member_project",
            ] {
                try database.execute(sql: "DROP INDEX \(index)")
            }
            try database.execute(
                sql: """
                    DROP TABLE quota;
                    DROP TABLE image_store;
                    DROP TABLE store;
                    CREATE INDEX image_name ON image (name);
                    CREATE INDEX image_owner ON image (owner);
                    DELETE FROM grdb_migrations WHERE identifier >= '4';
                    """
            )
        }
        try queue.close()
        #expect(try await fixture.registry.list() == images.reversed())
        let names = try index.read {
            try String.fetchAll($0, sql: "SELECT name FROM sqlite_master WHERE type = 'index'")
        }
        #expect(names?.contains("image_seq") == true)
    }

    @Test("a process that is killed between a blob's name and its row is noticed by the quick sweep")
    func hastySweep() async throws {
        let registry = fixture.registry
        let kept = try await registry.publish(try fixture.request("web"))
        let file = try fixture.image("other.raw", seed: 2).string
        let root = registry.root.string
        await #expect(processExitsWith: .signal(SIGKILL)) { [root = root as String, file = file as String] in
            let registry = LocalRegistry(root: FilePath(root))
            let flag = CancellationFlag()
            let index = RegistryIndex(layout: RegistryLayout(root: FilePath(root)), patience: 5, cancellation: flag)
            let (partial, digests) = try registry.ingest(
                FilePath(file),
                .copy,
                index.layout,
                cancellation: flag,
                progress: nil
            )
            _ = try registry.commit([(index.ownStore.blob(digests.sha256), partial)], index) { _ in
                kill(getpid(), SIGKILL)
            }
        }
        #expect(fixture.files.count == 3, "the kept blob, the orphan and the mark")
        let report = try await registry.sweepLeftovers(isHasty: true)
        #expect(report == SweepReport(blobs: 1, bytes: 1 << 20))
        #expect(fixture.files.count == 1)
        #expect(try await registry.list() == [kept])
        // Nothing tells of this one; the thorough sweep finds it.
        let blobs = registry.root.appending("blobs").appending("sha256")
        try Data("x".utf8).write(
            to: URL(filePath: blobs.appending(String((kept.sha256 ?? "").prefix(2))).appending("orphan").string)
        )
        #expect(try await registry.sweepLeftovers(isHasty: true) == SweepReport())
        #expect(try await registry.sweepLeftovers().blobs == 1)
    }
}
