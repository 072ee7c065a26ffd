public import Foundation

/// Which images are listed, and in which order.
///
/// Source: glance, api/v2/images.py and db/sqlalchemy/api.py.
public struct GlanceQuery: Sendable, Hashable {
    /// A comparison with a time.
    public enum Comparison: String, Sendable, Hashable, CaseIterable {
        /// Before it.
        case before = "lt"
        /// Before it or at it.
        case notAfter = "lte"
        /// At it.
        case at = "eq"
        /// Not at it.
        case notAt = "neq"
        /// At it or after it.
        case notBefore = "gte"
        /// After it.
        case after = "gt"
    }

    /// A key to sort by.
    public enum SortKey: String, Sendable, Hashable, CaseIterable {
        /// The name.
        case name
        /// The state.
        case status
        /// The container's format.
        case containerFormat = "container_format"
        /// The disk's format.
        case diskFormat = "disk_format"
        /// The size of the data.
        case size
        /// The id.
        case id
        /// When it was created.
        case createdAt = "created_at"
        /// When it last changed.
        case updatedAt = "updated_at"
    }

    /// Names of which one is wanted; empty for any.
    public var names: [String] = []
    /// Ids of which one is wanted; empty for any.
    public var ids: [String] = []
    /// States of which one is wanted; empty for any.
    public var statuses: [GlanceImage.Status] = []
    /// Disk formats of which one is wanted; empty for any.
    public var diskFormats: [String] = []
    /// Container formats of which one is wanted; empty for any.
    public var containerFormats: [String] = []
    /// `public`, `private`, `shared`, `community` or `all`; nil for one's own, public ones, and accepted shared ones.
    public var visibility: String?
    /// `pending`, `accepted`, `rejected` or `all`: how this project stands to the shared ones; nil for accepted.
    public var memberStatus: String?
    /// The project's id.
    public var owner: String?
    /// Tags that it must have, all of them.
    public var tags: [String] = []
    /// The MD5 of its data.
    public var checksum: String?
    /// The digest of its data.
    public var osHashValue: String?
    /// The smallest size in bytes.
    public var minimumSize: Int64?
    /// The largest size in bytes.
    public var maximumSize: Int64?
    /// Whether it refuses to be deleted.
    public var isProtected: Bool?
    /// True for the hidden ones alone; nil or false for the others alone.
    public var isHidden: Bool?
    /// When it was created.
    public var createdAt: [(Comparison, Date)] {
        get { created.map { ($0.comparison, $0.date) } }
        set { created = newValue.map { TimeLimit(comparison: $0.0, date: $0.1) } }
    }
    /// When it last changed.
    public var updatedAt: [(Comparison, Date)] {
        get { updated.map { ($0.comparison, $0.date) } }
        set { updated = newValue.map { TimeLimit(comparison: $0.0, date: $0.1) } }
    }
    /// Custom properties that it must have with these values.
    public var properties: [String: String] = [:]
    /// The order: keys, and whether each ascends; empty for the newest first.
    public var sort: [(key: SortKey, isAscending: Bool)] {
        get { order.map { ($0.key, $0.isAscending) } }
        set { order = newValue.map { Order(key: $0.key, isAscending: $0.isAscending) } }
    }
    /// How many images one answer may have; nil for Glance's default, 25, and never more than 1000.
    public var pageSize: Int? = 200
    /// The id of the image after which the list begins.
    public var marker: String?

    private var created: [TimeLimit] = []
    private var updated: [TimeLimit] = []
    private var order: [Order] = []

    private struct TimeLimit: Sendable, Hashable {
        let comparison: Comparison
        let date: Date
        var text: String { "\(comparison.rawValue):\(Timestamp.text(date))" }
    }

    private struct Order: Sendable, Hashable {
        let key: SortKey
        let isAscending: Bool
    }

    /// All images that a plain list has.
    public init() {}

    /// The keys and values of the query, in a fixed order.
    var parameters: [(String, String)] {
        var list: [(String, String)] = []
        let sets = [
            ("name", names), ("id", ids), ("status", statuses.map(\.rawValue)), ("disk_format", diskFormats),
            ("container_format", containerFormats),
        ]
        for (key, values) in sets where !values.isEmpty { list.append((key, Self.filter(values))) }
        let texts = [
            ("visibility", visibility), ("member_status", memberStatus), ("owner", owner), ("checksum", checksum),
            ("os_hash_value", osHashValue), ("size_min", minimumSize.map { "\($0)" }),
            ("size_max", maximumSize.map { "\($0)" }), ("protected", isProtected.map { $0 ? "true" : "false" }),
            ("os_hidden", isHidden.map { $0 ? "true" : "false" }),
        ]
        for case (let key, let value?) in texts { list.append((key, value)) }
        for tag in tags { list.append(("tag", tag)) }
        for limit in created { list.append(("created_at", limit.text)) }
        for limit in updated { list.append(("updated_at", limit.text)) }
        for (key, value) in properties.sorted(by: { $0.key < $1.key }) { list.append((key, value)) }
        // Each direction by itself: `sort=` came later, and some proxies of old clouds drop what they do not know.
        for item in order {
            list.append(("sort_key", item.key.rawValue))
            list.append(("sort_dir", item.isAscending ? "asc" : "desc"))
        }
        if let pageSize { list.append(("limit", "\(pageSize)")) }
        if let marker { list.append(("marker", marker)) }
        return list
    }

    /// The value of a filter that may have an operator before a colon: a name with one must not be taken for an operator, as it is
    /// when the openstack client asks for `a:b`.
    static func filter(_ values: [String]) -> String {
        guard values.count > 1 else { return values.first.map { $0.contains(":") ? "eq:\($0)" : $0 } ?? "" }
        return "in:" + values.map { $0.contains(",") ? "\"\($0)\"" : $0 }.joined(separator: ",")
    }
}
