import Yams

extension Diagnostic {
    /// Puts what the YAML parser says into one line, with the place in the file.
    init(_ error: YamlError, in lines: YAMLLines, file: String) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            if let tab = lines.tabIndentation(near: mark.line) {
                let message = "a tab indents this line; YAML takes only spaces"
                self.init(file: file, line: tab.line, column: tab.column, message: message)
                return
            }
            var message = problem
            if problem == "but found another document" { message = "a second document begins; a recipe is one" }
            if problem.hasPrefix("found undefined alias") { message = "this alias stands for no anchor before it" }
            self.init(file: file, line: mark.line, column: mark.column, message: "not YAML: \(message)")
        case .reader(let problem, _, _, _):
            self.init(file: file, message: "not YAML: \(problem)")
        case .memory:
            self.init(file: file, message: "is nested too deep")
        default:
            self.init(file: file, message: "not YAML: \(error)")
        }
    }
}
