/// One object as it may be printed: its fields, and the same as a document where programs are to have more than that.
struct Record {
    /// A field.
    typealias Field = (name: String, cell: Cell)

    /// The fields in their order; those that hold nothing are printed only where they are asked for.
    let fields: [Field]
    /// What JSON and YAML print unless fields are chosen; nil for the fields.
    var document: (any Encodable)?

    init(_ fields: [(String, Cell)], document: (any Encodable)? = nil) {
        self.fields = fields.map { (name: $0, cell: $1) }
        self.document = document
    }
}
