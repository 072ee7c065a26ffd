/// The named values that one template is filled with.
struct TemplateContext {
    let values: [String: TemplateValue]

    init(_ values: [String: TemplateValue]) {
        self.values = values
    }

    /// What each name stands for.
    var kinds: [String: TemplateValue.Kind] { values.mapValues(\.kind) }

    /// The values as the template engine takes them.
    var rendered: [String: Any] { values.mapValues(\.rendered) }

    /// The name of a text that is not one line.
    var unfitText: String? {
        values.sorted { $0.key < $1.key }.lazy.compactMap { $0.value.unfitText(named: $0.key) }.first
    }
}
