public import SystemPackage

/// What a fetch reports while it runs.
public enum TreeFetchEvent: Sendable, Hashable {
    /// Bytes came: at the start, at most once per MiB, and at the end; `total` is nil where the server does not say.
    case downloading(file: String, received: Int64, total: Int64?)
    /// An attempt failed in a way that may pass; the next one, `attempt` of `of`, starts after `delay`.
    case retrying(file: String, attempt: Int, of: Int, delay: Duration, cause: String)
    /// Another process, or another task of this one, is fetching the same tree; this one waits and uses the result.
    case waiting(source: String)
    /// A file of this machine is being read to take its digest: at the start, at most once per 64 MiB, and at the end.
    case hashing(file: String, done: Int64, total: Int64)
    /// A file matched its checksum.
    case verified(file: String, checksum: Checksum, by: Voucher)
    /// A complete copy is in the cache already; nothing but `.treeinfo` was fetched.
    case reused(entry: FilePath)
    /// Something that people should know, one line: no checksums, weak checksums.
    case warning(String)
}
