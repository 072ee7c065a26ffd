public import DiskImages
import Foundation
import Guestfs
import Recipes
import SystemPackage

/// Cleans an image of any origin: `imagebake sysprep IMAGE`.
///
/// The work is done on an overlay. The image itself is only read, save where it is to be changed in place; and then it is written to when
/// everything else has gone well.
public struct ImageSysprep: Sendable {
    /// What becomes of the clean disk.
    public enum Target: Equatable, Sendable {
        /// A new file, in the image's format unless another is given; nil takes `NAME-sysprep.EXTENSION` beside the image.
        case file(String?, format: DiskImages.DiskFormat?, replaces: Bool)
        /// The image itself.
        case inPlace
        /// Nothing: only the report counts.
        case nowhere
    }

    /// The image.
    public var image: String
    /// Its format; nil finds it out where that is safe.
    public var format: DiskImages.DiskFormat?
    /// What becomes of the clean disk.
    public var target: Target
    /// The operations that run.
    public var selection: OperationSelection
    /// The device of the operating system that is meant; nil takes the only one.
    public var root: String?
    /// What opens the encrypted volumes.
    public var keys: [KeyFile] = []
    /// The bytes of a sector of the disk: 512 or 4096.
    public var sectorSize = 512
    /// Whether the disk is made as small as it can be.
    public var shrinks = false
    /// A file of steps that are carried out before the operations; nil for none.
    public var customization: String?
    /// How long the appliance may run.
    public var deadline = Duration.seconds(1800)

    /// A run of these operations on an image.
    public init(image: String, format: DiskImages.DiskFormat?, target: Target, selection: OperationSelection) {
        self.image = image
        self.format = format
        self.target = target
        self.selection = selection
    }

    /// Runs it.
    ///
    /// - Parameters:
    ///   - home: Where overlays and the appliance go.
    ///   - readers: What shows how far it is.
    /// - Throws: ``Failure``; the image is as it was then, save where the message says that the same command finishes it.
    public func run(home: Home, readers: [any EventReader]) async throws(Failure) -> ImageSysprepReport {
        let stream = EventStream(bake: "sysprep", readers: readers)
        let channel = stream.channel(.sysprep)
        let begin = ContinuousClock.now
        func seconds() -> Double { (ContinuousClock.now - begin) / .seconds(1) }
        channel.emit(.started)
        do {
            try Task.checkCancellation()
            let report = try await run(home: home, stream, channel)
            stream.emit(.bakeFinished(seconds: seconds(), status: 0))
            return report
        } catch {
            let failure = Task.isCancelled ? Failure.interrupted : Failure(error, stage: .convert)
            channel.emit(.failed(message: failure.message))
            stream.emit(.bakeFinished(seconds: seconds(), status: failure.status.rawValue))
            throw failure
        }
    }

    private func run(home: Home, _ stream: EventStream, _ channel: StageChannel) async throws -> ImageSysprepReport {
        // What the user got wrong is said before anything is opened.
        let keys = try keys.map { file throws(Failure) in try file.key() }
        let steps = try await steps(home: home, stream, channel)
        let qemuImg = try QemuImg.find()
        let pending = home.state.appending("images")
        let path = FilePath(URL(filePath: image).resolvingSymlinksInPath().path)
        if let (commit, work) = try PendingCommit.find(path, in: pending) {
            channel.activity("finishing what an interrupted command was writing to \(path)")
            try await commit.run(work, qemuImg: qemuImg)
            channel.note("finished what an interrupted command was writing to \(path)")
            if target == .inPlace {
                channel.emit(.finished(seconds: 0, isCached: false, summary: "\(path) is clean"))
                return ImageSysprepReport(finished: path.string)
            }
        }
        let source = try await SourceImage(image, told: format, qemuImg: qemuImg)
        let output = try output(for: source)
        let work = try ImageWork(in: target == .inPlace ? pending : home.cache.appending("images"))
        do {
            let report = try await run(source, output, keys, steps, work, home: home, qemuImg, stream, channel)
            work.remove()
            return report
        } catch {
            // With its note the overlay is what finishes the image.
            if !Files.exists(work.directory.appending(PendingCommit.fileName)) { work.remove() }
            throw error
        }
    }

    private func run(
        _ source: SourceImage,
        _ output: FilePath?,
        _ keys: [DiskKey],
        _ steps: [Customization],
        _ work: ImageWork,
        home: Home,
        _ qemuImg: QemuImg,
        _ stream: EventStream,
        _ channel: StageChannel
    ) async throws -> ImageSysprepReport {
        try DiskSpace.require(DiskSpace.leastForSysprep, in: work.directory, "cleaning the disk")
        let begin = ContinuousClock.now
        let options = try await LocalAccelerator.options(
            home: home,
            work: work.directory,
            deadline: deadline,
            channel
        )
        // In larger clusters what was deleted beside what is used would stay (docs/hygiene.md).
        try await qemuImg.createOverlay(
            work.overlay,
            backing: source.path,
            backingFormat: source.format,
            clusterSize: 4096
        )
        let request = SysprepRequest(
            disk: work.overlay,
            format: .qcow2,
            enabled: selection.enabled,
            disabled: selection.disabled,
            root: root,
            keys: keys,
            sectorSize: sectorSize,
            shrink: shrinks,
            dryRun: target == .nowhere,
            customizations: steps
        )
        let sysprep = try await Sysprep.run(request, options: options) { event in
            if case .customized(_, let log) = event {
                for line in String(decoding: log, as: UTF8.self).split(whereSeparator: \.isNewline) {
                    channel.emit(.output(String(line)))
                }
            }
            event.report(to: channel)
        }
        let changes = sysprep.operations.reduce(sysprep.swap.count) { $0 + $1.changes.count }
        channel.emit(
            .finished(
                seconds: (ContinuousClock.now - begin) / .seconds(1),
                isCached: false,
                summary: "\(changes) changes by \(sysprep.operations.count) operations"
                    + (target == .nowhere ? ", none of them made" : "")
            )
        )
        var size = source.virtualSize
        if let shrunk = sysprep.shrunkSize, shrunk < size {
            try await qemuImg.resize(work.overlay, format: .qcow2, to: shrunk)
            size = shrunk
        }
        switch target {
        case .nowhere: break
        case .inPlace:
            stream.channel(.convert).activity("writing the changes into \(source.path)")
            let commit = try PendingCommit(source, size: size < source.virtualSize ? size : nil)
            try commit.note(in: work)
            // From here on a cancellation would leave the image half-written for no gain: this takes seconds.
            try await Task { try await commit.run(work, qemuImg: qemuImg) }.value
        case .file(_, let format, _):
            if let output { try await write(output, format ?? source.format, work, qemuImg, stream) }
        }
        return ImageSysprepReport(
            image: source.path.string,
            output: output?.string,
            isDryRun: target == .nowhere,
            virtualSize: size,
            sysprep: sysprep
        )
    }

    /// The steps of the file, with the values of their secrets, which are shown nowhere from now on.
    private func steps(
        home: Home,
        _ stream: EventStream,
        _ channel: StageChannel
    ) async throws -> [Customization] {
        guard let customization else { return [] }
        let file = try RecipeLoader().loadCustomization(FilePath(customization))
        for warning in file.warnings { channel.warning("\(warning)") }
        let (steps, masker) = try await Customizing.steps(of: file, id: UUID().uuidString, home: home)
        stream.mask(masker)
        return steps
    }

    /// Writes the new file.
    private func write(
        _ output: FilePath,
        _ format: DiskImages.DiskFormat,
        _ work: ImageWork,
        _ qemuImg: QemuImg,
        _ stream: EventStream
    ) async throws {
        let channel = stream.channel(.convert)
        channel.emit(.started)
        let begin = ContinuousClock.now
        do {
            let info = try await qemuImg.convert(
                work.overlay,
                format: .qcow2,
                backing: .trusted,
                to: output,
                output: format == .raw ? .raw : .qcow2(.zstd)
            ) { channel.bytes($0.completed, of: $0.total) }
            let summary = "\(output), \(format.rawValue), \(ByteText.text(info.actualSize))"
            let seconds = (ContinuousClock.now - begin) / .seconds(1)
            channel.emit(.finished(seconds: seconds, isCached: false, summary: summary))
        } catch {
            channel.emit(.failed(message: Failure(error, stage: .convert).message))
            throw error
        }
    }

    /// The new file, from the root; nil where there is to be none.
    private func output(for source: SourceImage) throws(Failure) -> FilePath? {
        switch target {
        case .nowhere: return nil
        case .inPlace:
            guard access(source.path.string, W_OK) == 0 else {
                throw Files.failure(Errno(rawValue: errno), "\(source.path) cannot be changed in place")
            }
            return nil
        case .file(let named, let format, let replaces):
            let output: FilePath
            if let named {
                output = FilePath(URL(filePath: named).standardizedFileURL.path)
            } else {
                let stem = source.path.stem ?? "image"
                let name = "\(stem)-sysprep.\((format ?? source.format).rawValue)"
                output = source.path.removingLastComponent().appending(name)
            }
            try require(output, source, replaces: replaces)
            return output
        }
    }

    private func require(_ output: FilePath, _ source: SourceImage, replaces: Bool) throws(Failure) {
        let resolved = FilePath(URL(filePath: output.string).resolvingSymlinksInPath().path)
        guard resolved != source.path else {
            throw Failure(.usage, "\(output) is the image itself", ["next": "to change it, say so: --in-place"])
        }
        if Files.exists(output), !replaces {
            throw Failure(
                .usage,
                "\(output) is there already",
                ["next": "name another file with --output, or replace it: --force"]
            )
        }
        let directory = output.removingLastComponent()
        guard access(directory.string, W_OK | X_OK) == 0 else {
            throw Files.failure(Errno(rawValue: errno), "cannot write to \(directory)")
        }
    }
}
