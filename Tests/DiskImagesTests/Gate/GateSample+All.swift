import Foundation
import SystemPackage
import TestSupport

@testable import DiskImages

extension GateSample {
    /// One of every kind that the gate tells apart.
    static let all = qcow2s + vmdks + others + disks + kernels + cds + texts + several

    private static let qcow2 = created("qcow2", "-f qcow2", .qcow2)
    private static let qcow2s = [
        qcow2,
        created("qcow2-version-2", "-f qcow2 -o compat=0.10", .qcow2),
        created("qcow2-zstd", "-f qcow2 -o compression_type=zstd", .qcow2),
        created("qcow2-preallocated", "-f qcow2 -o preallocation=metadata,cluster_size=4k", .qcow2),
        created("qcow2-extended-l2", "-f qcow2 -o extended_l2=on", .qcow2, .features),
        created("qcow2-backing", "-f qcow2 -F qcow2 -b DIR/base", .qcow2, .backingFile),
        created("qcow2-version-2-backing", "-f qcow2 -o compat=0.10 -F raw -b DIR/other", .qcow2, .backingFile),
        created("qcow2-data-file", "-f qcow2 -o data_file=DIR/data,data_file_raw=on", .qcow2, .dataFile),
        created(
            "qcow2-luks",
            "-f qcow2 --object secret,id=s,file=DIR/key -o encrypt.format=luks,encrypt.key-secret=s,encrypt.iter-time=10",
            .qcow2,
            .encrypted
        ),
        GateSample("qcow2-snapshot", .qcow2, is: .qcow2, .snapshots) { path in
            try await create("-f qcow2", path)
            try await command("qemu-img", ["snapshot", "-c", "one", path.string])
        },
        qcow2.edited("qcow2-dirty", .dirty, at: [0x4f: [0x01]]),
        qcow2.edited("qcow2-corrupt", .corrupt, at: [0x4f: [0x02]]),
        qcow2.edited("qcow2-unknown-feature", .features, at: [0x48: [0x80]]),
        qcow2.edited("qcow2-version-1", .version, at: [0x07: [1]]),
        qcow2.edited("qcow2-version-4", .version, at: [0x07: [4]]),
        created("qcow2-version-2-extension", "-f qcow2 -o compat=0.10", .qcow2).edited(
            "qcow2-version-2-data-bit",
            .dataFile,
            at: [0x4f: [4]]
        ),
        qcow2.edited("qcow2-empty", .empty, at: [24: [0, 0, 0, 0, 0, 0, 0, 0]]),
        qcow2.edited("qcow2-backing-elsewhere", .header, at: [8: [0xff], 19: [9]]),
        qcow2.edited("qcow2-short-header", .header, at: [103: [1]]),
        qcow2.declared(.vmdk, "qcow2-as-vmdk", .format),
        qcow2.declared(.raw, "qcow2-as-raw"),
        qcow2.declared(.ami, "qcow2-as-ami", .format),
    ]

    private static let vmdk = created("vmdk", "-f vmdk", .vmdk)
    private static let stream = GateSample("vmdk-stream", .vmdk, is: .vmdk) { path in
        let source = path.removingLastComponent().appending("other")
        try await command(
            "qemu-img",
            ["convert", "-f", "raw", "-O", "vmdk", "-o", "subformat=streamOptimized", source.string, path.string]
        )
    }
    /// VMware writes a stream's tables at its end and says so in the header; QEMU reads that, and does not write it.
    private static let footed = GateSample("vmdk-footer", .vmdk, is: .vmdk) { path in
        try await stream.make(path)
        var bytes = try contents(path)
        bytes += Data(count: (512 - bytes.count % 512) % 512)
        let header = bytes.prefix(512)
        bytes.replaceSubrange(56..<64, with: Data(repeating: 0xff, count: 8))
        bytes += Data([1] + [UInt8](repeating: 0, count: 11) + [3]) + Data(count: 512 - 13) + header + Data(count: 512)
        try bytes.write(to: URL(fileURLWithPath: path.string))
    }
    private static let vmdks = [
        vmdk,
        stream,
        footed,
        created("vmdk-flat", "-f vmdk -o subformat=monolithicFlat", .vmdk, .textDescriptor),
        created("vmdk-split", "-f vmdk -o subformat=twoGbMaxExtentSparse", .vmdk, .textDescriptor),
        created("vmdk-split-flat", "-f vmdk -o subformat=twoGbMaxExtentFlat", .vmdk, .textDescriptor),
        created("vmdk-parent", "-f vmdk -F vmdk -b DIR/parent.vmdk", .vmdk, .backingFile),
        vmdk.edited("vmdk-version-9", .version, at: [4: [9]]),
        vmdk.edited("vmdk-descriptor-elsewhere", .descriptor, at: [28: [2]]),
        vmdk.edited("vmdk-descriptor-absent", .descriptor, at: [36: [0, 0, 0, 0]]),
        vmdk.edited("vmdk-descriptor-beyond-the-end", .truncated, at: [36: [0xff, 0xff, 0xff, 0x7f]]),
        vmdk.edited("vmdk-descriptor-not-ascii", .descriptor, at: [520: [0xe4]]),
        vmdk.edited("vmdk-empty", .empty, at: [12: [0, 0, 0, 0, 0, 0, 0, 0]]),
        vmdk.edited("vmdk-impossible-size", .header, at: [12: [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]]),
        vmdk.replacing("monolithicSparse", "monolithicsPARSE", "vmdk-another-case"),
        vmdk.replacing("monolithicSparse", "monolithicFlatty", "vmdk-flat-inside", .subformat),
        vmdk.replacing("createType", "createKind", "vmdk-no-kind", .subformat),
        vmdk.replacing("ddb.adapterType", "adb adapterType", "vmdk-unknown-line", .descriptor),
        vmdk.replacing("SPARSE \"", "SPARSE/\"", "vmdk-extent-elsewhere", .extents),
        vmdk.replacing("RW 2048 SPARSE", "#W 2048 SPARSE", "vmdk-no-extent", .extents),
        // Two that oslo.utils takes for fields of a word, and QEMU for what they are.
        vmdk.replacing(
            "ddb.virtualHWVersion = \"4\"",
            "RW\t2048\tFLAT\t\"/etc/passw=\"",
            "vmdk-extent-with-tabs",
            .extents
        ),
        vmdk.replacing("# Extent description", "#createtype=\"vmfs\"..", "vmdk-two-kinds", .descriptor, .subformat),
        footed.edited("vmdk-footer-version", .footer, at: [-1024 + 4: [9]]),
        footed.edited("vmdk-footer-size", .footer, at: [-1024 + 12: [1]]),
        footed.edited("vmdk-footer-descriptor", .footer, at: [-1024 + 28: [7]]),
        footed.edited("vmdk-footer-again", .footer, at: [-1024 + 56: [255, 255, 255, 255, 255, 255, 255, 255]]),
        footed.edited("vmdk-footer-marker", .footer, at: [-1536 + 12: [4]]),
        footed.edited("vmdk-end-marker", .footer, at: [-1: [1]]),
    ]

    private static let vhd = created("vhd", "-f vpc", .vhd)
    private static let vhdx = created("vhdx", "-f vhdx", .vhdx)
    private static let vdi = created("vdi", "-f vdi", .vdi)
    private static let others = [
        vhd,
        created("vhd-fixed", "-f vpc -o subformat=fixed", .vhd, is: .raw, .format),
        created("vhd-fixed-as-raw", "-f vpc -o subformat=fixed", .raw),
        vhd.edited("vhd-no-footer", .footer, at: [-512: [0]]),
        vhd.edited("vhd-child", .backingFile, at: [63: [4]]),
        vhd.edited("vhd-impossible-size", .header, at: [40: [0xff]]),
        vhdx,
        vhdx.edited("vhdx-no-regions", .header, at: [192 * 1024: [0]]),
        vhdx.edited("vhdx-too-many-regions", .header, at: [192 * 1024 + 9: [0xff]]),
        vhdx.edited("vhdx-no-metadata", .header, at: [192 * 1024 + 16: [0, 1, 2], 192 * 1024 + 48: [0, 1, 2]]),
        GateSample("vhdx-child", .vhdx, is: .vhdx, .backingFile) { path in
            try await create("-f vhdx", path)
            // The flags follow the block size in the item that the GUID of the file parameters points at.
            let bytes = try contents(path)
            guard let guid = bytes.range(of: Data([0x37, 0x67, 0xa1, 0xca, 0x36, 0xfa, 0x43, 0x4d])),
                let table = bytes.range(of: Data("metadata".utf8))
            else { throw DiskImageError(.invalid, "no table in \(path)") }
            let place = (0..<4).reduce(0) { $0 | Int(bytes[guid.lowerBound + 16 + $1]) << (8 * $1) }
            try edit(path, [table.lowerBound + place + 4: [2]])
        },
        vdi,
        created("vdi-static", "-f vdi -o static=on", .vdi),
        vdi.edited("vdi-difference", .backingFile, at: [0x4c: [4]]),
        vdi.edited("vdi-impossible-size", .header, at: [0x177: [0xff]]),
        vdi.edited("vdi-empty", .empty, at: [0x170: [0, 0, 0, 0, 0, 0, 0, 0]]),
        created("qed", "-f qed", .raw, is: .qed, .banned),
        created("luks", "-f luks --object secret,id=s,file=DIR/key -o key-secret=s,iter-time=10", .raw, is: .luks),
        GateSample("luks-version-2", .raw, is: .luks, .version) { path in
            try Data(count: 32 << 20).write(to: URL(fileURLWithPath: path.string))
            let key = path.removingLastComponent().appending("key").string
            let options = [
                "--type", "luks2", "--pbkdf", "pbkdf2", "--pbkdf-force-iterations", "1000", "--key-file", key,
            ]
            try await command("cryptsetup", ["luksFormat", "-q"] + options + [path.string])
        },
    ]

    /// A partition: the entry's place, its flag, CHS of the start, kind and first block.
    private static func entry(_ number: Int, flag: UInt8 = 0, chs: [UInt8] = [0, 2, 0], kind: UInt8, block: UInt8 = 1)
        -> [Int: [UInt8]]
    {
        [446 + 16 * number: [flag] + chs + [kind, 0xff, 0xff, 0xff, block, 0, 0, 0, 0x7f, 0, 0, 0]]
    }
    private static func mbr(_ entries: [Int: [UInt8]]...) -> [Int: [UInt8]] {
        entries.reduce(into: [510: [0x55, 0xaa]]) { $0.merge($1) { $1 } }
    }

    private static let disks = [
        bytes("raw-zeros", .raw, is: .raw, at: [:]),
        bytes("raw-as-qcow2", .qcow2, is: .raw, .format, at: [:]),
        bytes("raw-as-ploop", .ploop, is: .raw, at: [:]),
        bytes("raw-as-ami", .ami, is: .raw, at: [:]),
        bytes("raw-one-byte", .raw, is: .raw, count: 1, at: [:]),
        bytes("raw-nothing", .raw, is: .raw, .empty, count: 0, at: [:]),
        partitioned("mbr", "label: dos\nstart=64, type=83, bootable\n"),
        partitioned("gpt", "label: gpt\nstart=64, size=64, type=21686148-6449-6E6F-744E-656564454649\n"),
        bytes("gpt-as-qcow2", .qcow2, is: .gpt, .format, at: mbr(entry(0, kind: 0xee))),
        bytes("gpt-as-ami", .ami, is: .gpt, .format, at: mbr(entry(0, kind: 0xee))),
        bytes(
            "mbr-four",
            .raw,
            is: .gpt,
            at: mbr(entry(0, flag: 0x80, kind: 0x83), entry(1, kind: 0x82), entry(3, kind: 0x0b))
        ),
        bytes("mbr-flag", .raw, is: .gpt, .bootFlag, at: mbr(entry(0, kind: 0x83), entry(1, flag: 0x41, kind: 0x83))),
        bytes("mbr-no-partition", .raw, is: .gpt, .noPartition, at: mbr()),
        bytes("gpt-boot-flag", .raw, is: .gpt, at: mbr(entry(0, flag: 0x80, kind: 0xee))),
        bytes("gpt-chs", .raw, is: .gpt, .protectiveMBR, at: mbr(entry(0, chs: [0, 1, 0], kind: 0xee))),
        bytes("gpt-block", .raw, is: .gpt, .protectiveMBR, at: mbr(entry(0, kind: 0xee, block: 2))),
        bytes("gpt-hybrid", .raw, is: .gpt, .protectiveMBR, at: mbr(entry(0, kind: 0xee), entry(1, kind: 0x83))),
        bytes("gpt-second-entry", .raw, is: .gpt, .protectiveMBR, at: mbr(entry(1, kind: 0xee))),
        bytes("ntfs", .raw, is: .gpt, .bootFlag, at: [0x15: [0xf8], 446: [0x4e, 0x54], 510: [0x55, 0xaa], 450: [1]]),
        GateSample("fat", .raw, is: .raw) { path in
            try Data(count: size).write(to: URL(fileURLWithPath: path.string))
            try await command("mkfs.vfat", [path.string])
        },
    ]

    private static func partitioned(_ name: String, _ script: String) -> GateSample {
        GateSample(name, .raw, is: .gpt) { path in
            try Data(count: size).write(to: URL(fileURLWithPath: path.string))
            let table = path.removingLastComponent().appending(name + ".sfdisk")
            try Data(script.utf8).write(to: URL(fileURLWithPath: table.string))
            try await command(
                "sh",
                ["-c", "sfdisk --quiet --no-tell-kernel \"$1\" <\"$2\"", "sh", path.string, table.string]
            )
        }
    }

    /// The first sector of a kernel for PCs: an EFI program that has the signature of a boot sector and code where a table would be.
    private static let kernel = bytes(
        "kernel",
        .aki,
        is: .gpt,
        at: [0: Array("MZ".utf8), 446: [0x17, 0x42, 0x99, 0x10, 0x77], 510: [0x55, 0xaa], 514: Array("HdrS".utf8)]
    )
    private static let kernels = [
        kernel,
        kernel.declared(.ari, "kernel-as-ari"),
        kernel.declared(.raw, "kernel-as-raw", .bootFlag),
        bytes("initrd", .ari, is: .raw, at: [0: Array("070701".utf8)]),
    ]

    private static let cd = GateSample("iso", .iso, is: .iso) { path in
        let source = path.removingLastComponent().appending("key").string
        try await command("xorriso", ["-as", "mkisofs", "-quiet", "-o", path.string, source])
    }
    private static let cds = [
        cd,
        cd.edited("iso-with-mbr", at: mbr(entry(0, flag: 0x41, kind: 0x17))),
        cd.edited("iso-supplementary", at: [32768: [2]]),
        cd.edited("iso-empty", .empty, at: [32768 + 80: [0, 0, 0, 0]]),
        cd.declared(.raw, "iso-as-raw"),
        cd.edited("iso-with-mbr-1", at: mbr(entry(0, kind: 0x17))).declared(.raw, "iso-with-mbr-as-raw", .format),
        bytes("udf", .iso, is: .iso, at: [32769: Array("NSR03".utf8)]),
    ]

    private static func descriptor(_ kind: String, _ rest: String = "") -> String {
        "# Disk DescriptorFile\nversion=1\ncreateType=\"\(kind)\"\nRW 2048 SPARSE \"x\"\n\(rest)"
            + String(repeating: "# filling up\n", count: 60)
    }
    private static let texts = [
        text("descriptor-sparse", .vmdk, is: .vmdk, .textDescriptor, text: descriptor("monolithicSparse")),
        text("descriptor-sparse-as-raw", .raw, is: .vmdk, .textDescriptor, text: descriptor("monolithicSparse")),
        text("descriptor-flat", .raw, is: .vmdk, .textDescriptor, text: descriptor("monolithicFlat")),
        text(
            "descriptor-not-ascii-soon",
            .raw,
            is: .vmdk,
            .textDescriptor,
            text: descriptor("monolithicFlat", "# ä\n")
        ),
        text(
            "descriptor-no-kind",
            .raw,
            is: .vmdk,
            .textDescriptor,
            text: descriptor("x").replacing("createType", with: "kind")
        ),
        // Glance's inspector fails where bytes beyond ASCII follow on 512 of text, and Glance then checks nothing.
        text("descriptor-not-ascii", .raw, is: .vmdk, .textDescriptor, text: descriptor("monolithicFlat") + "ä"),
        text(
            "descriptor-not-ascii-as-qcow2",
            .qcow2,
            is: .vmdk,
            .format,
            .textDescriptor,
            text: descriptor("vmfs") + "ä"
        ),
        text("script", .raw, is: .raw, text: "#!/bin/sh\n" + String(repeating: "exit 0\n", count: 100)),
        text("script-not-ascii", .raw, is: .raw, text: String(repeating: "exit 0\n", count: 100) + "ä"),
        text(
            "script-not-ascii-as-qcow2",
            .qcow2,
            is: .raw,
            .format,
            text: String(repeating: "exit 0\n", count: 100) + "ä"
        ),
        text("short-descriptor", .raw, is: .vmdk, .textDescriptor, text: "# Disk DescriptorFile\n"),
    ]

    private static let several = [
        qcow2.edited("qcow2-and-mbr", .ambiguous, at: mbr(entry(0, kind: 0x83))).ambiguous(),
        qcow2.edited("qcow2-and-iso", .ambiguous, at: [32769: Array("CD001".utf8)]).ambiguous(),
        bytes(
            "vdi-and-iso",
            .raw,
            is: nil,
            .ambiguous,
            at: [0x40: [0x7f, 0x10, 0xda, 0xbe], 32769: Array("CD001".utf8)]
        ),
        bytes(
            "vdi-and-mbr-and-iso",
            .iso,
            is: nil,
            .ambiguous,
            at: [0x40: [0x7f, 0x10, 0xda, 0xbe], 510: [0x55, 0xaa], 32769: Array("CD001".utf8)]
        ),
        bytes(
            "qcow2-and-vdi-cut",
            .raw,
            is: nil,
            .ambiguous,
            count: 500,
            at: [0: [0x51, 0x46, 0x49, 0xfb], 0x40: [0x7f, 0x10, 0xda, 0xbe]]
        ),
        bytes("qcow2-cut", .raw, is: .qcow2, .truncated, count: 511, at: [0: [0x51, 0x46, 0x49, 0xfb]]),
        bytes("vdi-cut", .vdi, is: .vdi, .truncated, count: 511, at: [0x40: [0x7f, 0x10, 0xda, 0xbe]]),
        bytes("vhd-cut", .vhd, is: .vhd, .truncated, count: 511, at: [0: Array("conectix".utf8)]),
        bytes("vhdx-cut", .vhdx, is: .vhdx, .truncated, count: 262143, at: [0: Array("vhdxfile".utf8)]),
        bytes("luks-cut", .raw, is: .luks, .truncated, count: 591, at: [0: Array("LUKS".utf8) + [0xba, 0xbe, 0, 1]]),
        bytes("iso-cut", .iso, is: .iso, .truncated, count: 34815, at: [32769: Array("CD001".utf8)]),
        bytes("vmdk-cut", .vmdk, is: .vmdk, .truncated, count: 63, at: [0: Array("KDMV".utf8)]),
    ]
}
