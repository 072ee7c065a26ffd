/// What is known of one format: how it is recognised, and what a cloud must not be given.
protocol FormatInspector: SendableMetatype {
    /// The format.
    static var format: ContentFormat { get }

    /// Whether the file is in this format, whatever is wrong with it.
    static func matches(_ image: ImageBytes) -> Bool

    /// What a file that is in this format holds.
    static func findings(_ image: ImageBytes) throws(DiskImageError) -> FormatFindings
}

/// What the headers of a file say.
struct FormatFindings {
    /// The size of the disk inside, in bytes, where they tell it.
    var virtualSize: Int64?
    /// What speaks against handing it to a cloud.
    var refusals: [GateRefusal] = []
}
