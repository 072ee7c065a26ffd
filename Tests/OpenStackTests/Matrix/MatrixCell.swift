/// A question of the matrix: whether a user may do something with an image.
struct MatrixCell: Sendable, Hashable, CustomStringConvertible {
    let action: String
    let image: String
    let user: MatrixUser

    var description: String { "\(action) | \(image) | \(user)" }
}
