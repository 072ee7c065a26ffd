import Foundation

extension Lint {
    /// A time zone that the tz database of this machine does not have.
    static let unknownTimeZone = Lint(code: "unknown-time-zone", severity: .warning) { subject in
        let name = subject.recipe.system.timezone.name
        guard subject.recipe.install.kickstart == nil, TimeZoneNames.isKnown(name) == false else { return [] }
        return [
            LintFinding(
                place: subject.place(of: "system.timezone.name"),
                message: "the tz database of this machine has no time zone \(Quoted(name))",
                hint: "'timedatectl list-timezones' lists all"
            )
        ]
    }
}

/// The time zones that this machine knows.
enum TimeZoneNames {
    /// Where systems keep the tz database.
    private static let directory = "/usr/share/zoneinfo/"

    /// Whether there is a time zone of a name; nil where there is no database to look it up in.
    static func isKnown(_ name: String) -> Bool? {
        // Every database has this one; without it what is there is none, or a part of one.
        guard isZone("Europe/London") else { return nil }
        return isZone(name)
    }

    private static func isZone(_ name: String) -> Bool {
        guard let file = FileHandle(forReadingAtPath: directory + name) else { return false }
        defer { try? file.close() }
        // A directory cannot be read, and other files begin otherwise (tzfile(5)).
        return (try? file.read(upToCount: 4)) == Data("TZif".utf8)
    }
}
