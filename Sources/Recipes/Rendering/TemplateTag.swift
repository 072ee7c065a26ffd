/// One `{{...}}` of a template.
struct TemplateTag {
    /// What a tag does.
    enum Kind {
        case variable
        case unescaped
        case section
        case inverted
        case end
        case partial
        case contentType
    }

    let kind: Kind

    /// The name in it, or for a content type the value.
    let name: String

    /// The line in which it begins, counted from 1.
    let line: Int
}
