extension ImageRegistry {
    /// Whether the store that an image would go to wants raw images: Ceph (`rbd`) makes a server's disk of one by a clone, in no time, where
    /// of any other format each Nova host has to fetch and convert it.
    ///
    /// Kinds of stores are told to administrators alone (`stores/detail`); to others the answer is no, and the recipe says
    /// it. A cloud that fails to answer has said nothing: qcow2 sent into Ceph on the strength of a passing 503 would be
    /// converted by every Nova host.
    /// - Parameter store: The store's id; nil for the usual one.
    /// - Throws: ``RegistryError`` where the registry cannot be asked; `CancellationError`.
    public func wantsRaw(in store: String?) async throws -> Bool {
        let stores: [ImageStore]
        do {
            stores = try await self.stores(detailed: true)
        } catch let error as RegistryError where [.forbidden, .notFound, .unauthorized].contains(error.code) {
            return false
        }
        // One store needs no choice; of several, the one that is named or the default.
        let chosen = stores.first { $0.id == store } ?? (store == nil ? stores.first(where: \.isDefault) : nil)
        let target = chosen ?? (store == nil && stores.count == 1 ? stores.first : nil)
        return target?.type == "rbd"
    }
}
