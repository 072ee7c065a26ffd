/// GRUB's environment block: a file of fixed size that GRUB itself writes to, block for block.
///
/// It begins with a line of its own, has `NAME=VALUE` lines and is filled up with `#` (grub-editenv(1),
/// `util/grub-editenv.c`); what is not of this form is no environment and stays as it is.
enum GrubEnvironment {
    private static let signature = Array("# GRUB Environment Block\n".utf8)
    /// What a running system or GRUB remembers of its boots.
    ///
    /// Options stay, `kernelopts` above all: on release 8 of the Red Hat
    /// family the kernel's arguments are in it.
    private static let state: Set<String> = [
        "saved_entry", "prev_saved_entry", "next_entry", "prev_entry", "boot_once", "boot_success",
        "boot_indeterminate",
        "boot_counter", "recordfail", "initrdfail", "initrdless_boot_fallback_triggered", "last_booted_entry",
    ]

    /// Forgets which entry was chosen and how the last boots went.
    static let withoutState = TextEdit { content in
        change(content) { name, line in state.contains(name) ? (nil, [name]) : nil }
    }

    /// Takes the arguments that name one machine out of the variables.
    static let withoutIdentity = TextEdit { content in
        change(content) { _, line in
            let equals = line.firstIndex(of: UInt8(ascii: "=")) ?? line.startIndex
            let value = KernelArguments.cleaned(line[(equals + 1)...])
            return value.keys.isEmpty ? nil : (line[...equals] + value.line, value.keys)
        }
    }

    private static func change(
        _ content: [UInt8],
        _ body: (String, ArraySlice<UInt8>) -> (line: ArraySlice<UInt8>?, keys: [String])?
    ) -> (content: [UInt8], dropped: [LineFilter.Dropped]) {
        guard content.count >= 512, content.count % 512 == 0, content.starts(with: signature) else {
            return (content, [])
        }
        var kept = signature
        var dropped: [LineFilter.Dropped] = []
        var number = 1
        var start = signature.count
        while start < content.count, let end = lineEnd(content, from: start) {
            number += 1
            let line = content[start..<end]
            start = end + 1
            let name = line.firstIndex(of: UInt8(ascii: "=")).map { String(decoding: line[..<$0], as: UTF8.self) }
            if let name, line.first != UInt8(ascii: "#"), let changed = body(name, line) {
                dropped += changed.keys.map { LineFilter.Dropped(key: $0, line: number) }
                if let line = changed.line { kept += line + [UInt8(ascii: "\n")] }
            } else {
                kept += line + [UInt8(ascii: "\n")]
            }
        }
        guard !dropped.isEmpty else { return (content, []) }
        // What is behind the last line is padding.
        return (kept + Array(repeating: UInt8(ascii: "#"), count: content.count - kept.count), dropped)
    }

    /// Where the line that begins here ends: a newline after a backslash belongs to the value.
    private static func lineEnd(_ content: [UInt8], from start: Int) -> Int? {
        var index = start
        while index < content.count {
            if content[index] == UInt8(ascii: "\\") {
                index += 2
            } else if content[index] == UInt8(ascii: "\n") {
                return index
            } else {
                index += 1
            }
        }
        return nil
    }
}
