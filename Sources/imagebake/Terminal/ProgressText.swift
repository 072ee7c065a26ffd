import Foundation
import Pipeline

/// The words and bars of progress.
enum ProgressText {
    /// A duration as people read it: `8.2 s`, `1 min 12 s`, `2 h 3 min`.
    static func duration(_ seconds: Double) -> String {
        if seconds < 10 { return "\(Double(Int(seconds * 10)) / 10) s" }
        let seconds = Int(seconds.rounded())
        if seconds < 60 { return "\(seconds) s" }
        if seconds < 3600 { return "\(seconds / 60) min \(seconds % 60) s" }
        return "\(seconds / 3600) h \(seconds / 60 % 60) min"
    }

    /// `[#####-----]  50 %  96 MiB of 192 MiB  48 MiB/s  2 s left`, or `[#####-----]  50 %  120 of 240 packages`.
    static func bar(completed: Int64, total: Int64?, unit: String, rate: Double?) -> String {
        let isBytes = unit == "bytes"
        var parts: [String] = []
        if let total, total > 0 {
            let fraction = min(1, Double(completed) / Double(total))
            let full = Int(fraction * 20)
            parts.append("[" + String(repeating: "#", count: full) + String(repeating: "-", count: 20 - full) + "]")
            parts.append("\(Int(fraction * 100)) %")
            parts.append(
                isBytes
                    ? "\(ByteText.text(completed)) of \(ByteText.text(total))" : "\(completed) of \(total) \(unit)"
            )
        } else {
            parts.append(isBytes ? ByteText.text(completed) : "\(completed) \(unit)")
        }
        if isBytes, let rate, rate > 0 {
            parts.append("\(ByteText.text(Int64(rate)))/s")
            if let total, total > completed { parts.append("\(duration(Double(total - completed) / rate)) left") }
        }
        return parts.joined(separator: "  ")
    }

    /// Text that fits a width, with an ellipsis where something is cut.
    static func fitted(_ text: String, _ width: Int) -> String {
        text.count <= width ? text : String(text.prefix(max(0, width - 1))) + "…"
    }
}
