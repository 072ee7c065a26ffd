extension RecipeReader {
    /// Reads `machine`.
    var machine: ValueReader<Recipe.Machine> {
        // The guest boots through BIOS from an MBR label, which counts 512-byte sectors in 32 bits.
        let most = ByteCount(mebibytes: 2 << 20)
        let standard = Recipe.Machine(
            memory: ByteCount(mebibytes: 2048),
            vcpus: 2,
            disk: ByteCount(mebibytes: 10 << 10),
            network: .user
        )
        return .mapping(standIn: standard) { section in
            Recipe.Machine(
                memory: section.value("memory", .guestMemory, default: standard.memory),
                vcpus: section.value("vcpus", .guestProcessors, default: standard.vcpus),
                disk: section.value(
                    "disk",
                    // A disk that cannot be read must not be reported as too small for its partitions as well.
                    .size(in: ByteCount(mebibytes: 512)...most, standIn: most),
                    default: standard.disk
                ),
                network: section.value("network", .choice(standIn: .user), default: .user)
            )
        }
    }
}

extension ValueReader where Value == ByteCount {
    /// Reads the memory of a guest.
    static var guestMemory: Self {
        .size(in: ByteCount(mebibytes: 256)...ByteCount(mebibytes: 1 << 20), multipleOf: ByteCount(bytes: 1024))
    }
}

extension ValueReader where Value == Int {
    /// Reads the number of a guest's processors.
    static var guestProcessors: Self { .integer(in: 1...64) }
}
