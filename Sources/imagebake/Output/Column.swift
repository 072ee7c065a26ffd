/// A column of a list.
struct Column<Item> {
    let name: String
    /// Whether it is there without being asked for with `--column`.
    var isUsual = true
    /// What it says of an item.
    let cell: (Item) -> Cell

    init(_ name: String, isUsual: Bool = true, _ cell: @escaping (Item) -> Cell) {
        (self.name, self.isUsual, self.cell) = (name, isUsual, cell)
    }
}
