public import DiskImages
import Foundation
public import Publish
import SystemPackage

/// Publishes finished files, or images of the local registry, by the transaction by which a bake publishes.
public struct FilePublication: Sendable {
    /// What is to be published, and how it appears.
    public struct Order: Sendable {
        /// Files, or images of the local registry by name or id.
        public var subjects: [String] = []
        /// The registries.
        public var registries: [String] = []
        /// The name; nil for that of the image, or of the file without its extension.
        public var name: String?
        /// The format of the files; nil to see it in them.
        public var diskFormat: DiskFormat?
        /// What the only file, a root file system without a partition table, starts with; nil for a disk.
        public var boot: BootFiles?
        /// Who sees it; nil for private.
        public var visibility: Visibility?
        /// Whether it cannot be deleted.
        public var isProtected = false
        /// Its tags.
        public var tags: [String] = []
        /// Its properties.
        public var properties: [String: String] = [:]
        /// The smallest disk in GiB; nil to compute it.
        public var minDisk: Int?
        /// The least memory in MiB; nil to compute it.
        public var minRAM: Int?
        /// How many images stay in use under the name; nil where none gives its name up.
        public var keep: Int?
        /// What becomes of older ones.
        public var retire = RetireAction.hide
        /// The store; nil for the usual one.
        public var store: String?
        /// A standard for the properties.
        public var profile: PropertyProfile?

        /// An order of nothing.
        public init() {}
    }

    private struct Subject: Sendable {
        let request: ImageRequest
        let name: String
    }

    private let order: Order
    private let home: Home
    private let report: PublicationReport

    /// Prepares it; nothing is read or asked yet.
    ///
    /// - Parameters:
    ///   - activity: Told what goes on.
    ///   - warn: Told of what a person has to know.
    ///   - step: Told of what was done.
    ///   - bytes: Told the bytes that went over and are to go, of all files that are on their way.
    public init(
        _ order: Order,
        home: Home,
        activity: @escaping @Sendable (String) -> Void = { _ in },
        warn: @escaping @Sendable (String) -> Void = { _ in },
        step: @escaping @Sendable (PublicationStep) -> Void = { _ in },
        bytes: @escaping @Sendable (Int64, Int64?) -> Void = { _, _ in }
    ) {
        self.order = order
        self.home = home
        report = PublicationReport(activity: activity, warn: warn, step: step, bytes: bytes)
    }

    /// Publishes, and answers the images with what was done for each.
    ///
    /// - Throws: ``Failure`` that names each place in which it failed.
    public func run() async throws(Failure) -> [ImagePublisher.Outcome] {
        do {
            return try await withOrders { orders, work in
                var orders = orders
                if orders.contains(where: { $0.convertedFrom != nil }) {
                    let qemuImg = try QemuImg.find()
                    try await PublicationConversion(qemuImg: qemuImg, work: work, report: report).run(&orders)
                }
                return try await PublicationBatch(orders: orders, home: home, report: report).run()
            }
        } catch {
            throw Failure(error, stage: nil)
        }
    }

    /// What ``run()`` would do; changes nothing in any registry.
    public func preview() async throws(Failure) -> [PublicationStep] {
        do {
            return try await withOrders { orders, _ in
                var steps: [PublicationStep] = []
                for order in orders {
                    let publisher = try order.publisher(PublisherIdentity(home: home), warn: report.warn)
                    let isFileThere = order.convertedFrom == nil
                    steps += try await publisher.preview(order.request, isFileThere: isFileThere)
                }
                return steps
            }
        } catch {
            throw Failure(error, stage: nil)
        }
    }

    private func withOrders<Value: Sendable>(
        _ body: ([PublicationOrder], _ work: FilePath) async throws -> Value
    ) async throws -> Value {
        try await Registries.with(order.registries, home: home, warn: report.warn) { registries in
            let work = try PublicationWork(home: home)
            do {
                let value = try await body(try await orders(registries, work.directory), work.directory)
                try work.remove()
                return value
            } catch {
                try? work.remove()
                throw error
            }
        }
    }

    private func orders(_ registries: Registries, _ work: FilePath) async throws -> [PublicationOrder] {
        var subjects: [Subject] = []
        for (index, text) in order.subjects.enumerated() { subjects.append(try await subject(text, index, work)) }
        var orders: [PublicationOrder] = []
        for name in order.registries {
            let registry = try registries.registry(name)
            var wantsRaw = false
            var obstacle: RegistryError?
            do { wantsRaw = try await registry.wantsRaw(in: order.store) } catch let error as RegistryError {
                obstacle = error
            }
            for (index, subject) in subjects.enumerated() {
                var request = subject.request
                let format = request.diskFormat
                if wantsRaw { request.diskFormat = .raw }
                let formats = subjects.filter { $0.name == subject.name }.map { other in
                    wantsRaw && other.request.boot == nil ? DiskFormatName(.raw) : other.request.formatName
                }
                let isOnly = Set(formats).count == 1
                orders.append(
                    PublicationOrder(
                        registryName: name,
                        registry: registry,
                        request: request,
                        rule: RotationRule(
                            name: subject.name,
                            keep: order.keep,
                            retire: order.retire,
                            format: isOnly ? nil : request.formatName
                        ),
                        profile: order.profile,
                        source: index,
                        convertedFrom: request.diskFormat == format ? nil : format,
                        obstacle: obstacle
                    )
                )
            }
        }
        return orders
    }

    /// What an argument means: a file where there is one of that name, else an image of the local registry.
    private func subject(_ text: String, _ index: Int, _ work: FilePath) async throws -> Subject {
        let file = FilePath(text)
        guard !Files.exists(file) else {
            var request = ImageRequest(
                file: file,
                name: order.name ?? file.stem ?? text,
                diskFormat: try order.boot == nil ? order.diskFormat ?? Self.format(of: file) : .raw
            )
            request.boot = order.boot
            apply(to: &request, minRAM: 0)
            return Subject(request: request, name: request.name)
        }
        guard !text.contains("/") else {
            throw Failure(.inputMissing, "there is no file \(text)", ["next": "name a finished image file"])
        }
        guard order.boot == nil else {
            throw Failure(.inputMissing, "there is no file \(text)", ["next": "kernel and ramdisk are those of a file"])
        }
        let local = LocalRegistry(root: home.registry, warn: report.warn)
        let image: Image
        do { image = try await local.show(text) } catch let error as RegistryError where error.code == .notFound {
            throw Failure(
                .inputMissing,
                "'\(text)' is neither a file nor an image of the local registry",
                ["next": "'imagebake image list' shows the images"]
            )
        }
        let isRoot = image.partIDs.count == 2
        let known = isRoot ? DiskFormat.raw : image.diskFormat.flatMap { DiskFormat(rawValue: $0.rawValue) }
        guard let format = known, image.hasData else {
            throw Failure(
                .inputMissing,
                "the image \(image.id) is no complete qcow2 or raw image, nor an ami with kernel and ramdisk, but "
                    + "\(image.diskFormat?.rawValue ?? "of no format") and \(image.status.rawValue)"
            )
        }
        let saved = work.appending("\(index).\(format.rawValue)")
        report.activity("taking \(text) out of the local registry")
        try await local.save(image.id.description, to: .file(saved)) { report.bytes($0.completed, $0.total) }
        var request = ImageRequest(
            file: saved,
            name: order.name ?? image.publicationName ?? text,
            diskFormat: format,
            sharing: .hardLink
        )
        // Compared while it was saved; what it is sent to need not compute them again.
        request.digests = image.fileDigests
        if isRoot { request.boot = try await parts(of: image, in: local, index, work) }
        request.tags = image.tags
        request.properties = image.ownProperties
        request.minDisk = image.minDisk > 0 ? image.minDisk : nil
        apply(to: &request, minRAM: image.minRAM)
        return Subject(request: request, name: request.name)
    }

    /// The kernel and the ramdisk of an image, as files.
    private func parts(
        of image: Image,
        in registry: LocalRegistry,
        _ index: Int,
        _ work: FilePath
    ) async throws -> BootFiles {
        let files = image.partIDs.map { work.appending("\(index)-\($0)") }
        for (id, file) in zip(image.partIDs, files) {
            do { try await registry.save(id.description, to: .file(file)) } catch let error as RegistryError
                where error.code == .notFound
            {
                throw Failure(
                    .inputMissing,
                    "\(id), with which the image \(image.id) starts, is not in the local registry any more",
                    ["next": "bake the image anew"]
                )
            }
        }
        return BootFiles(kernel: files[0], ramdisk: files[1], commandLine: nil)
    }

    private func apply(to request: inout ImageRequest, minRAM: Int) {
        request.visibility = order.visibility ?? .private
        request.isProtected = order.isProtected
        request.tags += order.tags
        request.properties.merge(order.properties) { $1 }
        request.minDisk = order.minDisk ?? request.minDisk
        request.minRAM = order.minRAM ?? minRAM
        request.store = order.store
    }

    /// The format that a file is in.
    private static func format(of file: FilePath) throws -> DiskFormat {
        let verdict = try FormatGate.examine(file, declared: .qcow2)
        switch verdict.detected {
        case .qcow2: return .qcow2
        case .raw, .gpt: return .raw
        case let other:
            throw Failure(
                .inputMissing,
                "\(file) is neither qcow2 nor raw, but \(other?.rawValue ?? "several formats at once")",
                ["next": "convert it with 'qemu-img convert', or use 'image create --disk-format'"]
            )
        }
    }
}
