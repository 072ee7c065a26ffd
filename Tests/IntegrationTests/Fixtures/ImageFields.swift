/// The fields of `image show --format json`, in Glance's words.
struct ImageFields: Decodable {
    let id: String
    let name: String
    let status: String
    let visibility: String
    let tags: [String]
    let properties: [String: String]
    let size: Int64
    let virtual_size: Int64
    let checksum: String
    let sha256: String
    let os_hash_algo: String
    let os_hash_value: String
    let disk_format: String
    let container_format: String
    let min_disk: Int
    let min_ram: Int
    let protected: Bool
}
