import Yams

/// A place in a file: line and column, counted from 1.
struct Place: Hashable {
    static let start = Place(line: 1, column: 1)

    let line: Int
    let column: Int

    init(line: Int, column: Int) {
        (self.line, self.column) = (line, column)
    }

    init(_ mark: Mark) {
        self.init(line: mark.line, column: mark.column)
    }
}

extension Node {
    /// Where the node begins; the start of the file for a node that was not read from one.
    var place: Place { mark.map(Place.init) ?? .start }
}
