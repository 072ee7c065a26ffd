extension Recipe.OwnKickstart {
    /// The file with values in place of its placeholders.
    ///
    /// - Throws: `missingSecret` for a secret without a value, `unfitValue` for one of several lines.
    func filled(with values: RenderValues) throws(RenderError) -> String {
        var filled: [String] = []
        for line in lines {
            var text = ""
            for part in line.parts {
                let value: String
                switch part {
                case .text(let literal):
                    text += literal
                    continue
                case .stamp: value = values.stamp
                case .location: value = values.location
                case .rootPasswordHash: value = values.rootPasswordHash
                case .secret(let name): value = try values.secret(name)
                }
                text += line.section == nil ? Quoting.kickstart(value) : Quoting.shell(value)
            }
            filled.append(text)
        }
        return filled.joined(separator: "\n")
    }
}
