import ArgumentParser
import Pipeline
import SystemPackage

/// What has to be known of a disk to look into it.
struct DiskOptions: ParsableArguments {
    @Option(help: "The root device of the system that is meant, where the disk has several.")
    var root: String?

    @Option(help: ArgumentHelp("A passphrase for every encrypted volume: the first line of a file.", valueName: "file"))
    var keyFile: [String] = []

    @Option(help: ArgumentHelp("A passphrase for one: '/dev/sda2:file:FILE', or its UUID.", valueName: "selector"))
    var key: [String] = []

    @Option(help: "The bytes of the disk's sectors, 512 or 4096.")
    var sectorSize = 512

    @Option(help: "How long libguestfs' appliance may run, such as '30m'.")
    var deadline = Age(.seconds(1800))

    func validate() throws {
        if ![512, 4096].contains(sectorSize) { throw ValidationError("--sector-size takes 512 or 4096") }
        if deadline.duration <= .zero { throw ValidationError("--deadline takes a time above 0") }
        if let selector = key.first(where: { KeyFile(selector: $0) == nil }) {
            throw ValidationError("--key takes DEVICE:file:FILE or UUID:file:FILE, not '\(selector)'")
        }
    }

    /// The files with passphrases, those for one volume first.
    var keys: [KeyFile] {
        key.compactMap { KeyFile(selector: $0) } + keyFile.map { KeyFile(file: FilePath($0)) }
    }

    /// Tells an inspection.
    func apply(to inspection: inout ImageInspection) {
        inspection.root = root
        inspection.keys = keys
        inspection.sectorSize = sectorSize
        inspection.deadline = deadline.duration
    }
}
