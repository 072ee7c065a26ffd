import Yams

extension Diagnostic {
    /// Puts what the YAML parser says into one line, with the place in the file.
    init(_ error: YamlError, in lines: YAMLLines, file: String) {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            if let tab = lines.tabIndentation(near: mark.line) {
                let message = "a tab indents this line; YAML takes only spaces"
                self.init(file: file, line: tab.line, column: tab.column, message: message, code: Self.notYAML)
                return
            }
            var place = Place(mark)
            var hint: String?
            var message = "not YAML: \(problem)"
            if let context, problem.contains("end of stream"), context.text.contains("quoted scalar") {
                place = Place(context.mark)
                message = "not YAML: this quoted text is not closed"
            } else if problem.contains("nesting level") {
                message = "is nested too deep"
            } else if problem == "but found another document" {
                message = "a second document begins; a recipe is one"
            } else if problem == "found undefined alias" {
                message = "this alias stands for no anchor before it"
            } else if lines.hasReference(near: mark.line), problem.contains("did not find expected") {
                hint = "put '${{ ... }}' in double quotes"
            } else if let context, context.mark.line != mark.line {
                hint = "\(context.text) that begins in line \(context.mark.line)"
            }
            self.init(
                file: file,
                line: place.line,
                column: place.column,
                message: message,
                hint: hint,
                code: Self.notYAML
            )
        case .reader(let problem, _, _, _):
            self.init(file: file, message: "not YAML: \(problem)", code: Self.notYAML)
        case .memory:
            self.init(file: file, message: "is nested too deep", code: Self.notYAML)
        default:
            self.init(file: file, message: "not YAML: \(error)", code: Self.notYAML)
        }
    }
}
