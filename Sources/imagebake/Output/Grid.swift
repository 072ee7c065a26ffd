/// What of a list is printed: rows of cells under names.
struct Grid {
    let names: [String]
    let rows: [[Cell]]
}
