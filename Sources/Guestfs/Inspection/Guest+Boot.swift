extension Guest {
    /// The kernels, by their images and modules.
    func kernels() throws -> [GuestKernel] {
        let boot = try names(in: "/boot")
        var images: [String: String] = [:]
        var initrds: [String: String] = [:]
        for name in boot {
            if let version = name.removing(prefix: "vmlinuz-") ?? name.removing(prefix: "vmlinux-") {
                images[version] = "/boot/\(name)"
            }
            if let version = name.removing(prefix: "initrd.img-") ?? name.removing(prefix: "initrd-") {
                initrds[version] = "/boot/\(name)"
            }
            if let version = name.removing(prefix: "initramfs-")?.removing(suffix: ".img"), !version.hasSuffix("kdump")
            {
                initrds[version] = "/boot/\(name)"
            }
        }
        var modules: Set<String> = []
        for directory: GuestPath in ["/lib/modules", "/usr/lib/modules"] {
            let names = try names(in: directory)
            for (name, status) in zip(names, try session.status(in: directory, names: names.map { Array($0.utf8) }))
            where status?.kind == .directory && !modules.contains(name) {
                modules.insert(name)
                let image = directory.appending(name.utf8).appending("vmlinuz".utf8)
                if images[name] == nil, try session.status(image) != nil { images[name] = image.description }
            }
        }
        return Set(images.keys).union(modules).sorted().map { version in
            GuestKernel(
                version: version,
                image: images[version],
                initrd: initrds[version],
                hasModules: modules.contains(version)
            )
        }
    }

    /// The boot loaders, what their menus offer, and the variables of GRUB's environment block.
    func boot() throws -> (loaders: [GuestBootLoader], entries: [GuestBootEntry], environment: [String: String]) {
        var loaders: [GuestBootLoader] = []
        var entries: [GuestBootEntry] = []
        func add(_ kind: GuestBootLoader.Kind, _ path: GuestPath) {
            loaders.append(GuestBootLoader(kind: kind, path: path.description))
        }
        func menu(_ path: GuestPath, _ read: ([UInt8], String) -> [GuestBootEntry]) throws {
            guard let content = try readMenu(path) else { return }
            entries += read(content, path.description)
        }

        var environment: [String: String] = [:]
        for directory: GuestPath in ["/boot/grub2", "/boot/grub"] {
            for platform in ["i386-pc/core.img", "i386-pc/boot.img", "i386-pc/normal.mod"] {
                let path = directory.appending(platform.utf8)
                if try session.status(path)?.kind == .regular {
                    add(.grub2BIOS, path)
                    break
                }
            }
            if let content = try readMenu(directory.appending("grubenv".utf8)) {
                environment.merge(BootMenu.grubEnvironment(content)) { first, _ in first }
            }
            try menu(directory.appending("grub.cfg".utf8), BootMenu.grub2)
            for name in ["menu.lst", "grub.conf"] {
                let path = directory.appending(name.utf8)
                guard try session.status(path)?.kind == .regular else { continue }
                add(.grubLegacy, path)
                try menu(path, BootMenu.grubLegacy)
                break
            }
        }
        for partition: GuestPath in ["/boot/efi", "/efi", "/boot"] {
            try addFirmwareLoaders(on: partition, add)
        }
        for directory: GuestPath in ["/boot/loader/entries", "/efi/loader/entries", "/boot/efi/loader/entries"] {
            for name in try names(in: directory).filter({ $0.hasSuffix(".conf") }).prefix(200) {
                let path = directory.appending(name.utf8)
                guard let content = try readMenu(path) else { continue }
                let entry = BootMenu.bootLoaderSpecification(content, file: path.description, variables: environment)
                if let entry { entries.append(entry) }
            }
        }
        for path: GuestPath in [
            "/boot/extlinux/extlinux.conf", "/extlinux/extlinux.conf", "/boot/extlinux.conf", "/extlinux.conf",
            "/boot/syslinux/syslinux.cfg", "/boot/syslinux/extlinux.conf",
        ] where try session.status(path)?.kind == .regular {
            add(.extlinux, path)
            try menu(path, BootMenu.extlinux)
        }
        return (loaders, entries, environment)
    }

    /// GRUB and systemd-boot on an EFI system partition.
    private func addFirmwareLoaders(
        on partition: GuestPath,
        _ add: (GuestBootLoader.Kind, GuestPath) -> Void
    ) throws {
        // Names on vfat have no case.
        guard
            let top = try names(in: partition).first(where: {
                $0.lowercased() == "efi" && partition.appending($0.utf8) != "/boot/efi"
            })
        else { return }
        let directory = partition.appending(top.utf8)
        for vendor in try names(in: directory).prefix(50) {
            let path = directory.appending(vendor.utf8)
            for name in try names(in: path) where name.lowercased().hasSuffix(".efi") {
                let lower = name.lowercased()
                if lower.hasPrefix("grub") { add(.grub2EFI, path.appending(name.utf8)) }
                if lower.hasPrefix("systemd-boot") { add(.systemdBoot, path.appending(name.utf8)) }
            }
        }
    }

    private func readMenu(_ path: GuestPath) throws -> [UInt8]? {
        do {
            return try session.readSmallFile(path)
        } catch let error as GuestfsError {
            warn("\(path) cannot be read: \(error.message)")
            return nil
        }
    }

    /// The names in a directory that are plain text, sorted; none where there is no directory.
    func names(in directory: GuestPath) throws -> [String] {
        // Through links: `/lib` is one today. The appliance resolves them inside the guest's tree.
        guard try session.isDirectory(directory) else { return [] }
        return try session.names(in: directory).compactMap { String(validating: $0, as: UTF8.self) }
            .filter { !$0.unicodeScalars.contains { $0.properties.generalCategory == .control } }
    }
}

extension String {
    func removing(prefix: String) -> String? {
        hasPrefix(prefix) && count > prefix.count ? String(dropFirst(prefix.count)) : nil
    }

    func removing(suffix: String) -> String? {
        hasSuffix(suffix) && count > suffix.count ? String(dropLast(suffix.count)) : nil
    }
}
