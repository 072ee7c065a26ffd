import Pipeline
import SystemPackage
import Testing

@Suite("Where things are kept")
struct HomeTests {
    @Test("IMAGEBAKE_HOME moves all of it")
    func moved() throws {
        let home = try Home(environment: ["IMAGEBAKE_HOME": "/srv/ib", "HOME": "/home/u"], isRoot: false)
        #expect(
            [home.bakes, home.cache, home.registry, home.state] == [
                "/srv/ib/bakes", "/srv/ib/cache", "/srv/ib/registry", "/srv/ib/state",
            ]
        )
    }

    @Test("Root uses /var")
    func root() throws {
        let home = try Home(environment: ["HOME": "/root"], isRoot: true)
        #expect([home.bakes, home.cache] == ["/var/lib/imagebake/bakes", "/var/cache/imagebake"])
    }

    @Test("Others use the XDG directories; a relative one is ignored, as the specification says")
    func others() throws {
        let environment = ["HOME": "/home/u", "XDG_CACHE_HOME": "/big/cache", "XDG_STATE_HOME": "relative"]
        let home = try Home(environment: environment, isRoot: false)
        #expect(home.bakes == "/home/u/.local/state/imagebake/bakes")
        #expect(home.registry == "/home/u/.local/share/imagebake/registry")
        #expect(home.cache == "/big/cache/imagebake")
    }

    @Test(
        "A relative home and a missing HOME are errors of the configuration",
        arguments: [["IMAGEBAKE_HOME": "x"], [:]]
    )
    func wrong(environment: [String: String]) throws {
        let failure = try #require(throws: Failure.self) { try Home(environment: environment, isRoot: false) }
        #expect(failure.status == .badConfiguration)
    }
}
