import Foundation
import SystemPackage
import Testing

extension SideBySide {
    /// Images on which `imagebake sysprep`, `inspect` and `diff` do nothing, and say why.
    @Suite("Images that are refused", .needs(.guests, .appliance, .diskTools))
    struct RefusedImageTests {
        @Test("an image that is refused after a look inside is as it was", arguments: Refusal.all)
        fileprivate func refusedInside(refusal: Refusal) async throws {
            try await withLab { lab in
                try await lab.learn()
                let disk = lab.root.appending("disk.raw")
                let script = "set -eu; export PATH=\"$PATH:/usr/sbin:/sbin\"; cd '\(lab.root)'; \(refusal.script)"
                _ = try await lab.tool("sh", "-c", script)
                let before = try await lab.digest(disk)
                let command = ["sysprep", disk.string, "--image-format", "raw", "--in-place"] + refusal.arguments
                try await lab.run(command, directory: lab.root).expect(81, refusal.words)
                #expect(try await lab.digest(disk) == before)
                #expect(lab.leftoverImages == [])
            }
        }

        /// A disk that is refused, by what is on it.
        fileprivate struct Refusal: Sendable, CustomTestStringConvertible {
            let testDescription: String
            let script: String
            var arguments: [String] = []
            let words: [String]

            static let all = [
                Refusal(
                    testDescription: "a damaged file system",
                    script: """
                        truncate -s 64M disk.raw; mke2fs -q -t ext4 disk.raw
                        head -c 16 /dev/urandom | dd of=disk.raw bs=1 seek=1044 conv=notrunc status=none
                        """,
                    words: ["/dev/sda (ext4) cannot be mounted", "fsck"]
                ),
                Refusal(
                    testDescription: "encrypted, and the key is another's",
                    script: """
                        truncate -s 64M disk.raw; printf right >right; printf 'not the right one' >wrong
                        cryptsetup luksFormat --batch-mode --type luks1 --pbkdf-force-iterations 1000 --key-file right disk.raw
                        """,
                    arguments: ["--key-file", "wrong"],
                    words: ["does not open /dev/sda (LUKS, UUID ", "the first line of the file"]
                ),
            ]
        }

        @Test("an image that is refused for its header is not opened by anything", arguments: Header.all)
        fileprivate func refusedOutside(header: Header) async throws {
            try await withLab { lab in
                let script = "set -eu; cd '\(lab.root)'; \(header.script)"
                _ = try await lab.tool("sh", "-c", script)
                let bytes = "cd '\(lab.root)'; if [ -f image ]; then sha256sum <image; fi"
                let before = try await lab.tool("sh", "-c", bytes)
                let command = ["sysprep", "image"] + header.arguments
                let result = try await lab.run(command, directory: lab.root)
                result.expect(header.status, header.words)
                #expect(result.stdout == "")
                #expect(try await lab.tool("sh", "-c", bytes) == before)
                #expect(!Disk.exists(lab.home.appending("cache/appliance")), "the appliance was made ready")
                #expect(lab.leftoverImages == [])
            }
        }

        @Test("nor do inspect and diff open it", arguments: Header.ofDisks)
        fileprivate func notInspected(header: Header) async throws {
            try await withLab { lab in
                _ = try await lab.tool("sh", "-c", "set -eu; cd '\(lab.root)'; \(header.script)")
                for command in [["inspect", "image"], ["inspect", "image", "--hygiene"], ["diff", "image", "image"]] {
                    let result = try await lab.run(command + header.arguments, directory: lab.root)
                    result.expect(header.status, header.words)
                    #expect(result.stdout == "")
                }
                #expect(!Disk.exists(lab.home.appending("cache/appliance")), "the appliance was made ready")
            }
        }

        /// An image that is refused before anything runs.
        fileprivate struct Header: Sendable, CustomTestStringConvertible {
            let testDescription: String
            var script = "truncate -s 1M image"
            var arguments: [String] = []
            var status: Int32 = 66
            let words: [String]

            static let ofDisks = [
                Header(
                    testDescription: "a backing file",
                    script: "qemu-img create -q -f qcow2 -F raw -b /etc/passwd image",
                    words: ["has a backing file: /etc/passwd"]
                ),
                Header(
                    testDescription: "a data file",
                    script: "qemu-img create -q -f qcow2 -o data_file=data image 1M",
                    words: ["keeps its data in an external file"]
                ),
                Header(
                    testDescription: "a backing file behind a word for raw",
                    script: "qemu-img create -q -f qcow2 -F raw -b /etc/passwd image",
                    arguments: ["--image-format", "raw"],
                    words: ["is declared as raw but is qcow2"]
                ),
                Header(
                    testDescription: "sectors of 7 bytes",
                    arguments: ["--sector-size", "7"],
                    status: 64,
                    words: ["--sector-size takes 512 or 4096"]
                ),
                Header(
                    testDescription: "a key file that is not there",
                    script: "qemu-img create -q -f qcow2 image 1M",
                    arguments: ["--key-file", "nothing"],
                    words: ["there is no key file nothing"]
                ),
            ]

            static let all = [
                Header(testDescription: "none there", script: ":", words: ["image: no such file or directory"]),
                Header(testDescription: "a directory", script: "mkdir image", words: ["is a directory"]),
                Header(testDescription: "a device", script: "ln -s /dev/zero image", words: ["not a regular file"]),
                Header(
                    testDescription: "empty",
                    script: ": >image",
                    arguments: ["--image-format", "raw"],
                    words: ["is an empty image"]
                ),
                Header(
                    testDescription: "raw that is not said to be",
                    status: 64,
                    words: ["has no header that says what it is", "--image-format raw"]
                ),
                Header(
                    testDescription: "qcow2 that is said to be raw",
                    script: "qemu-img create -q -f qcow2 image 1M",
                    arguments: ["--image-format", "raw"],
                    words: ["is declared as raw but is qcow2"]
                ),
                Header(
                    testDescription: "raw that is said to be qcow2",
                    arguments: ["--image-format", "qcow2"],
                    words: ["is declared as qcow2 but is raw"]
                ),
                Header(
                    testDescription: "a backing file",
                    script: "qemu-img create -q -f qcow2 -F raw -b /etc/passwd image",
                    words: ["has a backing file: /etc/passwd", "qemu-img convert"]
                ),
                Header(
                    testDescription: "a data file",
                    script: "qemu-img create -q -f qcow2 -o data_file=data image 1M",
                    words: ["keeps its data in an external file"]
                ),
                Header(
                    testDescription: "VMDK",
                    script: "qemu-img create -q -f vmdk image 1M",
                    words: ["is vmdk, neither qcow2 nor raw", "qemu-img convert -f vmdk"]
                ),
                Header(
                    testDescription: "clusters of 2^60 bytes",
                    script: """
                        qemu-img create -q -f qcow2 image 1M
                        printf '\\000\\000\\000\\074' | dd of=image bs=1 seek=20 conv=notrunc status=none
                        """,
                    words: ["image"]
                ),
                Header(
                    testDescription: "a disk of 2^62 bytes",
                    script: """
                        qemu-img create -q -f qcow2 image 1M
                        printf '\\100\\000\\000\\000' | dd of=image bs=1 seek=24 conv=notrunc status=none
                        """,
                    words: ["image"]
                ),
                Header(
                    testDescription: "internal snapshots",
                    script: "qemu-img create -q -f qcow2 image 1M; qemu-img snapshot -c one image",
                    words: ["has internal snapshots"]
                ),
                Header(
                    testDescription: "a key file that is not there",
                    script: "qemu-img create -q -f qcow2 image 1M",
                    arguments: ["--key-file", "nothing"],
                    words: ["there is no key file nothing"]
                ),
                Header(
                    testDescription: "the image as its own output",
                    script: "qemu-img create -q -f qcow2 image 1M; ln -s image link",
                    arguments: ["--output", "link", "--force"],
                    status: 64,
                    words: ["is the image itself", "--in-place"]
                ),
                Header(
                    testDescription: "an unknown operation",
                    arguments: ["--operations", "defaults,-log-files"],
                    status: 64,
                    words: ["no operation is named 'log-files'", "--list-operations"]
                ),
                Header(
                    testDescription: "a dry run in place",
                    arguments: ["--dry-run", "--in-place"],
                    status: 64,
                    words: ["give one of them"]
                ),
                Header(
                    testDescription: "a key on the command line",
                    arguments: ["--key", "/dev/sda1:key:secret"],
                    status: 64,
                    words: ["--key takes DEVICE:file:FILE"]
                ),
            ]
        }

        @Test("an image from which a guest runs is left alone", arguments: ["sysprep", "inspect"])
        func inUse(command: String) async throws {
            try await withLab { lab in
                try await lab.learn()
                let disk = lab.root.appending("disk.qcow2")
                _ = try await lab.tool("qemu-img", "create", "-q", "-f", "qcow2", disk.string, "1M")
                let guest = try await lab.start(program: [
                    "qemu-system-x86_64", "-machine", "none", "-S", "-display", "none", "-nodefaults", "-drive",
                    "file=\(disk),format=qcow2,if=none", "-chardev", "file,id=log,path=\(lab.root)/log",
                ])
                try await lab.wait(for: "the guest") { Disk.exists(lab.root.appending("log")) || !guest.isRunning }
                try await Task.sleep(for: .milliseconds(300))
                try await lab.run([command, disk.string]).expect(75, "is open in another process", "shut down")
            }
        }
    }
}
