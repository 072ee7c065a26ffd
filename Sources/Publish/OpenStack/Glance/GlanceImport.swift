/// How the data of an image comes to its stores.
public struct GlanceImport: Sendable, Hashable {
    /// Where it comes from.
    public enum Method: Sendable, Hashable {
        /// From what was staged before; the image is `uploading`.
        case glanceDirect
        /// From a URL of http or https that Glance fetches itself; the image is `queued`.
        case webDownload(uri: String)
        /// From the stores that have it already; the image is `active`.
        case copyImage

        /// Glance's name.
        public var name: String {
            switch self {
            case .glanceDirect: "glance-direct"
            case .webDownload: "web-download"
            case .copyImage: "copy-image"
            }
        }
    }

    /// Which stores it goes to.
    public enum Stores: Sendable, Hashable {
        /// The default one.
        case standard
        /// These, by their ids.
        case these([String])
        /// All that there are.
        case all
    }

    /// Where it comes from.
    public var method: Method
    /// Which stores it goes to.
    public var stores: Stores
    /// Whether nothing is kept where one store fails.
    public var mustAllSucceed: Bool

    /// An import.
    public init(_ method: Method, to stores: Stores = .standard, mustAllSucceed: Bool = true) {
        self.method = method
        self.stores = stores
        self.mustAllSucceed = mustAllSucceed
    }

    /// Whether an image looks as if this was begun, or is done already.
    func isBegun(in image: GlanceImage) -> Bool {
        if image.properties["os_glance_import_task"]?.isEmpty == false || image.status == .importing { return true }
        guard image.status == .active else { return false }
        guard case .copyImage = method, case .these(let ids) = stores else { return method != .copyImage }
        return Set(ids).isSubset(of: image.stores ?? [])
    }

    var json: JSONValue {
        var detail: [String: JSONValue] = ["name": .string(method.name)]
        if case .webDownload(let uri) = method { detail["uri"] = .string(uri) }
        var body: [String: JSONValue] = ["method": .object(detail)]
        switch stores {
        case .standard: break
        case .these(let ids):
            body["stores"] = .array(ids.map { .string($0) })
            body["all_stores_must_succeed"] = .bool(mustAllSucceed)
        case .all:
            body["all_stores"] = true
            body["all_stores_must_succeed"] = .bool(mustAllSucceed)
        }
        return .object(body)
    }
}
