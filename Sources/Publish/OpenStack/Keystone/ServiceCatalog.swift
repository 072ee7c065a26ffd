/// The services of a cloud and where they are.
public struct ServiceCatalog: Sendable, Hashable {
    /// Where one service is reached.
    public struct Endpoint: Sendable, Hashable {
        /// `public`, `internal` or `admin`.
        public let interface: String
        /// The region's id.
        public let region: String?
        /// The URL, which may have a version at its end or not.
        public let url: String
    }

    /// One service.
    public struct Service: Sendable, Hashable {
        /// `image`.
        public let type: String
        /// `glance`.
        public let name: String?
        /// Its endpoints.
        public let endpoints: [Endpoint]
    }

    /// The services, in the cloud's order.
    public let services: [Service]

    init(_ json: JSONValue?) {
        services = (json?.array ?? []).compactMap { service in
            guard let type = service["type"]?.string else { return nil }
            let endpoints = (service["endpoints"]?.array ?? []).compactMap { endpoint -> Endpoint? in
                guard let url = endpoint["url"]?.string, let interface = endpoint["interface"]?.string else {
                    return nil
                }
                return Endpoint(
                    interface: interface.hasSuffix("URL") ? String(interface.dropLast(3)) : interface,
                    region: endpoint["region_id"]?.string ?? endpoint["region"]?.string,
                    url: url
                )
            }
            return Service(type: type, name: service["name"]?.string, endpoints: endpoints)
        }
    }

    /// Glance's URL.
    ///
    /// - Parameter region: nil where any will do, which several are not.
    /// - Throws: `noEndpoint`, with what there is.
    func imageURL(interface: String, region: String?, cloud: String) throws -> String {
        let services = services.filter { $0.type == "image" || $0.type == "glance" }
        let all = services.flatMap(\.endpoints)
        guard !all.isEmpty else {
            let types = Set(self.services.map(\.type)).sorted().joined(separator: ", ")
            throw OpenStackError(
                .noEndpoint,
                "the catalogue of the cloud '\(cloud)' has no image service",
                cause: types.isEmpty ? "it is empty: the token is for no project" : "it has \(types)".serverWords,
                hint: types.isEmpty ? "set 'project_name' of the cloud" : "set 'image_endpoint_override' of the cloud"
            )
        }
        let here = all.filter { region == nil || $0.region == region }
        let regions = Set(all.compactMap(\.region)).sorted()
        guard !here.isEmpty else {
            throw OpenStackError(
                .noEndpoint,
                "the cloud '\(cloud)' has no Glance in the region '\(region ?? "")'",
                hint: "there are \(regions.joined(separator: ", ").serverWords)"
            )
        }
        let found = here.filter { $0.interface == interface }
        guard let endpoint = found.first else {
            let interfaces = Set(here.map(\.interface)).sorted().joined(separator: ", ")
            throw OpenStackError(
                .noEndpoint,
                "the cloud '\(cloud)' has no \(interface) endpoint of Glance",
                hint: "there are \(interfaces.serverWords); set 'interface' of the cloud"
            )
        }
        if region == nil, Set(found.compactMap(\.region)).count > 1 {
            throw OpenStackError(
                .noEndpoint,
                "the cloud '\(cloud)' has several regions, and none is chosen",
                hint:
                    "set 'region_name' of the cloud or OS_REGION_NAME to one of \(regions.joined(separator: ", ").serverWords)"
            )
        }
        return endpoint.url
    }
}
