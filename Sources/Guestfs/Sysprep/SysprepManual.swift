/// The operations in documents, written from the table.
public enum SysprepManual {
    /// The section of docs/sysprep.md that lists the operations, in Markdown.
    public static func markdown() -> String {
        let operations = Sysprep.listing.sorted { $0.name < $1.name }
        var lines = [
            "\(operations.count) operations, \(operations.count(where: \.enabledByDefault)) of them by default. They run in the order of the numbers, those",
            "of the same number by name. `~` is root's home and every directory in `/home`; `*` does not match a slash, `**` does.",
            "", "| operation | default | families | what it does | virt-sysprep |", "|---|---|---|---|---|",
        ]
        for operation in operations {
            let peer = operation.virtSysprepDefault.map { $0 ? "yes" : "on request" } ?? "no"
            lines.append(
                "| [`\(operation.name)`](#\(operation.name)) | \(operation.enabledByDefault ? "yes" : "no") "
                    + "| \(operation.familyNames) | \(operation.heading) | \(peer) |"
            )
        }
        for operation in operations {
            let sentence = operation.heading.prefix(1).uppercased() + operation.heading.dropFirst()
            lines += ["", "### \(operation.name)", "", "\(sentence). Order \(operation.order)."]
            if !operation.touches.isEmpty {
                lines += ["", "Touches: " + operation.touches.map(code).joined(separator: ", ") + "."]
            }
            if let difference = operation.difference { lines += ["", "**Difference.** \(capitalised(difference))."] }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The manual page imagebake-sysprep(1), in roff's man macros.
    public static func manPage() -> String {
        var lines = [
            ".\\\" Written by `make golden` from the table of operations; a test holds it to the code.",
            ".TH IMAGEBAKE\\-SYSPREP 1 \"\" imagebake \"User Commands\"",
            ".SH NAME",
            "imagebake\\-sysprep \\- take everything machine\\-specific out of a disk image",
            ".SH SYNOPSIS",
            ".B imagebake sysprep",
            "[\\fIOPTIONS\\fR] \\fIIMAGE\\fR",
            ".br",
            ".B imagebake sysprep \\-\\-list\\-operations",
            "[\\fB\\-\\-format\\fR table|json]",
            ".SH DESCRIPTION",
            "Takes out of an installed system what must not be the same in two clones, or must not leave the machine that it was",
            "installed on: keys, identities, leases, logs, histories, caches.",
            "The image is opened in libguestfs' appliance, nothing in it runs on the host.",
            "A failure leaves the image as it was.",
            ".PP",
            "The result goes to a new file unless \\fB\\-\\-in\\-place\\fR is given.",
            "\\fBimagebake sysprep \\-\\-help\\fR lists all options.",
            ".SH OPTIONS",
        ]
        for (option, text) in options {
            lines += [".TP", option, text]
        }
        lines += [
            ".SH OPERATIONS",
            "A star marks what runs by default. They run in the order of the numbers, those of the same number by name.",
            "\\fB~\\fR is root's home and every directory in /home.",
        ]
        for operation in Sysprep.listing.sorted(by: { $0.name < $1.name }) {
            lines += [".TP", ".BR \"\(roff(operation.name))\(operation.enabledByDefault ? " *" : "")\""]
            lines.append("\(roff(capitalised(operation.heading))) (order \(operation.order)).")
            if operation.familyNames != "all" { lines.append("Families: \(roff(operation.familyNames)).") }
            if !operation.touches.isEmpty {
                lines.append("Touches: " + operation.touches.map(roff).joined(separator: ", ") + ".")
            }
            if let difference = operation.difference { lines.append("Difference: \(roff(difference)).") }
        }
        lines += [
            ".SH EXIT STATUS",
            ".TP", ".B 0", "Done.",
            ".TP", ".B 64", "Wrong usage, an operation that does not exist among it.",
            ".TP", ".B 66", "The image cannot be read.",
            ".TP", ".B 69", "Something needed is not there; \\fBimagebake doctor\\fR says what.",
            ".TP", ".B 75", "The image is in use.",
            ".TP", ".B 81", "Sysprep failed; the image is as it was.",
            ".SH SEE ALSO",
            ".BR virt\\-sysprep (1),",
            ".BR guestfs (3)",
        ]
        return lines.joined(separator: "\n") + "\n"
    }

    private static let options: [(String, String)] = [
        (
            "\\fB\\-\\-in\\-place\\fR",
            "Change the image itself: through an overlay that is committed only when all went well."
        ),
        ("\\fB\\-\\-output\\fR \\fIFILE\\fR", "The new file; by default NAME\\-sysprep.FORMAT beside the image."),
        ("\\fB\\-\\-output\\-format\\fR \\fIFORMAT\\fR", "Its format; by default the image's."),
        ("\\fB\\-\\-force\\fR", "Replace the new file where it is there already."),
        (
            "\\fB\\-\\-image\\-format\\fR \\fIFORMAT\\fR",
            "The image's format, \\fBraw\\fR or \\fBqcow2\\fR; a raw disk has to be told."
        ),
        ("\\fB\\-\\-root\\fR \\fIDEVICE\\fR", "The root of the system that is meant, where the disk has several."),
        ("\\fB\\-\\-key\\-file\\fR \\fIFILE\\fR", "A passphrase for every encrypted volume: the first line of a file."),
        (
            "\\fB\\-\\-key\\fR \\fISELECTOR\\fR",
            "A passphrase for one volume: DEVICE:file:FILE or UUID:file:FILE."
        ),
        (
            "\\fB\\-\\-customize\\fR \\fIFILE\\fR",
            "Carry out these steps first, as a recipe's \\fBcustomize\\fR has them."
        ),
        ("\\fB\\-\\-shrink\\fR", "Make the last file system and the disk as small as they can be."),
        ("\\fB\\-\\-sector\\-size\\fR \\fIBYTES\\fR", "The disk's sectors: 512 or 4096."),
        ("\\fB\\-\\-deadline\\fR \\fITIME\\fR", "How long libguestfs' appliance may run."),
        (
            "\\fB\\-\\-operations\\fR \\fINAMES\\fR",
            "Run these operations and no others, separated by commas; \\fBdefaults\\fR, \\fBall\\fR and \\fB\\-NAME\\fR are known."
        ),
        ("\\fB\\-\\-enable\\fR \\fINAMES\\fR", "Run these as well as the default ones."),
        ("\\fB\\-\\-disable\\fR \\fINAMES\\fR", "Do not run these."),
        ("\\fB\\-\\-dry\\-run\\fR", "List what would change, and change nothing."),
        ("\\fB\\-\\-list\\-operations\\fR", "List the operations and end."),
        ("\\fB\\-\\-format\\fR \\fIFORMAT\\fR", "Print \\fBtable\\fR or \\fBjson\\fR."),
    ]

    private static func capitalised(_ text: String) -> String {
        text.prefix(1).uppercased() + text.dropFirst()
    }

    /// A pattern as code; words as they are.
    private static func code(_ text: String) -> String {
        text.hasPrefix("/") || text.hasPrefix("~") ? "`\(text)`" : text
    }

    /// Text for roff: what it would read as an escape, a hyphenation or a request.
    private static func roff(_ text: String) -> String {
        text.replacing("\\", with: "\\e").replacing("-", with: "\\-").replacing("'", with: "\\(aq")
            .replacing("`", with: "").replacing("~", with: "\\(ti").replacing("^", with: "\\(ha")
    }
}
