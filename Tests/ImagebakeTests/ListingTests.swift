import Testing

@testable import imagebake

@Suite("Listings")
struct ListingTests {
    @Test("Columns are as wide as their widest cell")
    func aligned() {
        let text = Listing<[String]>.aligned([["ID", "NAME"], ["1", "a longer name"], ["long id", "b"]])
        #expect(text == "ID       NAME\n1        a longer name\nlong id  b")
    }
}
