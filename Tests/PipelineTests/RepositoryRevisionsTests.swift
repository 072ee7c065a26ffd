import Testing

@testable import Pipeline

@Suite("Revisions of repositories")
struct RepositoryRevisionsTests {
    @Test("The first mirror of a list leads to its repomd.xml")
    func lists() {
        let list = "# repo = epel-9 arch = x86_64\n\nrsync://a/x/\nhttps://b/epel/9/\nhttps://c/epel/9/\n"
        #expect(RepositoryRevisions.firstRepomd(in: list) == "https://b/epel/9/repodata/repomd.xml")
        let metalink = """
            <?xml version="1.0" encoding="utf-8"?>
            <metalink version="3.0" xmlns="http://www.metalinker.org/" type="dynamic">
              <files><file name="repomd.xml"><resources maxconnections="1">
                <url protocol="rsync" type="rsync" preference="100">rsync://a/os/repodata/repomd.xml</url>
                <url protocol="https" type="https" preference="99">https://b/os/repodata/repomd.xml</url>
              </resources></file></files>
            </metalink>
            """
        #expect(RepositoryRevisions.firstRepomd(in: metalink) == "https://b/os/repodata/repomd.xml")
        #expect(RepositoryRevisions.firstRepomd(in: "<html>moved</html>") == nil)
    }

    @Test("A variant's repository may be in a sister tree")
    func variants() {
        let tree = "https://m/9/BaseOS/x86_64/os"
        #expect(
            RepositoryRevisions.resolve("../../../AppStream/x86_64/os", in: tree) == "https://m/9/AppStream/x86_64/os"
        )
    }

    @Test("Debian's archives are those of the lines that a sources.list has")
    func releases() {
        let text =
            "deb http://m/debian/ bookworm main\ndeb http://s bookworm-security main\ndeb file:/x bookworm main\n"
        let releases = RepositoryRevisions.releases(text)
        #expect(releases.map(\.suite) == ["bookworm", "bookworm-security"])
        #expect(
            releases.map(\.url) == [
                "http://m/debian/dists/bookworm/InRelease", "http://s/dists/bookworm-security/InRelease",
            ]
        )
    }
}
