import Subprocess
public import SystemPackage

extension QemuImg {
    /// Writes the disk in `source` as a new image at `destination`, which is complete, checked and synced, or not there.
    ///
    /// The image is written under a temporary name beside its destination, synced, opened again, checked with
    /// `qemu-img check` (qcow2), then renamed over what is there. It never has a backing file. On an error or a
    /// cancellation the child is stopped and the temporary file removed.
    ///
    /// Clusters are written out of order by several coroutines: measured on 559 MiB, zstd takes 2.9 s so, where qemu-img's
    /// own defaults take 21.3 s for zlib.
    /// - Parameters:
    ///   - format: The format of `source`, which is not probed.
    ///   - backing: Whether `source` may be an overlay, which is then flattened.
    ///   - region: The part of the disk that is written; nil for all of it.
    ///   - progress: Gets qemu-img's percentage as a share of the bytes that the source takes on the disk.
    /// - Returns: What the finished image says about itself.
    /// - Throws: ``DiskImageError`` or `CancellationError`.
    @discardableResult
    public func convert(
        _ source: FilePath,
        format: DiskFormat,
        backing: SourceBacking = .refused,
        region: DiskRegion? = nil,
        to destination: FilePath,
        output: ImageOutput,
        progress: ProgressHandler? = nil
    ) async throws -> ImageInfo {
        let source = try FileIO.absolute(source)
        let destination = try FileIO.absolute(destination)
        guard let name = destination.lastComponent?.string else {
            throw DiskImageError(.invalid, path: destination, "\(destination) is not the name of a file")
        }
        if let status = try FileIO.status(at: destination), status.isDirectory {
            throw DiskImageError(.invalid, path: destination, "\(destination) is a directory")
        }
        let chain = try ImageInspector.chain(of: source, format: format)
        if backing == .refused, chain.count > 1 {
            throw DiskImageError(.unsafe, path: source, "\(source) has a backing file: \(chain[1].path)")
        }
        let replaced = try FileIO.status(at: destination)
        var allocated: Int64 = 0
        for link in chain {
            let (file, status) = try FileIO.openRegular(link.path)
            try? file.close()
            allocated += status.allocated
            if let replaced, replaced.isSameFile(as: status) {
                throw DiskImageError(
                    .invalid,
                    path: destination,
                    "cannot convert \(source) to \(destination): it is read from there"
                )
            }
        }

        let partial = try PartialFile.create(in: destination.removingLastComponent(), for: name)
        defer { partial.discard() }
        let arguments = try Self.convertArguments(
            source,
            format: format,
            region: region,
            to: partial.path,
            output: output
        )
        try await runConvert(arguments, about: destination, total: allocated, progress: progress)
        let written = partial.file
        try await BlockingWork.run { _ in try FileIO.sync(written, destination) }
        let size: Int64
        if let region { size = region.length } else { size = try await self.info(source, format: format).virtualSize }
        let info = try await verify(partial.path, output: output, size: size, source: source, for: destination)
        try Task.checkCancellation()
        try partial.commit(to: destination)
        progress?(TransferProgress(completed: allocated, total: allocated))
        return info
    }

    /// The arguments of a conversion.
    static func convertArguments(
        _ source: FilePath,
        format: DiskFormat,
        region: DiskRegion? = nil,
        to destination: FilePath,
        output: ImageOutput
    ) throws(DiskImageError) -> [String] {
        var arguments = ["convert", "-p", "-W", "-m", "4"]
        // A description has the format in it.
        if region == nil { arguments += ["-f", format.rawValue] }
        arguments += ["-O", output.format.rawValue]
        switch output {
        case .qcow2(.none): arguments += ["-o", "compat=1.1"]
        case .qcow2(.zlib), .qcow2(.zstd):
            let type = output == .qcow2(.zlib) ? "zlib" : "zstd"
            arguments += ["-c", "-o", "compat=1.1,compression_type=\(type),cluster_size=\(compressedClusterSize)"]
        case .raw: break
        }
        return arguments + [try region?.description(in: source, format: format) ?? source.string, destination.string]
    }

    /// The size of compressed clusters in bytes.
    ///
    /// Of a freshly installed Debian, 175 MB with qemu-img's own 64 KiB, 256 KiB make 95.2 % and 1 MiB 95.0 %. Reading costs a whole cluster each
    /// time: 64 KiB take 16 us with clusters of 64 KiB, 42 us with 256 KiB and 144 us with 1 MiB.
    static let compressedClusterSize = 256 << 10

    /// The share that one line of `-p` names, `    (12.34/100%)`; nil for anything else.
    static func parseProgress(_ line: some StringProtocol) -> Double? {
        guard let open = line.lastIndex(of: "("), line[open...].contains("/100%)") else { return nil }
        let number = line[line.index(after: open)...].prefix { $0 != "/" }
        guard let percent = Double(number), (0...100).contains(percent) else { return nil }
        return percent / 100
    }

    private func runConvert(
        _ arguments: [String],
        about path: FilePath,
        total: Int64,
        progress: ProgressHandler?
    ) async throws {
        try Task.checkCancellation()
        let result: ExecutionResult<Void, SequenceOutput, StringOutput<UTF8>>
        do {
            result = try await Subprocess.run(
                .path(executable),
                arguments: Arguments(arguments),
                environment: Self.environment,
                platformOptions: Self.platformOptions,
                input: .none,
                output: .sequence,
                error: .string(limit: 1 << 20)
            ) { execution in
                var meter = ProgressMeter(total: total, handler: progress)
                // The lines end in a carriage return, which counts as a line break here.
                for try await line in execution.standardOutput.strings() {
                    if let share = Self.parseProgress(line) { meter.report(Int64(share * Double(total))) }
                }
            }
        } catch {
            throw launchError(error)
        }
        try Task.checkCancellation()
        try requireSuccess(result.terminationStatus, result.standardError, about: path)
    }

    /// Opens the result again and proves that it is what was asked for.
    private func verify(
        _ path: FilePath,
        output: ImageOutput,
        size expected: Int64,
        source: FilePath,
        for destination: FilePath
    ) async throws -> ImageInfo {
        if output.format == .qcow2 {
            try ImageInspector.requireSafe(path, declared: .qcow2)
            let check = try await check(path)
            guard check.isClean else {
                throw DiskImageError(
                    .corrupt,
                    path: destination,
                    "qemu-img check found \(check.corruptions) corruptions, \(check.leaks) leaks and "
                        + "\(check.checkErrors) errors in what was to become \(destination)"
                )
            }
        }
        let info = try await info(path, format: output.format)
        guard info.virtualSize == expected else {
            throw DiskImageError(
                .corrupt,
                path: destination,
                "what was to become \(destination) has \(info.virtualSize) bytes, its source \(expected)"
            )
        }
        return info
    }
}
