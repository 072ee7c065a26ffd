/// A known way in which an install fails, or a known question at which it stops: how a log shows it, and what it means.
struct FailurePattern: Sendable {
    /// A capture that is the kickstart's line by itself.
    static let kickstartLine = "ksline"
    /// A capture that may stand on the lines after the one that fits.
    static let detail = "detail"

    /// Stable, lower case with hyphens: users and documents refer to it.
    let id: String
    let kind: Diagnosis.Kind
    let weight: Diagnosis.Weight
    let topic: Diagnosis.Topic
    let sources: [LogSource]
    /// One of them has to fit.
    let templates: [Template]
    /// Texts that must not be in the line, in lower case.
    let unless: [[UInt8]]
    /// How often it has to be seen before it ends the install; earlier it is a hint.
    let times: Int
    /// The capture that must be the same each time; nil counts all lines alike.
    let repeating: String?
    /// Whether the detail stands on the following lines where the line itself has none.
    let detailFollows: Bool
    /// For a prompt: for how many seconds it has to be the last text; 0 is at once, also in the middle of a log.
    let silence: Int
    /// What a capture names in the kickstart.
    let place: (subject: KickstartText.Subject, capture: String)?
    /// The diagnosis: lower case, without a full stop, captures in braces.
    ///
    /// It ends in `: {detail}` where a line may fit that has none.
    let sentence: String
    /// What to do, captures in braces.
    let next: String
    /// What it means, for the documentation.
    let means: String
    /// Why it happens, for the documentation.
    let why: String
    /// What was seen.
    let seen: Excerpt

    init(
        _ id: String,
        _ weight: Diagnosis.Weight,
        _ topic: Diagnosis.Topic,
        from sources: [LogSource] = LogSource.allCases,
        _ templates: [String],
        unless: [String] = [],
        times: Int = 1,
        repeating: String? = nil,
        place: (subject: KickstartText.Subject, capture: String)? = nil,
        detailFollows: Bool = false,
        says sentence: String,
        next: String,
        means: String,
        why: String,
        seen: Excerpt
    ) {
        (self.id, self.weight, self.topic, self.sources) = (id, weight, topic, sources)
        self.templates = templates.map { Template($0) }
        self.unless = unless.map { Array($0.lowercased().utf8) }
        (self.times, self.repeating, self.place) = (times, repeating, place)
        (self.sentence, self.next) = (sentence, next)
        (self.means, self.why, self.seen) = (means, why, seen)
        (kind, silence, self.detailFollows) = (.failure, 0, detailFollows)
    }

    /// A question, or a shell.
    init(
        prompt id: String,
        _ templates: [String],
        unless: [String] = [],
        after silence: Int,
        weight: Diagnosis.Weight = .symptom,
        topic: Diagnosis.Topic = .installer,
        from sources: [LogSource] = [.console],
        says sentence: String,
        next: String,
        means: String,
        why: String,
        seen: Excerpt
    ) {
        (self.id, self.weight, self.topic, self.sources) = (id, weight, topic, sources)
        self.templates = templates.map { Template($0) }
        self.unless = unless.map { Array($0.lowercased().utf8) }
        (times, repeating, place, self.sentence, self.next) = (1, nil, nil, sentence, next)
        (self.means, self.why, self.seen) = (means, why, seen)
        (kind, self.silence, detailFollows) = (.prompt, silence, false)
    }

    /// Whether a line of a source can fit.
    func isFor(_ source: LogSource) -> Bool { source == .unknown || sources.contains(source) }
}
