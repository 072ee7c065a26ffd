import Foundation
import SystemPackage
import Testing

extension SideBySide {
    /// `imagebake sysprep IMAGE` on images that others made.
    @Suite("Sysprep of any image", .needs(.guests, .appliance, .diskTools))
    struct SysprepTests {
        private static let changes = [
            "removed /root/.bash_history", "removed /var/log/messages", "removed /etc/ssh/ssh_host_rsa_key",
            "emptied /etc/machine-id",
        ]

        /// What the tests read of a report.
        private struct Report: Decodable {
            struct Operation: Decodable {
                let name: String
                let changes: [String]
            }
            struct FreeSpace: Decodable {
                let mountpoint: String
                let method: String
            }
            struct System: Decodable {
                let distribution: String
            }

            let output: String?
            let isDryRun: Bool
            let virtualSize: Int64?
            let system: System?
            let operations: [Operation]
            let swap: [String]
            let freeSpace: [FreeSpace]
            let warnings: [String]
        }

        @Test("a new file is clean and smaller, and the image is only read")
        func newFile() async throws {
            try await withLab { lab in
                try await lab.learn()
                let disk = try await PhonyDisk.make("old.raw", in: lab)
                let before = try await lab.digest(disk)
                chmod(disk.string, 0o444)
                let result = try await lab.run([
                    "sysprep", disk.string, "--image-format", "raw", "--output-format", "qcow2", "--shrink", "--format",
                    "json", "--disable", "tmp-files",
                ])
                let report = try result.json(Report.self)
                let output = lab.root.appending("old-sysprep.qcow2")
                #expect(report.output == output.string && !report.isDryRun && report.system?.distribution == "debian")
                let changes = report.operations.flatMap(\.changes)
                for change in Self.changes { #expect(changes.contains(change)) }
                #expect(!report.operations.contains { $0.name == "tmp-files" })
                #expect(report.swap == ["emptied the swap area /dev/sda1", "emptied the swap file /swapfile"])
                #expect(report.freeSpace.map(\.method) == ["trimmed"] && report.warnings == [])
                #expect(try await lab.digest(disk) == before)

                // What is in the new file, read without libguestfs.
                let info = try await lab.tool("qemu-img", "info", "-f", "qcow2", output.string)
                #expect(info.contains("compression type: zstd") && !info.contains("backing file"))
                let raw = lab.root.appending("new.raw")
                _ = try await lab.tool("qemu-img", "convert", "-f", "qcow2", "-O", "raw", output.string, raw.string)
                #expect(Disk.size(raw) == report.virtualSize && Disk.size(raw) ?? 0 < 120 << 20)
                #expect(try await lab.tool("sh", "-c", "grep -c -a '\(PhonyDisk.secret)' '\(raw)' || :") == "0")
                #expect(try await lab.tool("sh", "-c", "grep -c -a '\(PhonyDisk.secret)' '\(disk)'") != "0")
                #expect(try await PhonyDisk.debugfs(raw, "ls -p /root", in: lab).contains("bash_history") == false)
                #expect(try await PhonyDisk.debugfs(raw, "stat /swapfile", in: lab).contains("Mode:  0600"))
                let table = try await lab.tool("sh", "-c", "PATH=$PATH:/usr/sbin sfdisk --verify '\(raw)' 2>&1")
                #expect(table.contains("No errors detected"), "\(table)")
                _ = try await lab.tool("dd", "if=\(raw)", "of=\(raw).swap", "bs=1M", "skip=1", "count=16")
                let swap = try await lab.tool("sh", "-c", "PATH=$PATH:/usr/sbin blkid -p '\(raw).swap'")
                #expect(swap.contains(PhonyDisk.swapUUID) && swap.contains("LABEL=\"swap\""), "\(swap)")

                // The two images differ, in what was to differ; each of them does not from itself.
                let difference = try await lab.run([
                    "diff", disk.string, raw.string, "--image-format", "raw", "--depth", "3",
                ])
                difference.expect(1)
                for directory in ["/root", "/var/log", "/etc/ssh"] {
                    #expect(difference.stdout.contains(directory), "\(difference)")
                }
                try await lab.run([
                    "diff", output.string, raw.string, "--image-format", "qcow2", "--image-format", "raw",
                ]).expect(0)

                // It is not written over without a word.
                let again = try await lab.run([
                    "sysprep", disk.string, "--image-format", "raw", "--output-format", "qcow2",
                ])
                again.expect(64, "\(output) is there already", "--force")
                #expect(lab.leftoverImages == [])
            }
        }

        @Test("a dry run lists what would be changed and changes nothing")
        func dryRun() async throws {
            try await withLab { lab in
                try await lab.learn()
                let disk = try await PhonyDisk.make("old.raw", in: lab)
                let before = try await lab.digest(disk)
                func names() -> [String] { Disk.names(lab.root).filter { !$0.hasPrefix("run-") && $0 != "home" } }
                let namesBefore = names()
                let result = try await lab.run([
                    "sysprep", disk.string, "--image-format", "raw", "--dry-run", "--operations",
                    "defaults,-tmp-files,-logfiles",
                ])
                try result.required()
                for change in Self.changes where !change.contains("/var/log") {
                    #expect(result.stdout.contains(change), "\(result)")
                }
                #expect(!result.stdout.contains("/var/log/messages"))
                #expect(result.stdout.contains("emptied the swap area /dev/sda1"))
                #expect(try await lab.digest(disk) == before)
                #expect(names() == namesBefore)
                #expect(lab.leftoverImages == [])
            }
        }

        @Test("an encrypted disk is inspected with its key, which stands in no process's arguments")
        func encrypted() async throws {
            try await withLab { lab in
                try await lab.learn()
                let disk = try await PhonyDisk.make("old.raw", in: lab)
                // Of the whole disk, without a partition table: what qemu-img makes without a device mapper.
                let script = """
                    set -eu; cd '\(lab.root)'; printf 'tr0ub4dor&3' >key
                    dd if='\(disk)' of=root.raw bs=1M skip=17 conv=sparse status=none
                    # It measures the processor, and gives up now and then on a busy machine: "accurate CPU usage".
                    for try in 1 2 3 4 5 6 7 8 9; do
                        qemu-img convert -f raw -O luks --object secret,id=s,file=key -o key-secret=s,iter-time=10 \\
                            root.raw locked.raw && break
                    done
                    """
                _ = try await lab.tool("sh", "-c", script)
                let inspect = ["inspect", "locked.raw", "--image-format", "raw", "--format", "json"]
                let shut = try await lab.run(inspect, directory: lab.root)
                shut.expect(66, "no key was given", "--key-file")
                let open = try await lab.start(inspect + ["--key-file", "key"], directory: lab.root)
                try await lab.wait(for: "the appliance") {
                    Processes.naming(lab.home.string).contains { $0.value.contains("overlay-0.qcow2") }
                }
                #expect(Processes.naming("tr0ub4dor").isEmpty)
                let result = try await open.result().required()
                for words in ["Debian GNU/Linux 12 (bookworm)", "\"bash\""] {
                    #expect(result.stdout.contains(words), "\(result)")
                }
                #expect(!(result.stdout + result.stderr).contains("tr0ub4dor"))
            }
        }

        @Test("in place: kill -9 leaves the image as it was, and a killed commit is finished by the same command")
        func inPlace() async throws {
            try await withLab { lab in
                try await lab.learn()
                let disk = try await PhonyDisk.make("old.raw", in: lab)
                let before = try await lab.digest(disk)
                let command = ["sysprep", disk.string, "--image-format", "raw", "--in-place", "--shrink"]
                let killed = try await lab.start(command)
                try await lab.wait(for: "the appliance") { !Processes.guests(naming: lab.home.string).isEmpty }
                killed.send(SIGKILL)
                #expect(try await killed.result().status == 137)
                #expect(try await lab.digest(disk) == before)
                for pid in Processes.guests(naming: lab.home.string) { kill(pid, SIGKILL) }

                // The process dies at the worst moment: when qemu-img has begun to write.
                let bin = lab.root.appending("bin")
                let script = """
                    #!/bin/sh
                    if [ "$1" = commit ]; then
                        printf half-written | dd of='\(disk)' bs=1 seek=1048576 conv=notrunc status=none
                        kill -9 $PPID
                        exit 1
                    fi
                    PATH=${PATH#*:} exec qemu-img "$@"
                    """
                try Disk.write(script, to: bin.appending("qemu-img"))
                chmod(bin.appending("qemu-img").string, 0o755)
                let path = "\(bin):\(ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")"
                let halfway = try await lab.run(command, environment: ["PATH": path])
                #expect(halfway.status == 137, "\(halfway)")
                #expect(try await lab.digest(disk) != before)
                #expect(lab.leftoverImages.count == 1, "the overlay is what the image is finished with")

                let finished = try await lab.run(command)
                finished.expect(0, "finished what an interrupted command was writing to \(disk)")
                #expect(lab.leftoverImages == [])
                #expect(Disk.size(disk) ?? .max < 120 << 20)
                #expect(try await lab.tool("sh", "-c", "grep -c -a '\(PhonyDisk.secret)' '\(disk)' || :") == "0")
                #expect(try await PhonyDisk.debugfs(disk, "cat /etc/machine-id", in: lab) == "")
                let table = try await lab.tool("sh", "-c", "PATH=$PATH:/usr/sbin sfdisk --verify '\(disk)' 2>&1")
                #expect(table.contains("No errors detected"), "\(table)")
            }
        }

        @Test("an appliance that somebody kills, and one that is not done in time: status 81, and the image as it was")
        func endedAppliance() async throws {
            try await withLab { lab in
                try await lab.learn()
                let disk = try await PhonyDisk.make("old.raw", in: lab)
                let before = try await lab.digest(disk)
                let command = ["sysprep", disk.string, "--image-format", "raw", "--dry-run"]
                let killed = try await lab.start(command)
                // Not the one that libguestfs only asks for its abilities.
                try await lab.wait(for: "the appliance") {
                    Processes.naming(lab.home.string).contains {
                        $0.value.contains("qemu-system") && $0.value.contains("overlay.qcow2")
                    }
                }
                try await Task.sleep(for: .milliseconds(700))
                for pid in Processes.guests(naming: lab.home.string) { kill(pid, SIGKILL) }
                try await killed.result().expect(81, "libguestfs' appliance was ended from outside", "next")
                let late = try await lab.run(command + ["--deadline", "1s"])
                late.expect(81, "the appliance was not done after 1 s")
                #expect(Processes.guests(naming: lab.home.string) == [])
                #expect(try await lab.digest(disk) == before)
                #expect(lab.leftoverImages == [])
            }
        }

        @Test("the operations are listed")
        func list() async throws {
            try await withLab { lab in
                let list = try await lab.run(["sysprep", "--list-operations"]).required()
                #expect(list.stdout.contains("machine-id"))
                #expect(!Disk.exists(lab.home))
            }
        }

        @Test("a hostile guest costs neither time nor memory, and nothing outside its disk")
        func hostile() async throws {
            try await withLab { lab in
                try await lab.learn()
                var extras = PhonyDisk.Extras()
                extras.size = 512 << 20
                extras.inodes = 60_000
                extras.script = """
                    for directory in $(seq 60); do
                        mkdir -p "var/log/many/$directory"; (cd "var/log/many/$directory" && seq 600 | xargs touch)
                    done
                    rm root/.bash_history; truncate -s 4G root/.bash_history
                    rm etc/machine-id; ln -s /dev/sda etc/machine-id
                    ln -s /etc tmp/link; ln -s ../../../../../../etc/passwd home/admin/.bash_history
                    echo kept >etc/passwd
                    touch "$(printf 'var/tmp/new\\nline')" "$(printf 'var/tmp/\\033[2J')"
                    mkdir -p var/lib/rpm; head -c 100000 /dev/urandom >var/lib/rpm/rpmdb.sqlite
                    """
                let disk = try await PhonyDisk.make("hostile.raw", in: lab, extras)
                let before = try await lab.digest(disk)
                let command = ["sysprep", disk.string, "--image-format", "raw", "--output"]
                let running = try await lab.start(command + [lab.root.appending("new.raw").string])
                var peak = 0
                while running.isRunning {
                    peak = max(peak, running.peakMemory ?? 0)
                    try await Task.sleep(for: .milliseconds(100))
                }
                let result = try await running.result()
                #expect(peak > 0 && peak < 400 << 10, "\(peak) KiB")
                #expect(try await lab.digest(disk) == before)
                #expect(!result.stdout.contains("\u{1B}") && !result.stderr.contains("\u{1B}[2J"))
                try result.required()
                let changes = [
                    "replaced /etc/machine-id", "removed all of /var/log/many/7/, 600 entries", "new\\x0aline",
                ]
                for change in changes { #expect(result.stdout.contains(change), "\(change)") }
                let new = lab.root.appending("new.raw")
                #expect(try await PhonyDisk.debugfs(new, "stat /etc/machine-id", in: lab).contains("Type: regular"))
                #expect(try await PhonyDisk.debugfs(new, "cat /etc/passwd", in: lab) == "kept")
                #expect(try await PhonyDisk.debugfs(new, "ls -p /root", in: lab).contains("bash_history") == false)
                #expect(lab.leftoverImages == [])
            }
        }
    }
}

extension Lab {
    /// The SHA-256 of a file.
    func digest(_ file: FilePath) async throws -> String {
        try await tool("sha256sum", "-b", file.string)
    }

    /// What commands on images left behind.
    var leftoverImages: [String] {
        Disk.names(home.appending("cache/images")) + Disk.names(home.appending("state/images"))
            + Disk.names(root).filter { $0.hasSuffix(".imagebake-partial") }
    }
}
