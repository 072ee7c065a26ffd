/// Holds an image's properties against what the services that read them understand.
///
/// Glance stores any text. Nova refuses a wrong word when a server is made, which may be weeks later and someone else's server, or takes it for
/// false.
public struct PropertyCheck: Sendable {
    /// The standard that is asked for, if any.
    public let profile: PropertyProfile?

    /// A check, by a standard or without.
    public init(profile: PropertyProfile? = nil) { self.profile = profile }

    /// What is wrong, errors first, by name.
    ///
    /// - Parameters:
    ///   - properties: The custom properties.
    ///   - minDisk: The attribute `min_disk`, in GiB. A profile wants it and `minRAM` to be more than 0.
    ///   - minRAM: The attribute `min_ram`, in MiB.
    public func problems(_ properties: [String: String], minDisk: Int? = nil, minRAM: Int? = nil) -> [PropertyProblem] {
        var problems = properties.compactMap { name, value in problem(name, value) }
        // A rule about a value that is wrong in itself would only say it again.
        let wrong = Set(problems.filter { $0.severity == .error }.map(\.property))
        problems += PropertyRules(properties.filter { !wrong.contains($0.key) }).problems
        if let profile { problems += demands(profile, properties, minDisk: minDisk, minRAM: minRAM) }
        return problems.sorted {
            ($0.severity == .error ? 0 : 1, $0.property, $0.message) < (
                $1.severity == .error ? 0 : 1, $1.property, $1.message
            )
        }
    }

    private func problem(_ name: String, _ value: String) -> PropertyProblem? {
        // glance/api/v2/images.py: 403.
        if name.hasPrefix("os_glance_") {
            return PropertyProblem(
                .error,
                name,
                value,
                "'\(name)' belongs to Glance, which refuses it from anybody else"
            )
        }
        guard let known = KnownProperty.named(name) else { return unknown(name, value) }
        if name.hasPrefix("trait:"), !Self.isTrait(name.dropFirst(6)) {
            let message = "'\(name)' names no trait"
            return PropertyProblem(
                .error,
                name,
                value,
                message,
                allowed: "capital letters, digits and _, such as trait:HW_CPU_X86_AVX2"
            )
        }
        guard known.values.accepts(value) else {
            return PropertyProblem(
                .error,
                name,
                value,
                "'\(name)' cannot be '\(value)'",
                allowed: known.values.summary,
                suggestion: known.values.suggestion(for: value)
            )
        }
        guard case .open(let words, _) = known.values, !words.contains(value) else { return nil }
        let better = known.values.suggestion(for: value) ?? words.first { $0 == value.lowercased() }
        return better.map {
            PropertyProblem(
                .warning,
                name,
                value,
                "'\(name)' is '\(value)', which services write otherwise",
                suggestion: $0
            )
        }
    }

    private func unknown(_ name: String, _ value: String) -> PropertyProblem? {
        let isReserved = ["hw_", "os_", "img_"].contains { name.lowercased().hasPrefix($0) }
        guard isReserved, !KnownProperty.attributes.contains(name) else { return nil }
        let meant = ClosestWord.to(name, among: KnownProperty.all.map(\.name))
        return PropertyProblem(.warning, name, value, "no service knows a property '\(name)'", suggestion: meant)
    }

    /// os-traits: names are `[A-Z0-9_]+`.
    private static func isTrait(_ name: Substring) -> Bool {
        !name.isEmpty && name.utf8.count <= 255
            && name.utf8.allSatisfy { byte in
                (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || byte == UInt8(ascii: "_")
            }
    }

    private func demands(_ profile: PropertyProfile, _ properties: [String: String], minDisk: Int?, minRAM: Int?)
        -> [PropertyProblem]
    {
        var problems = profile.mandatory.filter { properties[$0] == nil }.map { name in
            PropertyProblem(
                .error,
                name,
                nil,
                "\(profile.rawValue) asks for '\(name)'",
                allowed: KnownProperty.named(name)?.values.summary
            )
        }
        for (name, value, unit) in [("min_disk", minDisk, "GiB"), ("min_ram", minRAM, "MiB")] where (value ?? 0) <= 0 {
            let message = "\(profile.rawValue) asks for '\(name)'"
            problems.append(
                PropertyProblem(
                    .error,
                    name,
                    value.map(String.init),
                    message,
                    allowed: "a number of \(unit), 1 or more"
                )
            )
        }
        problems += profile.recommended.filter { properties[$0] == nil }.map { name in
            PropertyProblem(
                .warning,
                name,
                nil,
                "\(profile.rawValue) recommends '\(name)'",
                allowed: KnownProperty.named(name)?.values.summary
            )
        }
        if properties["hw_disk_bus"] == "scsi", properties["hw_scsi_model"] == nil {
            problems.append(
                PropertyProblem(
                    .warning,
                    "hw_scsi_model",
                    nil,
                    "\(profile.rawValue) recommends 'hw_scsi_model' with hw_disk_bus=scsi"
                )
            )
        }
        return problems
    }
}
