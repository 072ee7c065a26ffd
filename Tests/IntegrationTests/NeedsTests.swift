import Testing

/// Which tests are skipped, and which fail, for want of something.
@Suite("Needs")
struct NeedsTests {
    private static let package = Needs.Lack(reason: "no package", isRight: false)
    private static let right = Needs.Lack(reason: "no right", isRight: true)

    @Test("what has all it needs runs", arguments: [true, false])
    func runs(inCI: Bool) {
        #expect(Needs.verdict(on: [], inCI: inCI) == .run)
    }

    @Test("a package that is missing is a failure in CI alone")
    func package() {
        #expect(Needs.verdict(on: [Self.package], inCI: false) == .skip("no package"))
        #expect(Needs.verdict(on: [Self.package], inCI: true) == .fail("no package"))
    }

    @Test("what an ordinary user may not do is skipped, in CI too", arguments: [true, false])
    func right(inCI: Bool) {
        #expect(Needs.verdict(on: [Self.right], inCI: inCI) == .skip("no right"))
        #expect(Needs.verdict(on: [Self.package, Self.right], inCI: inCI) == .skip("no right"))
    }
}
