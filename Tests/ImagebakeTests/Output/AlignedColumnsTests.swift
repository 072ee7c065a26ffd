import Testing

@testable import imagebake

@Suite("Aligned columns")
struct AlignedColumnsTests {
    @Test("Columns are as wide as their widest cell")
    func aligned() {
        let text = AlignedColumns.text([["ID", "NAME"], ["1", "a longer name"], ["long id", "b"]])
        #expect(text == "ID       NAME\n1        a longer name\nlong id  b")
    }

    @Test("Columns of the terminal are counted, not bytes, and rows may differ in length")
    func characters() {
        let text = AlignedColumns.text([["é你", "b"], ["e\u{301}", "d", "c"], ["abc"]])
        #expect(text == "é你  b\ne\u{301}    d  c\nabc")
        #expect(AlignedColumns.text([]) == "")
    }
}
