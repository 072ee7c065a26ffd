import SystemPackage
import Testing

/// A small disk with what looks like an installed Debian, made by the host's own tools in a second, without a guest.
enum PhonyDisk {
    /// The text in root's history, in the swap area and in the swap file, none of which an image may keep.
    static let secret = "SECRET-OF-THE-BUILD-MACHINE"

    /// What is made on the disk beside the usual.
    struct Extras {
        /// A shell script that adds to the tree, whose root is the working directory.
        var script = ":"
        /// The bytes of the disk.
        var size = 192 << 20
        /// The number of inodes; nil leaves it to mke2fs.
        var inodes: Int?
    }

    /// Makes the disk: a GPT with a swap area and ext4, raw.
    static func make(_ name: String, in lab: Lab, _ extras: Extras = Extras()) async throws -> FilePath {
        let disk = lab.root.appending(name)
        let start = 17 << 20
        let script = """
            set -eu
            export PATH="$PATH:/usr/sbin:/sbin"
            tree=$(mktemp -d '\(lab.root)/tree-XXXXXX')
            chmod 755 "$tree"
            cd "$tree"
            mkdir -p bin dev etc/ssh etc/systemd home/admin proc root tmp usr var/lib/dpkg var/log var/tmp
            cp "$(readlink -f /bin/true)" bin/ls
            echo 12.5 >etc/debian_version
            printf 'ID=debian\\nVERSION_ID="12"\\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\\n' >etc/os-release
            printf 'LABEL=root / ext4 defaults 0 0\\nLABEL=swap none swap sw 0 0\\n/swapfile none swap sw 0 0\\n' >etc/fstab
            echo 0123456789abcdef0123456789abcdef >etc/machine-id
            echo key >etc/ssh/ssh_host_rsa_key
            echo log >var/log/messages
            echo '\(secret)' >root/.bash_history
            printf 'Package: bash\\nStatus: install ok installed\\nVersion: 5.2\\nArchitecture: amd64\\n\\n' >var/lib/dpkg/status
            truncate -s 1M swapfile; chmod 600 swapfile
            dd if=/dev/zero of=swapfile bs=64k count=16 status=none
            mkswap -q -L file swapfile
            printf '\(secret)' | dd of=swapfile bs=1 seek=200000 conv=notrunc status=none
            \(extras.script)
            truncate -s \(extras.size) '\(disk)'
            printf 'label: gpt\\nstart=2048,size=32768,type=0657FD6D-A4AB-43C4-84E5-0933C84B4F4F\\nstart=34816\\n' |
                sfdisk -q '\(disk)'
            truncate -s 16M '\(disk).swap'
            mkswap -q -L swap -U \(swapUUID) '\(disk).swap'
            printf '\(secret)' | dd of='\(disk).swap' bs=1 seek=5000000 conv=notrunc status=none
            dd if='\(disk).swap' of='\(disk)' bs=1M seek=1 conv=notrunc,sparse status=none
            rm '\(disk).swap'
            mke2fs -q -t ext4 -L root \(extras.inodes.map { "-N \($0)" } ?? "") -d "$tree" -E offset=\(start) \\
                '\(disk)' \((extras.size - start - (1 << 20)) / 1024)k
            rm -rf "$tree"
            """
        _ = try await lab.tool("sh", "-c", script)
        return disk
    }

    static let swapUUID = "11111111-2222-3333-4444-555555555555"

    /// Runs debugfs on the root file system of a raw disk; what it prints.
    static func debugfs(_ disk: FilePath, _ command: String, in lab: Lab) async throws -> String {
        let script = """
            export PATH="$PATH:/usr/sbin:/sbin"
            dd if='\(disk)' of='\(disk).root' bs=1M skip=17 conv=sparse status=none
            debugfs -R '\(command)' '\(disk).root' 2>/dev/null
            e2fsck -fn '\(disk).root' >&2 || exit 1
            rm '\(disk).root'
            """
        return try await lab.tool("sh", "-c", script)
    }
}
