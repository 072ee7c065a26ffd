import Foundation
import NIOHTTP1

/// Glance's image API v2, call by call.
///
/// Every call throws ``OpenStackError`` or `CancellationError`. What failed for a passing reason is sent again, a request whose token
/// was refused once with a new one; what is not idempotent only where it surely was not done, or with a look whether it was.
public final class GlanceClient: Sendable {
    /// The log-in that it works with.
    public let session: CloudSession
    private let onRetry: (@Sendable (GlanceRetry) -> Void)?
    var transport: CloudTransport { session.transport }
    var retry: RetryPolicy { session.retry }

    /// A client.
    ///
    /// - Parameters:
    ///   - session: the log-in, which the caller closes.
    ///   - onRetry: told before each further attempt.
    public init(_ session: CloudSession, onRetry: (@Sendable (GlanceRetry) -> Void)? = nil) {
        self.session = session
        self.onRetry = onRetry
    }

    // MARK: Images

    /// Creates an image without data; its state is `queued`.
    ///
    /// A lost answer makes no second image: the id is chosen here.
    public func create(_ image: GlanceNewImage) async throws -> GlanceImage {
        let id = image.id ?? UUID().uuidString.lowercased()
        let what = "cannot create the image '\(image.name ?? id)'"
        let (result, isUnsure) = try await attempts(what) {
            try await self.request(.POST, "/images", body: image.json(id: id))
        }
        switch result {
        case .success(let reply): return try Self.image(reply)
        case .failure(let error):
            // An attempt before this one had been successful, and nobody was told; or something on the way sent this one twice, for nobody
            // else knows an id that was chosen here.
            if error.code == .conflict, isUnsure || image.id == nil, let found = try? await show(id),
                found.status == .queued, found.name == image.name
            {
                return found
            }
            throw error
        }
    }

    /// One image by its id.
    public func show(_ id: String) async throws -> GlanceImage {
        try Self.image(try await get("/images/\(id.percentEncoded)", "cannot show the image \(id)"))
    }

    /// The images that a query admits, fetched page by page as they are asked for.
    public func images(_ query: GlanceQuery = GlanceQuery()) -> GlanceImages {
        GlanceImages(client: self, query: query)
    }

    /// One page of a list, and the id after which the next one begins; nil after the last one.
    public func page(_ query: GlanceQuery) async throws -> (images: [GlanceImage], next: String?) {
        let pairs = query.parameters.map { "\($0.percentEncoded)=\($1.percentEncoded)" }
        let target = pairs.isEmpty ? "/images" : "/images?\(pairs.joined(separator: "&"))"
        let reply = try await get(target, "cannot list the images")
        guard let json = reply.json, let list = json["images"]?.array else {
            throw Self.malformed(reply, "a list of images")
        }
        let images = try list.map { try GlanceImage($0) }
        // Only the marker of the link counts: its path lacks the prefix of a proxy.
        guard let next = json["next"]?.string, let last = images.last else { return (images, nil) }
        let marker = URLComponents(string: next)?.queryItems?.last { $0.name == "marker" }?.value
        return (images, marker ?? last.id)
    }

    /// Changes an image, and answers what it is then.
    public func update(_ id: String, _ patch: GlancePatch) async throws -> GlanceImage {
        if patch.isEmpty { return try await show(id) }
        let (result, isUnsure) = try await attempts("cannot change the image \(id)") {
            try await self.request(
                .PATCH,
                "/images/\(id.percentEncoded)",
                body: patch.json,
                mediaType: GlancePatch.mediaType
            )
        }
        switch result {
        case .success(let reply): return try Self.image(reply)
        case .failure(let error):
            // Removing what an attempt before this one had removed already.
            if error.code == .conflict, isUnsure, let image = try? await show(id), patch.isDone(in: image) {
                return image
            }
            throw error
        }
    }

    /// Deletes an image.
    public func delete(_ id: String) async throws {
        try await delete("/images/\(id.percentEncoded)", "cannot delete the image \(id)")
    }

    /// Deletes the data of an image from one store; from the last one Glance does not.
    public func delete(_ id: String, fromStore store: String) async throws {
        try await delete(
            "/stores/\(store.percentEncoded)/\(id.percentEncoded)",
            "cannot delete the image \(id) from the store '\(store)'"
        )
    }

    /// Forbids downloads to all but administrators.
    public func deactivate(_ id: String) async throws {
        try await act(.POST, "/images/\(id.percentEncoded)/actions/deactivate", "cannot deactivate the image \(id)")
    }

    /// Allows downloads again.
    public func reactivate(_ id: String) async throws {
        try await act(.POST, "/images/\(id.percentEncoded)/actions/reactivate", "cannot reactivate the image \(id)")
    }

    /// Adds a tag; that it is there already is no error.
    ///
    /// One with a slash has no URL of its own in Glance, whose router takes `%2F` for one, and goes with all others in a patch.
    public func addTag(_ tag: String, to id: String) async throws {
        if tag.contains("/") {
            let tags = try await show(id).tags
            if tags.contains(tag) { return }
            return try await setTags(tags + [tag], of: id)
        }
        try await act(.PUT, "/images/\(id.percentEncoded)/tags/\(tag.percentEncoded)", "cannot tag the image \(id)")
    }

    /// Removes a tag.
    ///
    /// - Throws: `notFound` where the image has none such.
    public func removeTag(_ tag: String, from id: String) async throws {
        if tag.contains("/") {
            let tags = try await show(id).tags
            guard tags.contains(tag) else {
                throw OpenStackError(.notFound, "the image \(id) has no tag '\(tag)'", status: 404)
            }
            return try await setTags(tags.filter { $0 != tag }, of: id)
        }
        try await delete("/images/\(id.percentEncoded)/tags/\(tag.percentEncoded)", "cannot untag the image \(id)")
    }

    private func setTags(_ tags: [String], of id: String) async throws {
        var patch = GlancePatch()
        patch.setTags(tags)
        _ = try await update(id, patch)
    }

    // MARK: Members

    /// The projects that an image is shared with, as far as this one may see them.
    public func members(of id: String) async throws -> [GlanceMember] {
        let reply = try await get("/images/\(id.percentEncoded)/members", "cannot list the members of the image \(id)")
        guard let list = reply.json?["members"]?.array else { throw Self.malformed(reply, "a list of members") }
        return try list.map { try GlanceMember($0) }
    }

    /// One project that an image is shared with.
    public func member(_ project: String, of id: String) async throws -> GlanceMember {
        let reply = try await get(
            "/images/\(id.percentEncoded)/members/\(project.percentEncoded)",
            "cannot show the member \(project) of the image \(id)"
        )
        return try GlanceMember(reply.json ?? .null)
    }

    /// Shares an image with a project, whose status is `pending` then.
    ///
    /// - Throws: `conflict` where it is shared with it already, `forbidden` where its visibility is not `shared`.
    public func addMember(_ project: String, to id: String) async throws -> GlanceMember {
        let (result, isUnsure) = try await attempts("cannot share the image \(id) with the project \(project)") {
            try await self.request(.POST, "/images/\(id.percentEncoded)/members", body: ["member": .string(project)])
        }
        switch result {
        case .success(let reply): return try GlanceMember(reply.json ?? .null)
        case .failure(let error):
            if error.code == .conflict, isUnsure, let member = try? await member(project, of: id) { return member }
            throw error
        }
    }

    /// Shares an image with a project no longer.
    public func removeMember(_ project: String, from id: String) async throws {
        try await delete(
            "/images/\(id.percentEncoded)/members/\(project.percentEncoded)",
            "cannot stop sharing the image \(id) with the project \(project)"
        )
    }

    /// Says, as a project that an image is shared with, whether it is wanted.
    public func setMember(_ project: String, of id: String, to status: GlanceMember.Status) async throws -> GlanceMember
    {
        let (result, _) = try await attempts("cannot set the status of the member \(project) of the image \(id)") {
            try await self.request(
                .PUT,
                "/images/\(id.percentEncoded)/members/\(project.percentEncoded)",
                body: ["status": .string(status.rawValue)]
            )
        }
        return try GlanceMember(try result.get().json ?? .null)
    }

    // MARK: Import, stores and tasks

    /// Begins an import; what becomes of it the image and its tasks say.
    ///
    /// Where an answer was lost the second attempt is refused as the first one's rival; a look at the image tells that it was begun.
    public func importData(_ id: String, _ order: GlanceImport) async throws {
        let (result, isUnsure) = try await attempts("cannot import the image \(id)") {
            try await self.request(.POST, "/images/\(id.percentEncoded)/import", body: order.json)
        }
        guard case .failure(let error) = result else { return }
        guard isUnsure, [.conflict, .badRequest].contains(error.code), let image = try? await show(id),
            order.isBegun(in: image)
        else { throw error }
    }

    /// The methods of import that this Glance has.
    public func importMethods() async throws -> [String] {
        let reply = try await get("/info/import", "cannot ask for the methods of import")
        guard let list = reply.json?["import-methods"]?["value"]?.array else {
            throw Self.malformed(reply, "methods of import")
        }
        return list.compactMap(\.string)
    }

    /// The stores of this Glance; nil where it has one only and does not name it.
    ///
    /// - Parameter detail: with their types and settings, which an administrator is told.
    public func stores(detail: Bool = false) async throws -> [GlanceStore]? {
        do {
            let reply = try await get(detail ? "/info/stores/detail" : "/info/stores", "cannot ask for the stores")
            guard let list = reply.json?["stores"]?.array else { throw Self.malformed(reply, "stores") }
            return try list.map { try GlanceStore($0) }
        } catch let error as OpenStackError where error.code == .notFound {
            return nil
        }
    }

    /// The tasks of an image, newest first.
    public func tasks(of id: String) async throws -> [GlanceTask] {
        let reply = try await get("/images/\(id.percentEncoded)/tasks", "cannot list the tasks of the image \(id)")
        guard let list = reply.json?["tasks"]?.array else { throw Self.malformed(reply, "tasks") }
        return try list.map { try GlanceTask($0) }.sorted {
            ($0.createdAt ?? .distantPast) > ($1.createdAt ?? .distantPast)
        }
    }

    // MARK: Requests

    func request(
        _ method: HTTPMethod,
        _ target: String,
        body: JSONValue? = nil,
        mediaType: String = "application/json"
    ) async throws -> HTTPRequest {
        var request = HTTPRequest(method: method, base: try await session.imageBase(), target: target)
        if let body {
            request.headers.add(name: "content-type", value: mediaType)
            request.body = .bytes(body.json)
        }
        return request
    }

    private func get(_ target: String, _ what: String) async throws -> HTTPReply {
        let (result, _) = try await attempts(what) { try await self.request(.GET, target) }
        let reply = try result.get()
        if reply.isWebPage || reply.json == nil { throw Self.malformed(reply, "JSON") }
        return reply
    }

    private func act(_ method: HTTPMethod, _ target: String, _ what: String) async throws {
        let (result, _) = try await attempts(what) { try await self.request(method, target) }
        let reply = try result.get()
        // Otherwise a page of a proxy, which answers everything with 200, would be taken for a success.
        if reply.isWebPage { throw Self.malformed(reply, "an answer") }
    }

    private func delete(_ target: String, _ what: String) async throws {
        let (result, isUnsure) = try await attempts(what) { try await self.request(.DELETE, target) }
        switch result {
        case .success(let reply): if reply.isWebPage { throw Self.malformed(reply, "an answer") }
        case .failure(let error):
            // An attempt before this one had been successful, and nobody was told.
            guard isUnsure, error.code == .notFound else { throw error }
        }
    }

    /// Sends a request as often as makes sense.
    ///
    /// - Returns: how it ended, and whether an attempt before the last one may have been done all the same.
    func attempts(
        _ what: String,
        _ make: @Sendable () async throws -> HTTPRequest
    ) async throws -> (Result<HTTPReply, OpenStackError>, isUnsure: Bool) {
        var attempt = 1
        var isUnsure = false
        var isRenewed = false
        while true {
            do {
                let credentials = try await session.credentials()
                var request = try await make()
                request.headers.add(contentsOf: credentials)
                let reply = try await transport.exchange(request)
                if reply.isSuccess { return (.success(reply), isUnsure) }
                if reply.status == 401, !isRenewed, try await session.renewedCredentials(after: credentials) != nil {
                    isRenewed = true
                    continue
                }
                throw OpenStackError(reply, what, "Glance", request)
            } catch let error as OpenStackError {
                let isUndone = error.isUnsent || error.status == 429
                guard let pause = retry.pause(after: attempt, error) else {
                    return (.failure(error), isUnsure)
                }
                if !isUndone { isUnsure = true }
                attempt += 1
                try await wait(pause, what, attempt, error)
            }
        }
    }

    func wait(_ pause: Duration, _ what: String, _ attempt: Int, _ error: OpenStackError) async throws {
        onRetry?(GlanceRetry(what: what, attempt: attempt, attempts: retry.attempts, pause: pause, cause: error))
        try await Task.sleep(for: pause)
    }

    static func image(_ reply: HTTPReply) throws -> GlanceImage {
        guard let json = reply.json else { throw malformed(reply, "an image") }
        return try GlanceImage(json)
    }

    static func malformed(_ reply: HTTPReply, _ what: String) -> OpenStackError {
        let isPage = reply.isWebPage
        return OpenStackError(
            isPage ? .webPage : .malformed,
            "what answers is not Glance: \(what) was expected",
            cause: isPage ? "a web page of a proxy or a log-in of the network: '\(ServerWords(reply).text)'" : nil,
            hint: "check the cloud's Glance URL, and whether the network wants a log-in",
            status: reply.status,
            requestID: reply.requestID
        )
    }
}
