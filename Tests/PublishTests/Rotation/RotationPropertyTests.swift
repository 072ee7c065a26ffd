import Foundation
import Testing

@testable import Publish

/// Whatever images there are: killed after any step, the name means a good image, and the next run ends where the first would have.
@Suite("Rotations that are killed")
struct RotationPropertyTests {
    /// Random numbers that a seed determines (SplitMix64, Steele and others, 2014).
    private struct Dice: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var value = state
            value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
            return value ^ (value >> 31)
        }
    }

    private static func images(_ dice: inout Dice) -> [Image] {
        (0..<Int.random(in: 0...7, using: &dice)).map { number in
            let name = ["web", "web", "web-20261118", "other", "web.incoming"].randomElement(using: &dice)
            let visibility = Visibility.allCases.randomElement(using: &dice) ?? .public
            let hour = Int.random(in: 0...200, using: &dice)
            var image = Shelf.image(hour, name: name, visibility: visibility)
            image.id = Shelf.id(number)
            image.properties[ImageProperty.image] = image.id.description
            image.isHidden = Int.random(in: 0..<4, using: &dice) == 0
            image.isProtected = Int.random(in: 0..<4, using: &dice) == 0
            image.status = [.active, .active, .active, .deactivated, .queued].randomElement(using: &dice) ?? .active
            if Int.random(in: 0..<6, using: &dice) == 0 { image.properties = [:] }
            if Int.random(in: 0..<6, using: &dice) == 0 {
                // A snapshot of a server.
                image.properties[ImageProperty.image] = Shelf.id(90).description
            }
            if Int.random(in: 0..<6, using: &dice) == 0 { image.properties[ImageProperty.withdrawn] = "2026" }
            if name == "web.incoming" { image.properties[ImageProperty.incoming] = "there" }
            return image
        }
    }

    @Test("from any images, by any rule", arguments: 0..<1500)
    func killed(_ seed: UInt64) {
        var dice = Dice(state: seed)
        let start = Shelf(images: Self.images(&dice) + [Shelf.arrival(9)])
        let rule = RotationRule(
            name: "web",
            keep: [nil, 1, 2, 3].randomElement(using: &dice) ?? 1,
            retire: RetireAction.allCases.randomElement(using: &dice) ?? .hide
        )
        func plan(_ shelf: Shelf, _ number: Int) -> RotationPlan {
            guard let candidate = shelf.images.first(where: { $0.id == Shelf.id(number) }) else {
                return RotationPlan()
            }
            return .publication(of: candidate, as: Shelf.draft, among: shelf.images, rule, at: Shelf.now)
        }
        let steps = plan(start, 9).steps
        var whole = start
        for step in steps { whole.perform(step) }
        #expect(whole.named.contains { $0.id == Shelf.id(9) })
        if rule.keep != nil { #expect(whole.images.count { $0.name == "web" } == 1, "\(whole.text)") }

        let hadOne = !start.named.isEmpty
        for count in 0...steps.count {
            var broken = start
            for step in steps.prefix(count) { broken.perform(step) }
            #expect(
                !hadOne && count < 1 || !broken.named.isEmpty || !hadOne && broken.images.contains { $0.isIncoming }
            )
            // What was not made by imagebake is there, whatever happens.
            let foreign = start.images.filter { $0.properties[ImageProperty.name] == nil || !$0.isItself }.map(\.id)
            #expect(foreign.allSatisfy { id in broken.images.contains { $0.id == id } })
            // The next run has the same bytes ...
            var again = broken
            for step in plan(broken, 9).steps { again.perform(step) }
            let isSame = again == whole
            #expect(isSame, "\(again.text) is not \(whole.text) after \(count) steps of \(steps)")
            // ... or others.
            var next = Shelf(images: broken.images + [Shelf.arrival(10)])
            for step in plan(next, 10).steps {
                next.perform(step)
                #expect(!next.named.isEmpty || !hadOne)
            }
            #expect(next.named.contains { $0.id == Shelf.id(10) })
            if rule.keep != nil {
                #expect(next.images.count { $0.name == "web" && !$0.isIncoming } == 1, "\(next.text)")
            }
        }
    }
}
