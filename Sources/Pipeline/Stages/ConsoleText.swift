import Foundation

/// What a guest or a tool printed, as text that is safe to show.
public enum ConsoleText {
    /// A line without escape sequences, control characters and invalid UTF-8.
    ///
    /// A terminal would act on them: a guest is a stranger, and so is its console.
    public static func line(_ bytes: [UInt8]) -> String {
        String(decoding: bytes, as: UTF8.self)
            .replacing(#/\u{1B}(\[[0-9;?]*[ -\/]*[@-~]|[@-Z\\-_])/#, with: "")
            .filter { character in
                character.unicodeScalars.allSatisfy {
                    $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) || $0 == "\t"
                }
            }
            .trimmingCharacters(in: .whitespaces)
    }
}
