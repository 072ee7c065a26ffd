/// What a guest's programs may make and no image must keep: a machine-id and random seeds.
///
/// Programs that want a machine-id, such as those that install kernels, find one for as long as they run. virt-customize leaves a fixed
/// one, and a fixed seed, in every image.
struct Identity {
    private static let seeds: [GuestPath] = [
        "/var/lib/systemd/random-seed", "/var/lib/random-seed", "/var/lib/urandom/random-seed",
        "/var/lib/misc/random-seed",
    ]
    private static let machineID: GuestPath = "/etc/machine-id"

    /// The content of /etc/machine-id before; nil where it is no file.
    private let before: [UInt8]?
    private let isReplaced: Bool
    private let missingSeeds: [GuestPath]

    /// Remembers what there is; gives a guest whose machine-id is empty one of its own.
    init(of guest: Guest) throws {
        let session = guest.session
        missingSeeds = try Self.seeds.filter { try session.status($0) == nil }
        let content = try session.readSmallFile(Self.machineID)
        before = content
        let text = String(decoding: content ?? [], as: UTF8.self).trimmed
        isReplaced = content != nil && (text.isEmpty || text == "uninitialized")
        guard isReplaced else { return }
        let digits = (0..<32).map { _ in "0123456789abcdef".randomElement() ?? "0" }
        try session.write(Array("\(String(digits))\n".utf8), to: Self.machineID)
    }

    /// Takes away again what was not there.
    func restore(on guest: Guest) throws {
        let session = guest.session
        if isReplaced, let before, try session.status(Self.machineID)?.kind == .regular {
            try session.write(before, to: Self.machineID)
        } else if before == nil, let status = try session.status(Self.machineID), status.kind == .regular {
            // A program made one; that it is empty lets systemd make another at the first boot.
            try session.truncate(Self.machineID)
        }
        for seed in missingSeeds {
            if let status = try session.status(seed), status.kind == .regular { try session.removeFile(seed) }
        }
    }
}

extension String {
    fileprivate var trimmed: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
