import SystemPackage
import Testing

/// A firmware, the bake for it, and how QEMU starts a machine with it.
enum Firmware: String, CaseIterable, CustomTestStringConvertible {
    case bios
    case uefi
    case secureBoot = "secure-boot"

    var testDescription: String { rawValue }

    /// The home in which the image was baked and the image's id.
    func bake() async throws -> (home: FilePath, id: String) {
        switch self {
        case .bios: (DebianBake.home, try await DebianBake.succeeded().line)
        case .uefi, .secureBoot: (Self.home, try await Self.result.value[self].unwrapped())
        }
    }

    /// What the guest says of its firmware: the last byte of the variable SecureBoot (UEFI 3.3), or that there are none.
    var factOfFirmware: String {
        switch self {
        case .bios: "x86_64 bios"
        case .uefi: "x86_64    0"
        case .secureBoot: "x86_64    1"
        }
    }

    /// The packages that are installed for it, and no others.
    var bootLoader: String {
        self == .bios ? "grub-pc" : "grub-efi-amd64 grub-efi-amd64-signed shim-signed"
    }

    /// The recipe for it.
    ///
    /// Nothing waits for the EFI system partition, so that the root starts without it too.
    func recipe(_ name: String, _ tree: FilePath) -> String {
        """
        version: 1
        name: \(name)
        extends: debian12
        machine: {firmware: \(rawValue)}
        install: {location: "\(tree)"}
        system:
          partitions:
            - {mount: /boot/efi, fstype: efi, size: 100 MiB, label: ESP, fsoptions: "umask=0077,nofail"}
            - {mount: /, fstype: ext4, size: 2 GiB, grow: true, label: root}
        customize:
          - firstboot: {name: one, script: "echo one >>/root/firstboot"}
          - firstboot: {name: two, script: 'test "$(id -u)" = 0; echo two >>/root/firstboot'}
        sysprep: {shrink: \(isShrunk)}

        """
    }

    /// Whether its disk is made as small as it can be, from the 10 GiB that the recipe asks for.
    var isShrunk: Bool { self == .secureBoot }

    /// QEMU's options for it; its variables are those of a machine that was never started, as a clone's are.
    func arguments(in lab: Lab) async throws -> [String] {
        guard self != .bios else { return ["-machine", "q35"] }
        let suffix = self == .secureBoot ? "_4M.ms.fd" : "_4M.fd"
        let variables = lab.root.appending("variables.fd")
        _ = try await lab.tool("cp", "\(Self.directory)/OVMF_VARS\(suffix)", variables.string)
        return [
            "-machine", self == .secureBoot ? "q35,smm=on" : "q35",
            "-drive", "if=pflash,unit=0,format=raw,readonly=on,file=\(Self.directory)/OVMF_CODE\(suffix)",
            "-drive", "if=pflash,unit=1,format=raw,file=\(variables)",
        ] + (self == .secureBoot ? ["-global", "driver=cfi.pflash01,property=secure,value=on"] : [])
    }

    /// Where Debian's package ovmf has its files.
    static let directory: FilePath = "/usr/share/OVMF"

    private static let home = Checkout.kept.appending("firmware")

    /// The ids of the images for UEFI: two bakes in one process, of the tree that the first bake of all built.
    private static let result = Task { () async throws -> [Firmware: String] in
        // The first bake of all, which finds the accelerator, is over before two begin at once.
        _ = try await DebianBake.succeeded()
        let tree = try await DebianBake.tree()
        return try await withLab(home: home) { lab in
            if Disk.exists(home) { _ = try await lab.run(["bakes", "list"]) }
            Disk.remove(home)
            try Disk.make(home)
            try await lab.learn()
            let firmwares: [Firmware] = [.uefi, .secureBoot]
            let recipes = try firmwares.map { firmware in
                try lab.file("\(firmware.rawValue).recipe", firmware.recipe(firmware.rawValue, tree)).string
            }
            try await lab.run(["build"] + recipes + ["--jobs", "2"]).required()
            #expect(lab.leftovers == [])
            var ids: [Firmware: String] = [:]
            for firmware in firmwares {
                let show = try await lab.run(["image", "show", firmware.rawValue, "--format", "json"])
                ids[firmware] = try show.json(ImageFields.self).id
            }
            return ids
        }
    }
}

extension Optional {
    fileprivate func unwrapped() throws -> Wrapped { try #require(self) }
}
