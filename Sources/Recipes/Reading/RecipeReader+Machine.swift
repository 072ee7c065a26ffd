import Yams

extension RecipeReader {
    /// Reads `machine`.
    func machine(for os: OperatingSystem, _ architecture: Architecture) -> ValueReader<Recipe.Machine> {
        // A 64-bit Arm machine has no BIOS.
        let firmwares = os.installer.firmwares.filter { architecture == .x86_64 || $0 != .bios }
        let firmware = firmwares.first ?? .uefi
        let standard = Recipe.Machine(
            memory: os.defaultMemory,
            vcpus: 2,
            firmware: firmware,
            disk: ByteCount(mebibytes: 10 << 10),
            diskBus: .virtio,
            network: .user,
            mac: nil,
            graphics: .none,
            tpm: false
        )
        return .mapping(standIn: standard) { section in
            let (disk, bus) = section.value("disk", disk, default: (standard.disk, standard.diskBus))
            return Recipe.Machine(
                memory: section.value("memory", .guestMemory, default: standard.memory),
                vcpus: section.value("vcpus", .guestProcessors, default: standard.vcpus),
                firmware: section.value("firmware", .choice(among: firmwares, standIn: firmware), default: firmware),
                disk: disk,
                diskBus: bus,
                network: section.value("network", machineNetwork, default: .user),
                mac: section.optional("mac", .text(.macAddress)).map { $0.lowercased() },
                graphics: section.value("graphics", .choice(standIn: .none), default: .none),
                tpm: section.value("tpm", .flag, default: false)
            )
        }
    }

    /// Reads a size, or a mapping of a size and a bus.
    private var disk: ValueReader<(ByteCount, Recipe.Machine.DiskBus)> {
        // The guest boots through BIOS from an MBR label, which counts 512-byte sectors in 32 bits.
        let most = ByteCount(mebibytes: 2 << 20)
        // A disk that cannot be read must not be reported as too small for its partitions as well.
        let size = ValueReader<ByteCount>.size(in: ByteCount(mebibytes: 512)...most, standIn: most)
        let mapping = ValueReader.mapping(standIn: (most, Recipe.Machine.DiskBus.virtio)) { section in
            (section.required("size", size), section.value("bus", .choice(standIn: .virtio), default: .virtio))
        }
        return ValueReader(standIn: (most, .virtio), schema: .either([size.schema, mapping.schema])) {
            node,
            path,
            context in
            if case .mapping = node { return mapping.read(node, at: path, context) }
            return (size.read(node, at: path, context), .virtio)
        }
    }

    /// Reads the word `user`, or a mapping that names a network or a bridge.
    private var machineNetwork: ValueReader<Recipe.Machine.Network> {
        let form = "the word user, {network: NAME} or {bridge: NAME}"
        let mapping = ValueReader<Recipe.Machine.Network?>.mapping(standIn: .user) { section in
            let network = section.optional("network", .text(.networkName))
            let bridge = section.optional("bridge", .text(.device))
            switch (network, bridge) {
            case (let network?, nil): return .network(network)
            case (nil, let bridge?): return .bridge(bridge)
            default: return nil
            }
        }
        return ValueReader(standIn: .user, schema: .either([.words(["user"]), mapping.schema])) { node, path, context in
            switch node {
            case .scalar(let scalar) where scalar.string == "user":
                return .user
            case .mapping:
                if let network = mapping.read(node, at: path, context) { return network }
                context.report("'\(path)' must be \(form)", at: node)
            case .scalar(let scalar) where scalar.kind == .text:
                context.report("'\(path)' must be \(form), not \(Quoted(scalar.string))", at: node)
            default:
                context.report("'\(path)' must be \(form), not \(node.kindInWords)", at: node)
            }
            return .user
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
