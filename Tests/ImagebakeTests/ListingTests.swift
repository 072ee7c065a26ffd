import Testing

@testable import imagebake

@Suite("Listings")
struct ListingTests {
    @Test("Columns are as wide as their widest cell")
    func aligned() {
        let text = Listing<[String]>.aligned([["ID", "NAME"], ["1", "a longer name"], ["long id", "b"]])
        #expect(text == "ID       NAME\n1        a longer name\nlong id  b")
    }

    @Test("Characters are counted, not bytes, and rows may differ in length")
    func characters() {
        let text = Listing<[String]>.aligned([["é你", "b"], ["e\u{301}", "\r\n", "c"], ["abc"]])
        #expect(text == "é你   b\ne\u{301}    \r\n  c\nabc")
        #expect(Listing<[String]>.aligned([]) == "")
    }
}
