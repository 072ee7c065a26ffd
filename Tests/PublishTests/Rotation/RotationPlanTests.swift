import Foundation
import Testing

@testable import Publish

@Suite("What a rotation does, in which order")
struct RotationPlanTests {
    /// Images, a rule, and what is to be done.
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let images: [Image]
        var rule: RotationRule
        let steps: [String]
        let end: String
        var spared: [String] = []
    }

    private static func rule(_ keep: Int?, _ retire: RetireAction = .hide) -> RotationRule {
        RotationRule(name: "web", keep: keep, retire: retire)
    }

    static let cases: [Case] = [
        Case(
            testDescription: "the first of its name",
            images: [],
            rule: rule(3),
            steps: ["publish 9"],
            end: "9:web"
        ),
        Case(
            testDescription: "the second of its name: the first gives it up after",
            images: [Shelf.image(1, name: "web")],
            rule: rule(3),
            steps: ["publish 9", "rename 1 web-20261118"],
            end: "1:web-20261118, 9:web"
        ),
        Case(
            testDescription: "one too many is hidden",
            images: [Shelf.image(1, name: "web-20261118"), Shelf.image(2, name: "web")],
            rule: rule(2),
            steps: ["publish 9", "rename 2 web-20261118-130640", "hide 1"],
            end: "1:web-20261118 hidden, 2:web-20261118-130640, 9:web"
        ),
        Case(
            testDescription: "one too many is deactivated",
            images: [Shelf.image(1, name: "a"), Shelf.image(2, name: "web")],
            rule: rule(2, .deactivate),
            steps: ["publish 9", "rename 2 web-20261118", "deactivate 1"],
            end: "1:a deactivated, 2:web-20261118, 9:web"
        ),
        Case(
            testDescription: "one too many is deleted, though it was hidden before",
            images: [Shelf.image(1, name: "a") { $0.isHidden = true }, Shelf.image(2, name: "web")],
            rule: rule(2, .delete),
            steps: ["publish 9", "rename 2 web-20261118", "delete 1"],
            end: "2:web-20261118, 9:web"
        ),
        Case(
            testDescription: "a protected one is not deleted",
            images: [Shelf.image(1, name: "a") { $0.isProtected = true }, Shelf.image(2, name: "web")],
            rule: rule(1, .delete),
            steps: ["publish 9", "rename 2 web-20261118", "delete 2"],
            end: "1:a, 9:web",
            spared: ["a"]
        ),
        Case(
            testDescription: "one too many becomes one of the community, and what is private is not shown to it",
            images: [
                Shelf.image(1, name: "a", visibility: .private), Shelf.image(2, name: "b"),
                Shelf.image(3, name: "web"),
            ],
            rule: rule(2, .community),
            steps: ["publish 9", "rename 3 web-20261118", "community 2", "hide 1"],
            end: "1:a hidden private, 2:b community, 3:web-20261118, 9:web"
        ),
        Case(
            testDescription: "retired ones do not count, and are not retired again",
            images: [
                Shelf.image(1, name: "a"), Shelf.image(2, name: "b") { $0.isHidden = true },
                Shelf.image(3, name: "c") { $0.status = .deactivated }, Shelf.image(4, name: "web"),
            ],
            rule: rule(3),
            steps: ["publish 9", "rename 4 web-20261118"],
            end: "1:a, 2:b hidden, 3:c deactivated, 4:web-20261118, 9:web"
        ),
        Case(
            testDescription: "without 'keep' nothing moves",
            images: [Shelf.image(1, name: "web")],
            rule: rule(nil),
            steps: ["publish 9"],
            end: "1:web, 9:web"
        ),
        Case(
            testDescription: "somebody's own image gives the name up and is not retired",
            images: [Shelf.image(1, name: "web") { $0.properties = [:] }],
            rule: rule(1, .delete),
            steps: ["publish 9", "rename 1 web-20261118"],
            end: "1:web-20261118, 9:web"
        ),
        Case(
            testDescription: "what Nova and Cinder copied the properties to is somebody's own",
            images: [
                Shelf.image(1, name: "a") { $0.properties[ImageProperty.image] = Shelf.id(70).description },
                Shelf.image(2, name: "b") {
                    $0.properties[ImageProperty.image] = nil
                    $0.properties["base_image_ref"] = Shelf.id(70).description
                },
                Shelf.image(3, name: "c") {
                    $0.properties[ImageProperty.image] = nil
                    $0.properties["image_type"] = "snapshot"
                },
                Shelf.image(4, name: "web"),
            ],
            rule: rule(1, .delete),
            steps: ["publish 9", "rename 4 web-20261118", "delete 4"],
            end: "1:a, 2:b, 3:c, 9:web"
        ),
        Case(
            testDescription: "one of an older imagebake is known again",
            images: [Shelf.image(1, name: "web") { $0.properties = [ImageProperty.bakeID: "x"] }],
            rule: rule(1, .delete),
            steps: ["publish 9", "rename 1 web-20261118", "delete 1"],
            end: "9:web"
        ),
        Case(
            testDescription: "what another run is about to publish is left alone",
            images: [Shelf.image(1, name: "web"), Shelf.arrival(8)],
            rule: rule(1, .delete),
            steps: ["publish 9", "rename 1 web-20261118", "delete 1"],
            end: "8:web.incoming private, 9:web"
        ),
        Case(
            testDescription: "two have the name, as a killed run leaves them",
            images: [Shelf.image(1, name: "web"), Shelf.image(2, name: "web")],
            rule: rule(3),
            steps: ["publish 9", "rename 2 web-20261118", "rename 1 web-20261118-120640"],
            end: "1:web-20261118-120640, 2:web-20261118, 9:web"
        ),
        Case(
            testDescription: "an image whose clock is ahead is the older one all the same",
            images: [Shelf.image(500, name: "web")],
            rule: rule(1),
            steps: ["publish 9", "rename 500 web-20261209", "hide 500"],
            end: "9:web, 500:web-20261209 hidden"
        ),
        Case(
            testDescription: "another format under the name is none of its business",
            images: [Shelf.image(1, name: "web", format: "raw"), Shelf.image(2, name: "web")],
            rule: RotationRule(name: "web", keep: 1, retire: .delete, format: .init(rawValue: "qcow2")),
            steps: ["publish 9", "rename 2 web-20261118", "delete 2"],
            end: "1:web, 9:web"
        ),
        Case(
            testDescription: "what a rollback took out of use stays while what is older is in use",
            images: [
                Shelf.image(1, name: "a"), Shelf.image(2, name: "web"),
                Shelf.image(3, name: "bad") {
                    $0.isHidden = true
                    $0.properties[ImageProperty.withdrawn] = "2026"
                },
            ],
            rule: rule(2, .delete),
            steps: ["publish 9", "rename 2 web-20261118", "delete 1"],
            end: "2:web-20261118, 3:bad hidden withdrawn, 9:web"
        ),
    ]

    @Test("publishing", arguments: cases)
    func publishing(_ row: Case) {
        let arrival = Shelf.arrival(9)
        var shelf = Shelf(images: row.images + [arrival])
        let plan = RotationPlan.publication(of: arrival, as: Shelf.draft, among: shelf.images, row.rule, at: Shelf.now)
        #expect(plan.steps.map(Self.words) == row.steps)
        #expect(plan.spared.map(\.name) == row.spared)
        for step in plan.steps { shelf.perform(step) }
        #expect(shelf.text == row.end)
        // What is in order stays so.
        #expect(RotationPlan.rotation(of: shelf.images, row.rule).steps == [])
    }

    private static func words(_ step: RotationStep) -> String {
        let number = Int(step.image.description.suffix(12), radix: 16) ?? -1
        guard case .update(let update) = step.change, let name = update.name, step.kind != .publish else {
            return "\(step.kind.rawValue) \(number)"
        }
        return "\(step.kind.rawValue) \(number) \(name)"
    }

    @Test("an image that is as it is to be is not touched")
    func unchanged() {
        let image = Shelf.image(1, name: "web")
        let plan = RotationPlan.publication(
            of: image,
            as: Shelf.draft,
            among: [image],
            Self.rule(3),
            at: Shelf.now
        )
        #expect(plan.steps == [])
    }

    @Test("of an image that is there what differs is changed, and what is somebody's own stays")
    func difference() throws {
        let image = Shelf.image(1, name: "web", visibility: .private) { image in
            image.isProtected = true
            image.tags = ["own"]
            image.properties["own"] = "1"
            image.properties["hw_disk_bus"] = "ide"
        }
        var draft = Shelf.draft
        draft.tags = ["a"]
        draft.minDisk = 7
        draft.properties["hw_disk_bus"] = "virtio"
        let update = RotationPlan.admission(of: image, as: draft, among: [image], Self.rule(1), at: Shelf.now)
        var wanted = ImageUpdate()
        wanted.visibility = .public
        wanted.addedTags = ["a"]
        wanted.minDisk = 7
        wanted.properties = ["hw_disk_bus": "virtio"]
        #expect(update == wanted)
    }

    @Test("a deactivated image is active before it has the name")
    func activation() {
        let image = Shelf.image(1, name: "web-20261118") { $0.status = .deactivated }
        let plan = RotationPlan.publication(
            of: image,
            as: Shelf.draft,
            among: [image, Shelf.image(2, name: "web")],
            Self.rule(2),
            at: Shelf.now
        )
        #expect(plan.steps.map(\.kind) == [.activate, .publish, .rename])
    }

    // MARK: - Rollback

    private func rollback(_ images: [Image], _ retire: RetireAction = .hide) throws -> (steps: [String], end: String) {
        var shelf = Shelf(images: images)
        let plan = try RotationPlan.rollback(of: images, Self.rule(nil, retire), at: Shelf.now)
        for step in plan.steps { shelf.perform(step) }
        return (plan.steps.map(Self.words), shelf.text)
    }

    @Test("the image before takes the name before the bad one gives it up")
    func rollback() throws {
        let images = [Shelf.image(1, name: "a"), Shelf.image(2, name: "b"), Shelf.image(3, name: "web")]
        let done = try rollback(images)
        #expect(done.steps == ["publish 2", "withdraw 3 web-20261118"])
        #expect(done.end == "1:a, 2:web, 3:web-20261118 hidden withdrawn")
    }

    @Test("an image that was retired comes back", arguments: RetireAction.allCases)
    func retired(_ retire: RetireAction) throws {
        let old = Shelf.image(1, name: "a", visibility: .community) { image in
            image.isHidden = true
            image.status = .deactivated
        }
        let done = try rollback([old, Shelf.image(2, name: "web")], retire)
        #expect(done.steps.prefix(3) == ["activate 1", "publish 1", "withdraw 2 web-20261118"])
        let end = [
            RetireAction.hide: ", 2:web-20261118 hidden withdrawn",
            .deactivate: ", 2:web-20261118 hidden deactivated withdrawn",
            .community: ", 2:web-20261118 community withdrawn",
            .delete: "",
        ][retire]
        #expect(done.end == "1:web" + (end ?? "?"))
    }

    @Test("a second rollback goes one further back, and never to a bad image")
    func twice() throws {
        var shelf = Shelf(
            images: [Shelf.image(1, name: "a"), Shelf.image(2, name: "b"), Shelf.image(3, name: "web")]
        )
        for end in ["1:a, 2:web, 3:web-20261118 hidden withdrawn", "1:web, 2:web-20261118-130640 hidden withdrawn"] {
            let plan = try RotationPlan.rollback(of: shelf.images, Self.rule(nil), at: Shelf.now)
            for step in plan.steps { shelf.perform(step) }
            #expect(shelf.text.hasPrefix(end), "\(shelf.text)")
        }
        let before = shelf
        let error = #expect(throws: RegistryError.self) {
            try RotationPlan.rollback(of: before.images, Self.rule(nil), at: Shelf.now)
        }
        #expect(error?.code == .notFound)
        #expect(error?.message.contains("no earlier image of 'web'") == true)
    }

    @Test("killed after any step a rollback comes to the same end", arguments: RetireAction.allCases, 0...4)
    func killedRollback(_ retire: RetireAction, _ count: Int) throws {
        let images = [
            Shelf.image(1, name: "a"), Shelf.image(2, name: "b") { $0.status = .deactivated },
            Shelf.image(3, name: "web"),
        ]
        let rule = Self.rule(nil, retire)
        let plan = try RotationPlan.rollback(of: images, rule, at: Shelf.now)
        var whole = Shelf(images: images)
        for step in plan.steps {
            whole.perform(step)
            #expect(!whole.named.isEmpty)
        }
        var broken = Shelf(images: images)
        for step in plan.steps.prefix(count) { broken.perform(step) }
        // The name is moved with the last step but the one that retires.
        guard !broken.images.contains(where: { $0.isWithdrawn }), count < plan.steps.count else { return }
        for step in try RotationPlan.rollback(of: broken.images, rule, at: Shelf.now).steps { broken.perform(step) }
        #expect(broken == whole)
    }

    @Test("a rollback neither takes the name from a copy nor gives it to one", arguments: RetireAction.allCases)
    func copies(_ retire: RetireAction) throws {
        func copy(_ number: Int, name: String) -> Image {
            Shelf.image(number, name: name, visibility: .private) {
                $0.properties[ImageProperty.image] = Shelf.id(70).description
            }
        }
        let images = [
            Shelf.image(1, name: "a"), copy(2, name: "backup"), copy(3, name: "web"), Shelf.image(4, name: "web"),
            copy(5, name: "web"),
        ]
        let done = try rollback(images, retire)
        #expect(done.steps.contains("publish 1") && done.steps.contains { $0.hasPrefix("withdraw 4 ") })
        #expect(done.end.hasPrefix("1:web, 2:backup private, 3:web-20261118-140640 private, "))
        #expect(done.end.hasSuffix("5:web-20261118 private"))
        #expect(throws: RegistryError.self) { try rollback([copy(2, name: "web"), Shelf.image(4, name: "web")]) }
    }

    @Test("a rollback takes the name from nobody who has it: the wider of two visibilities stays")
    func reach() throws {
        let wide = [Shelf.image(1, name: "a"), Shelf.image(2, name: "web", visibility: .shared)]
        #expect(try rollback(wide).end == "1:web, 2:web-20261118 hidden shared withdrawn")
        let narrow = [Shelf.image(1, name: "a", visibility: .shared), Shelf.image(2, name: "web")]
        #expect(try rollback(narrow).end == "1:web, 2:web-20261118 hidden withdrawn")
    }

    @Test("publishing once more takes back no promotion of the image that has the name")
    func promoted() {
        var draft = Shelf.draft
        draft.visibility = .shared
        for (name, visibility) in [("web", nil), ("web-20261118", Visibility.shared)] {
            let image = Shelf.image(1, name: name)
            let update = RotationPlan.admission(of: image, as: draft, among: [image], Self.rule(1), at: Shelf.now)
            #expect(update.visibility == visibility)
        }
    }

    @Test("the image that gets the name back carries what was refused, and so does what follows it")
    func refused() throws {
        var shelf = Shelf(images: [Shelf.image(1, name: "a"), Shelf.image(2, name: "b"), Shelf.image(3, name: "web")])
        for _ in 0..<2 {
            let plan = try RotationPlan.rollback(of: shelf.images, Self.rule(nil, .delete), at: Shelf.now)
            for step in plan.steps { shelf.perform(step) }
        }
        #expect(shelf.text == "1:web")
        let arrival = Shelf.arrival(9)
        shelf.images.append(arrival)
        let plan = RotationPlan.publication(
            of: arrival,
            as: Shelf.draft,
            among: shelf.images,
            Self.rule(1, .delete),
            at: Shelf.now
        )
        for step in plan.steps { shelf.perform(step) }
        #expect(shelf.text == "9:web")
        #expect(shelf.images.first?.properties[ImageProperty.refused] == "4:sha512:digest-3,3:sha512:digest-2")
    }

    @Test("what is published again is refused no longer")
    func permitted() {
        let mark = "2:sha512:digest-1"
        let holder = Shelf.image(2, name: "web") { $0.properties[ImageProperty.refused] = mark }
        for isMarked in [false, true] {
            let image = Shelf.image(1, name: "a") { $0.properties[ImageProperty.refused] = isMarked ? mark : nil }
            let update = RotationPlan.admission(
                of: image,
                as: Shelf.draft,
                among: [image, holder],
                Self.rule(1),
                at: Shelf.now
            )
            #expect(update.properties[ImageProperty.refused] == nil)
            #expect(update.removedProperties == (isMarked ? [ImageProperty.refused] : []))
        }
    }

    @Test("there is nothing to go back to")
    func nothing() {
        for images in [[], [Shelf.image(1, name: "a")], [Shelf.image(1, name: "web")]] {
            let error = #expect(throws: RegistryError.self) {
                try RotationPlan.rollback(of: images, Self.rule(nil), at: Shelf.now)
            }
            #expect(error?.code == .notFound)
        }
    }
}
