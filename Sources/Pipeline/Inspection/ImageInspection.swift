import DiskImages
import Foundation
public import Guestfs
public import Inventory
import Libvirt
public import SystemPackage

/// An image file that is looked at without being started.
public struct ImageInspection: Sendable {
    /// The formats that an image is opened in.
    public enum Format: String, Sendable, CaseIterable {
        /// QEMU's own format, without a backing file.
        case qcow2
        /// The plain bytes of the disk.
        case raw
    }

    /// The image file.
    public let path: FilePath
    /// The format in which it is opened.
    public let format: Format
    /// The device of the operating system that is meant, where the disk has several; nil takes the only one.
    public var root: String?
    /// What opens the encrypted volumes.
    public var keys: [KeyFile] = []
    /// The bytes of a sector of the disk: 512 or 4096.
    public var sectorSize = 512
    /// How long the appliance may run.
    public var deadline = Duration.seconds(1800)
    private let home: Home

    /// Takes an image file, after a look at its header.
    ///
    /// - Parameters:
    ///   - path: The image file.
    ///   - format: Its format; nil takes qcow2 where the file begins as such a file. A raw disk has to be told: what is on it is its guest's.
    ///   - home: Where the appliance is kept.
    /// - Throws: ``Failure`` where the file is missing, in another format, or refers to other files of this machine; with
    ///   ``ExitStatus/usage`` where the format has to be told.
    public init(_ path: FilePath, format: Format?, home: Home) throws(Failure) {
        self.path = path
        self.home = home
        let found = try SourceImage.format(of: path, told: format.map { $0 == .qcow2 ? .qcow2 : .raw })
        self.format = found == .qcow2 ? .qcow2 : .raw
    }

    /// What is on it.
    ///
    /// - Throws: ``Failure``: 66 where there is no system on it that could be looked at, 69 where the appliance does not start.
    public func facts() async throws(Failure) -> GuestFacts {
        let (root, keys) = (root, try readKeys())
        return try await withAppliance { try await Inspection.facts(of: $0, root: root, keys: keys, options: $1) }
    }

    /// The same, with every file in a few words, for a comparison.
    public func factsAndFiles() async throws(Failure) -> (facts: GuestFacts, files: FileTable) {
        let (root, keys) = (root, try readKeys())
        return try await withAppliance {
            try await Inspection.factsAndFiles(of: $0, root: root, keys: keys, options: $1)
        }
    }

    /// Whether it holds what an image must not: what sysprep takes away by default, passwords, keys, and private keys anywhere on the disk.
    ///
    /// - Parameter allowed: Patterns of paths of files in which passwords and keys are as they should be.
    public func hygiene(allowing allowed: [String]) async throws(Failure) -> HygieneReport {
        let (root, keys) = (root, try readKeys())
        return try await withAppliance { disk, options in
            let proof = ImageHygiene(
                request: HygieneRequest(
                    disk: disk.path,
                    format: disk.format,
                    stampPath: nil,
                    declared: HygieneDeclaration(files: allowed),
                    root: root,
                    keys: keys,
                    sectorSize: disk.sectorSize
                ),
                patterns: [.privateKey],
                qemuImg: try QemuImg.find(),
                options: options
            )
            return try await proof.run { _ in }
        }
    }

    /// What is installed on it as a document.
    ///
    /// The document's time is `SOURCE_DATE_EPOCH` where that is set (reproducible-builds.org), else now.
    public func billOfMaterials(_ inventory: PackageInventory) async throws(Failure) -> BillOfMaterials {
        let digest: String
        do {
            digest = try await FileDigester.sha256(path).sha256
        } catch {
            throw Failure(error)
        }
        let given = ProcessInfo.processInfo.environment["SOURCE_DATE_EPOCH"].flatMap { TimeInterval($0) }
        let date = given.map { Date(timeIntervalSince1970: $0) } ?? Date()
        return BillOfMaterials(
            subject: .init(name: path.lastComponent?.string ?? "image", sha256: digest),
            distribution: inventory.distribution,
            packages: inventory.packages,
            isComplete: inventory.isComplete,
            created: date.formatted(.iso8601),
            tool: "imagebake",
            toolVersion: Version.current
        )
    }

    /// Writes a document whole, under a temporary name first.
    public static func write(_ document: String, to file: FilePath) throws(Failure) {
        try Files.write(Data(document.utf8), to: file)
    }

    private func readKeys() throws(Failure) -> [DiskKey] {
        var read: [DiskKey] = []
        for file in keys { read.append(try file.key()) }
        return read
    }

    private func withAppliance<Value: Sendable>(
        _ body: (GuestDisk, GuestfsOptions) async throws -> Value
    ) async throws(Failure) -> Value {
        let disk = GuestDisk(path, format: format == .qcow2 ? .qcow2 : .raw, sectorSize: sectorSize)
        let memory = AcceleratorMemory(home: home, hypervisor: Hypervisor(connect: nil, environment: [:], home: home))
        let known = memory.answer.map { $0.accelerator == .tcg }
        var options = GuestfsOptions(
            forceTCG: known ?? (access("/dev/kvm", R_OK | W_OK) != 0),
            cacheDirectory: home.cache.appending("appliance"),
            deadline: deadline
        )
        do {
            do {
                return try await body(disk, options)
            } catch let error as GuestfsError where error.code == .launch && !options.forceTCG {
                // A KVM that is offered and does not work; no bake has probed it yet.
                options.forceTCG = true
                return try await body(disk, options)
            }
        } catch let error as GuestfsError {
            throw failure(error)
        } catch {
            throw Failure(error)
        }
    }

    private func failure(_ error: GuestfsError) -> Failure {
        switch error.code {
        case .noOS, .multipleOS, .operation, .diskUnreadable, .encrypted, .brokenFilesystem, .unsupportedOS:
            Failure(
                .inputMissing,
                "cannot inspect \(path): \(error.message)",
                ["step": error.operation, "next": error.hint]
            )
        default: Failure(error)
        }
    }
}
