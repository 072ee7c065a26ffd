/// The images that a query admits, fetched page by page.
public struct GlanceImages: AsyncSequence, Sendable {
    /// An image.
    public typealias Element = GlanceImage

    let client: GlanceClient
    let query: GlanceQuery

    /// Begins at the first page.
    public func makeAsyncIterator() -> Iterator { Iterator(client: client, query: query) }

    /// Holds one page.
    public struct Iterator: AsyncIteratorProtocol {
        private let client: GlanceClient
        private var query: GlanceQuery
        private var page: [GlanceImage] = []
        private var isLast = false
        private var markers: Set<String> = []

        fileprivate init(client: GlanceClient, query: GlanceQuery) {
            self.client = client
            self.query = query
        }

        /// The next image, from the next page where this one is at its end.
        public mutating func next() async throws -> GlanceImage? {
            while page.isEmpty {
                if isLast { return nil }
                let (images, next) = try await client.page(query)
                page = images.reversed()
                guard let next else {
                    isLast = true
                    continue
                }
                // A server that goes round in a circle would be listed for ever.
                guard markers.insert(next).inserted else {
                    throw OpenStackError(
                        .malformed,
                        "Glance's pages of images go round in a circle, back to \(next.serverWords)"
                    )
                }
                query.marker = next
            }
            return page.popLast()
        }
    }

    /// All of them.
    public func all() async throws -> [GlanceImage] {
        var list: [GlanceImage] = []
        for try await image in self { list.append(image) }
        return list
    }
}
