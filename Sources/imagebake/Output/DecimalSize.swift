import Foundation

/// Sizes as `openstack image show --human-readable` writes them (osc_lib/utils, `format_size`): in thousands, one decimal at most.
enum DecimalSize {
    /// `999`, `1K`, `1.5M`.
    static func text(_ bytes: Int64) -> String {
        var size = Double(bytes)
        var suffixes = ["", "K", "M", "G", "T", "P", "E", "Z"][...]
        while size >= 1000, suffixes.count > 1 {
            size /= 1000
            suffixes.removeFirst()
        }
        let text = String(format: "%.1f", size)
        return (text.hasSuffix(".0") ? String(text.dropLast(2)) : text) + (suffixes.first ?? "")
    }
}
