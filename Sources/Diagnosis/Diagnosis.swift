/// What a line of a log means, in one sentence.
public struct Diagnosis: Codable, Equatable, Sendable {
    /// What happened.
    public enum Kind: String, Codable, Sendable {
        /// Something went wrong.
        case failure
        /// The guest waits for a person.
        case prompt
    }

    /// How much a line says about the end of an install.
    public enum Weight: String, Codable, Sendable {
        /// Ends the install, and is why.
        case cause
        /// Ends the install; what a hint of the same topic says is more exact.
        case general
        /// Ends the install, but follows from something else: a panic after init's death, a shell, a traceback.
        case symptom
        /// Does not end the install, but explains what does.
        case hint
        /// A weak hint, for want of a better one.
        case clue
    }

    /// What a line is about.
    public enum Topic: String, Codable, Sendable {
        case boot, installer, kernel, kickstart, memory, network, packages, script, source, storage
    }

    /// The pattern's id, such as `missing-package`; stable, and a heading of docs/troubleshooting.md.
    public let id: String
    /// What happened.
    public let kind: Kind
    /// How much it says about the end of the install.
    public let weight: Weight
    /// What it is about.
    public let topic: Topic
    /// What it means: lower case, without a full stop.
    public let sentence: String
    /// What to do next.
    public let next: String
    /// Where the line comes from.
    public let source: LogSource
    /// The line's number, from 1.
    public let line: Int
    /// The line itself, at most 240 characters.
    public let text: String
    /// The line of the kickstart that it is about, from 1.
    public let kickstartLine: Int?

    /// Whether the install cannot go on after this line.
    public var isFatal: Bool { weight != .hint && weight != .clue }

    /// Whether the line itself says all that there is to say: no log of the half-installed system would add to it.
    ///
    /// A script and a boot loader that fail do so in the new system, and what they wrote may lie there; the kernel that panics is the
    /// installer's.
    public var saysAll: Bool {
        guard kind == .failure else { return false }
        return switch topic {
        case .kernel, .memory: isFatal
        case .kickstart, .network, .packages, .source: weight == .cause
        case .boot, .installer, .script, .storage: false
        }
    }

    /// Which of several is the root cause: an index, or nil where nothing ended the install.
    ///
    /// The first cause. Failing that, the last hint before the first line that ended the install, of the same topic where
    /// that line is more than a symptom; or the first one after it; or that line itself.
    ///
    /// - Parameter diagnoses: In the order in which they were read.
    public static func best(of diagnoses: [Diagnosis]) -> Int? {
        if let cause = diagnoses.firstIndex(where: { $0.weight == .cause }) { return cause }
        func nearest(_ end: Int, where isWanted: (Diagnosis) -> Bool) -> Int? {
            diagnoses[..<end].lastIndex(where: isWanted) ?? diagnoses[end...].firstIndex(where: isWanted)
        }
        if let general = diagnoses.firstIndex(where: { $0.weight == .general }) {
            let topic = diagnoses[general].topic
            return nearest(general) { $0.weight == .hint && $0.topic.explains(topic) } ?? general
        }
        guard let symptom = diagnoses.firstIndex(where: { $0.weight == .symptom }) else { return nil }
        return nearest(symptom) { $0.weight == .hint } ?? nearest(symptom) { $0.weight == .clue } ?? symptom
    }
}

extension Diagnosis.Topic {
    /// Whether a hint of this topic can be why something of another one failed.
    fileprivate func explains(_ other: Diagnosis.Topic) -> Bool {
        switch (self, other) {
        case (.network, .source), (.network, .packages), (.source, .packages), (.packages, .source): true
        case (.storage, .packages), (.memory, .packages), (.memory, .boot), (.network, .boot): true
        case (_, .installer): true
        default: self == other
        }
    }
}
