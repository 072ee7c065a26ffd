import Guestfs

/// Which sysprep operations run, in the words of a command line.
public struct OperationSelection: Equatable, Sendable {
    /// The names that run though they do not by default.
    let enabled: Set<String>
    /// The names that do not run though they do by default.
    let disabled: Set<String>

    /// Reads a selection.
    ///
    /// - Parameters:
    ///   - operations: virt-sysprep's list: names between commas, `defaults`, `all`, and any of them with a minus before it; nil is
    ///     `defaults`.
    ///   - enable: Names to add.
    ///   - disable: Names to take away.
    /// - Throws: ``Failure`` with ``ExitStatus/usage`` for a name that is not in the table.
    public init(operations: String? = nil, enable: [String] = [], disable: [String] = []) throws(Failure) {
        let all = Set(Sysprep.operations.map(\.name))
        let defaults = Set(Sysprep.operations.filter(\.enabledByDefault).map(\.name))
        var chosen = operations == nil ? defaults : []
        func names(_ word: String) throws(Failure) -> Set<String> {
            if word == "all" { return all }
            if word == "defaults" { return defaults }
            guard all.contains(word) else {
                throw Failure(
                    .usage,
                    "no operation is named '\(word)'",
                    ["next": "'imagebake sysprep --list-operations' shows them"]
                )
            }
            return [word]
        }
        for word in Self.words([operations ?? ""]) {
            if word.hasPrefix("-") {
                chosen.subtract(try names(String(word.dropFirst())))
            } else {
                chosen.formUnion(try names(word))
            }
        }
        for word in Self.words(enable) { chosen.formUnion(try names(word)) }
        for word in Self.words(disable) { chosen.subtract(try names(word)) }
        guard !chosen.isEmpty else { throw Failure(.usage, "no operation is left to run") }
        enabled = chosen.subtracting(defaults)
        disabled = defaults.subtracting(chosen)
    }

    private static func words(_ lists: [String]) -> [String] {
        lists.flatMap { $0.split(separator: ",") }.map { String($0.filter { $0 != " " }) }.filter { !$0.isEmpty }
    }
}
