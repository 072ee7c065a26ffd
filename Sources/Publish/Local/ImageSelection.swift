import GRDB

/// A query in SQL: who may list what, all filters, the order and the page, so that no row is read that is not asked for.
struct ImageSelection {
    private var conditions: [SQL]
    private let sort: [ImageSort]
    private let limit: Int?

    /// One image, whoever may see it.
    init(_ id: ImageID) {
        conditions = ["id = \(id.description)"]
        sort = []
        limit = nil
    }

    init(_ query: ImageQuery, for actor: LocalActor) {
        conditions = ["os_hidden = \(query.isHidden)"]
        sort = query.sort
        limit = query.limit.map { max(0, $0) }
        if let name = query.name { conditions.append("name = \(name)") }
        if let status = query.status { conditions.append("status = \(status.rawValue)") }
        if let owner = query.owner { conditions.append("owner = \(owner)") }
        if case .only(let visibility) = query.visibility {
            conditions.append("visibility = \(visibility.rawValue)")
        }
        for tag in query.tags {
            conditions.append("id IN (SELECT image_id FROM image_tag WHERE tag = \(tag))")
        }
        for (name, value) in query.properties.sorted(by: { $0.key < $1.key }) {
            conditions.append(
                "id IN (SELECT image_id FROM image_property WHERE name = \(name) AND value = \(value))"
            )
        }
        if actor.role != .admin {
            conditions.append(Self.listed(query, for: actor.project))
        } else if !Self.asksForCommunity(query) {
            conditions.append("(visibility <> 'community' OR owner = \(actor.project))")
        }
    }

    /// Community images of others are in no list that does not ask for them, not even an administrator's.
    private static func asksForCommunity(_ query: ImageQuery) -> Bool {
        query.visibility == .all || query.visibility == .only(.community)
    }

    /// Which images are in the lists of a project's users (Glance's `_image_get_all` and `_make_conditions_from_filters`).
    private static func listed(_ query: ImageQuery, for project: String) -> SQL {
        var ways: [SQL] = ["owner = \(project)", "visibility = 'public'"]
        if asksForCommunity(query) { ways.append("visibility = 'community'") }
        let answer: SQL = query.memberStatus.map { "AND status = \($0.rawValue)" } ?? ""
        ways.append(
            """
            visibility = 'shared' \
            AND id IN (SELECT image_id FROM image_member WHERE project = \(project) \(literal: answer))
            """
        )
        return "(\(literal: ways.joined(separator: " OR ")))"
    }

    /// The rows, in their order, for ``ImageRow``.
    func rows(_ fields: ImageFields) -> SQL { select(ImageRow.columns(fields)) }

    /// The ids of the rows.
    var ids: SQL { select("id") }

    /// Where an image of the list stands in its order; no row where it is not in the list.
    func place(of marker: ImageID) -> SQL {
        let columns = sort.map(\.key.rawValue) + ["seq"]
        return """
            SELECT \(sql: columns.joined(separator: ", ")) FROM image \
            WHERE \(literal: condition) AND id = \(marker.description)
            """
    }

    /// Leaves out everything up to a place, so that a later page costs no more than the first.
    mutating func begin(after place: Row) {
        // From the last key to the first: behind it by this key, or equal in it and behind by the later ones.
        let last: DatabaseValue = place[sort.count]
        var after: SQL = "seq < \(last)"
        for (index, sort) in sort.enumerated().reversed() {
            let value: DatabaseValue = place[index]
            let column = sort.key.rawValue
            // For SQLite null is less than everything, and comparable to nothing.
            let behind: SQL =
                switch (value.isNull, sort.isDescending) {
                case (true, true): "FALSE"
                case (true, false): "\(sql: column) IS NOT NULL"
                case (false, true): "(\(sql: column) < \(value) OR \(sql: column) IS NULL)"
                case (false, false): "\(sql: column) > \(value)"
                }
            after = "(\(literal: behind) OR \(sql: column) IS \(value) AND \(literal: after))"
        }
        conditions.append(after)
    }

    private var condition: SQL { conditions.joined(separator: " AND ") }

    private func select(_ columns: String) -> SQL {
        // The names of the keys are those of the columns; of equal rows the newest come first.
        let order = sort.map { "\($0.key.rawValue) \($0.isDescending ? "DESC" : "ASC")" } + ["seq DESC"]
        let page: SQL = limit.map { "LIMIT \($0)" } ?? ""
        return """
            SELECT \(sql: columns) FROM image WHERE \(literal: condition) \
            ORDER BY \(sql: order.joined(separator: ", ")) \(literal: page)
            """
    }
}
