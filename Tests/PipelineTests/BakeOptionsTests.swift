import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Pipeline

@Suite("What a bake takes from the cache and where it stops")
struct BakeOptionsTests {
    @Test("--refresh makes a stage and all that follow it anew", arguments: StageName.allCases)
    func refresh(first: StageName) {
        let options = BakeOptions(refresh: first)
        let anew = StageName.allCases.filter(options.makesAnew)
        #expect(anew == Array(StageName.allCases.drop { $0 != first }))
    }

    @Test("--no-cache makes all of it anew, and nothing else makes any")
    func ignoring() {
        #expect(StageName.allCases.allSatisfy(BakeOptions(ignoresCache: true).makesAnew))
        #expect(!StageName.allCases.contains(where: BakeOptions().makesAnew))
    }

    @Test("--until stops before all that follows", arguments: StageName.allCases)
    func until(last: StageName) {
        let options = BakeOptions(until: last)
        #expect(StageName.allCases.filter { !options.stops(before: $0) }.last == last)
        #expect(!StageName.allCases.contains { BakeOptions().stops(before: $0) })
    }

    @Test("--max-age counts back from the beginning of the bake")
    func maxAge() {
        let began = Date(timeIntervalSince1970: 1_000_000)
        let freshness = BakeOptions(refresh: .convert, maxAge: .seconds(3600)).freshness(.sysprep, began: began)
        #expect(freshness == Freshness(created: nil, oldest: Date(timeIntervalSince1970: 996_400)))
        #expect(BakeOptions(refresh: .convert).freshness(.publish, began: began) == Freshness(created: began))
    }

    @Test("A state directory from a newer version is refused with both versions; this one's is taken")
    func layout() throws {
        let scratch = try Scratch()
        let environment = ["IMAGEBAKE_HOME": scratch.path.string]
        let home = try Home(environment: environment, isRoot: false)
        try StateLayout.record(in: home.state)
        _ = try Home(environment: environment, isRoot: false)
        let newer = try JSONEncoder().encode(StateLayout(layout: StateLayout.current + 1, imagebake: "9.8.7"))
        for (bytes, words) in [(newer, ["9.8.7", Version.current]), (Data(), ["cannot be read"])] {
            try Files.write(bytes, to: home.state.appending(StateLayout.fileName))
            let failure = try #require(throws: Failure.self) { try Home(environment: environment, isRoot: false) }
            #expect(failure.status == .badConfiguration)
            for word in words { #expect(failure.message.contains(word), "\(failure)") }
        }
    }
}
