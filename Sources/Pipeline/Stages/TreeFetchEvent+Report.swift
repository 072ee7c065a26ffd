import InstallTrees

extension TreeFetchEvent {
    /// Says in a bake's stream what a fetch does.
    func report(to channel: StageChannel) {
        switch self {
        case .downloading(let file, let received, let total):
            if received == 0 { channel.activity("fetching \(file)") }
            channel.bytes(received, of: total)
        case .retrying(let file, let attempt, let of, let delay, let cause):
            channel.warning("\(file): \(cause); attempt \(attempt) of \(of) in \(delay)")
        case .hashing(let file, let done, let total):
            if done == 0 { channel.activity("hashing \(file)") }
            channel.bytes(done, of: total)
        case .verified(let file, let checksum, let voucher):
            channel.activity("\(file) has the digest that \(voucher) gives, \(checksum.algorithm.rawValue)")
        case .reused:
            channel.activity("kernel and initrd are in the cache")
        case .waiting:
            channel.activity("another bake is fetching this tree; waiting for it")
        case .warning(let text):
            channel.warning(text)
        }
    }
}
