import Publish

/// An image of the matrix: who may see it, what `green` made of it, and the condition that it is in.
struct MatrixImage: Sendable, Hashable, CustomStringConvertible {
    /// What else there is to say of it.
    enum Condition: String, Sendable, CaseIterable {
        case plain, hidden, protected, deactivated, queued
    }

    let visibility: Visibility
    /// What `green` answered; nil where the image is not shared with it.
    var answer: ImageMember.Status?
    let condition: Condition

    static let all = Condition.allCases.flatMap { condition in
        var answers: [ImageMember.Status?] = [.accepted]
        // What green answered has nothing to do with the condition of an image.
        if condition == .plain { answers += [nil, .pending, .rejected] }
        return answers.map { MatrixImage(visibility: .shared, answer: $0, condition: condition) }
            + [.private, .community, .public].map { MatrixImage(visibility: $0, condition: condition) }
    }

    var description: String {
        ([visibility.rawValue] + [answer?.rawValue].compactMap(\.self) + [condition.rawValue]).joined(separator: " ")
    }
}
