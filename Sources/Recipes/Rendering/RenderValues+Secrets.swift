extension RenderValues {
    /// Puts the values of secrets where scripts refer to them, each as one word of the shell.
    ///
    /// No message repeats a value.
    func fillSecrets(in kickstart: String) throws(RenderError) -> String {
        try SecretToken.replace(in: kickstart) { name throws(RenderError) in
            guard let value = secrets[name] else {
                throw RenderError(.missingSecret, "the secret '\(name)' has no value")
            }
            guard !value.unicodeScalars.contains("\0") else {
                throw RenderError(.unfitValue, "the secret '\(name)' contains a NUL byte")
            }
            // The lines of a script belong to the kickstart before they belong to the shell, quoted or not.
            for line in value.unicodeScalars.split(whereSeparator: { $0 == "\n" || $0 == "\r" }) {
                guard KickstartSections.word(beginning: line) != nil else { continue }
                let message = "the secret '\(name)' has a line that would end a section of the kickstart"
                throw RenderError(.unfitValue, message)
            }
            return Quoting.shell(value)
        }
    }
}
