/// A list as it may be printed: items in columns, and the same as a document where programs are to have more than that.
struct Listing<Item> {
    let columns: [Column<Item>]
    let items: [Item]
    /// What JSON and YAML print unless columns are chosen; nil for the columns.
    var document: (any Encodable)?
}

extension Listing where Item == [Cell] {
    /// Rows that are there already.
    init(columns: [String], rows: [[Cell]], document: (any Encodable)? = nil) {
        self.columns = columns.enumerated().map { index, name in
            Column(name) { $0.indices.contains(index) ? $0[index] : .nothing }
        }
        items = rows
        self.document = document
    }

    /// Rows of texts.
    init(columns: [String], rows: [[String]], document: (any Encodable)? = nil) {
        self.init(columns: columns, rows: rows.map { $0.map { .text($0) } }, document: document)
    }
}
