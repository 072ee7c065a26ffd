import CLibvirt
import Glibc
import Synchronization
import SystemPackage

/// One upload or download, on the thread that runs it; only ``cancel()`` comes from elsewhere.
final class VolumeTransfer: Sendable {
    // The most that one message of libvirt's protocol carries to peers of any age (VIR_NET_MESSAGE_LEGACY_PAYLOAD_MAX).
    private static let chunk = 256 << 10
    // Linux' numbers (lseek(2)); Glibc's names hide behind _GNU_SOURCE.
    private static let (seekData, seekHole): (Int32, Int32) = (3, 4)
    // A download is done in pieces, each a stream of its own: libvirt's client takes what the host sends as fast as it comes, and keeps
    // in memory what is not read yet, without a bound (src/rpc/virnetclientstream.c, virNetClientStreamQueuePacket).
    private static let segment: Int64 = 32 << 20
    // How much is done between two reports.
    private static let reportStep: Int64 = 8 << 20

    let operation: String
    private let volume: StorageVolume
    private let progress: @Sendable (TransferProgress) -> Void
    private let isCancelled = Atomic(false)

    init(
        _ volume: StorageVolume,
        operation: String,
        progress: @escaping @Sendable (TransferProgress) -> Void
    ) {
        self.volume = volume
        self.operation = operation
        self.progress = progress
    }

    /// Has the transfer end at its next step.
    @Sendable
    func cancel() { isCancelled.store(true, ordering: .relaxed) }

    // MARK: Up

    func upload(_ path: FilePath) throws(LibvirtError) {
        let file = try local { () throws(Errno) in try Self.open(path, .readOnly) }
        defer { try? file.close() }
        let length = try local { () throws(Errno) in try Self.length(of: file) }
        let (stream, isSparse) = try open { stream, isSparse in
            let flags = isSparse ? VIR_STORAGE_VOL_UPLOAD_SPARSE_STREAM.rawValue : 0
            return virStorageVolUpload(self.volume.raw, stream, 0, UInt64(length), flags)
        }
        defer { virStreamFree(stream) }
        try finish(stream) { () throws(LibvirtError) in
            var meter = Meter(total: length, progress)
            var buffer = [CChar](repeating: 0, count: Self.chunk)
            while meter.completed < length {
                let offset = meter.completed
                var end = length
                if isSparse {
                    let extent = try self.local { () throws(Errno) in
                        try Self.extent(of: file, at: offset, length: length)
                    }
                    end = extent.end
                    guard extent.isData else {
                        try check(virStreamSendHole(stream, end - offset, 0), self.operation)
                        meter.skip(end - offset)
                        try self.checkCancellation()
                        continue
                    }
                }
                while meter.completed < end {
                    try self.checkCancellation()
                    let wanted = min(Int(end - meter.completed), buffer.count)
                    let read = pread(file.rawValue, &buffer, wanted, off_t(meter.completed))
                    guard read > 0 else {
                        // A file that became shorter meanwhile is not the one that was asked for.
                        throw self.failure(read < 0 ? Errno(rawValue: errno) : .ioError)
                    }
                    try self.send(buffer, read, to: stream)
                    meter.carry(Int64(read))
                }
            }
            meter.end()
        }
    }

    private func send(_ buffer: [CChar], _ count: Int, to stream: OpaquePointer) throws(LibvirtError) {
        var sent = 0
        while sent < count {
            let result = buffer.withUnsafeBufferPointer { bytes in
                virStreamSend(stream, bytes.baseAddress.map { $0 + sent }, count - sent)
            }
            sent += Int(try check(result, operation))
        }
    }

    // MARK: Down

    func download(to path: FilePath) throws(LibvirtError) {
        let length = try volume.readSize().length
        let file = try local { () throws(Errno) in try Self.open(path, .writeOnly, [.create, .exclusiveCreate]) }
        defer { try? file.close() }
        do throws(LibvirtError) {
            var meter = Meter(total: length, progress)
            while meter.completed < length {
                let end = min(meter.completed + Self.segment, length)
                try download(into: file, upTo: end, &meter)
                guard meter.completed == end else {
                    throw LibvirtError(code: .other(0), operation: operation, message: "the volume changed meanwhile")
                }
            }
            // The file may end with a hole.
            guard ftruncate(file.rawValue, off_t(length)) == 0 else { throw failure(Errno(rawValue: errno)) }
            meter.end()
        } catch {
            unlink(path.string)
            throw error
        }
    }

    private func download(
        into file: FileDescriptor,
        upTo end: Int64,
        _ meter: inout Meter
    ) throws(LibvirtError) {
        let begin = meter.completed
        let (stream, isSparse) = try open { stream, isSparse in
            let flags = isSparse ? VIR_STORAGE_VOL_DOWNLOAD_SPARSE_STREAM.rawValue : 0
            return virStorageVolDownload(self.volume.raw, stream, UInt64(begin), UInt64(end - begin), flags)
        }
        defer { virStreamFree(stream) }
        try finish(stream) { () throws(LibvirtError) in try self.receive(stream, isSparse, into: file, &meter) }
    }

    private func receive(
        _ stream: OpaquePointer,
        _ isSparse: Bool,
        into file: FileDescriptor,
        _ meter: inout Meter
    ) throws(LibvirtError) {
        var buffer = [CChar](repeating: 0, count: Self.chunk)
        let flags = isSparse ? VIR_STREAM_RECV_STOP_AT_HOLE.rawValue : 0
        while true {
            try checkCancellation()
            let count = virStreamRecvFlags(stream, &buffer, buffer.count, flags)
            if count == 0 { break }
            // What libvirt answers at a hole.
            if count == -3 {
                var hole: Int64 = 0
                try check(virStreamRecvHole(stream, &hole, 0), operation)
                meter.skip(hole)
                continue
            }
            try check(count, operation)
            var written = 0
            while written < Int(count) {
                let offset = meter.completed + Int64(written)
                let result = buffer.withUnsafeBytes { bytes in
                    pwrite(file.rawValue, bytes.baseAddress.map { $0 + written }, Int(count) - written, off_t(offset))
                }
                if result < 0, errno == EINTR { continue }
                guard result > 0 else { throw failure(Errno(rawValue: errno)) }
                written += result
            }
            meter.carry(Int64(count))
        }
    }

    // MARK: Both

    /// Begins a stream that leaves holes out, or where the driver knows none such, one that carries every byte.
    private func open(
        _ begin: (_ stream: OpaquePointer, _ isSparse: Bool) -> Int32
    ) throws(LibvirtError) -> (stream: OpaquePointer, isSparse: Bool) {
        try checkCancellation()
        var refusal: LibvirtError?
        for isSparse in [true, false] {
            guard let stream = virStreamNew(volume.pool.connection.raw, 0) else { throw LibvirtError.last(operation) }
            if begin(stream, isSparse) >= 0 { return (stream, isSparse) }
            let error = LibvirtError.last(operation)
            virStreamFree(stream)
            // libvirt's word for a flag that a driver does not know is VIR_ERR_INVALID_ARG, of the connection's for streams
            // VIR_ERR_NO_SUPPORT.
            guard error.code == .unsupported || error.code == .other(Int32(VIR_ERR_INVALID_ARG.rawValue)) else {
                throw error
            }
            refusal = error
        }
        throw refusal ?? .cancelled(operation)
    }

    /// Runs a transfer, and ends its stream: well, which asks the other side whether all is written, or in ruins.
    private func finish(_ stream: OpaquePointer, _ body: () throws(LibvirtError) -> Void) throws(LibvirtError) {
        do throws(LibvirtError) {
            try body()
        } catch {
            virStreamAbort(stream)
            throw error
        }
        try check(virStreamFinish(stream), operation)
    }

    private func checkCancellation() throws(LibvirtError) {
        if isCancelled.load(ordering: .relaxed) { throw .cancelled(operation) }
    }

    private func local<Value>(_ body: () throws(Errno) -> Value) throws(LibvirtError) -> Value {
        do throws(Errno) {
            return try body()
        } catch {
            throw failure(error)
        }
    }

    private func failure(_ error: Errno) -> LibvirtError {
        LibvirtError(code: .localFile(error.rawValue), operation: operation, message: "\(error)".lowercased())
    }

    private static func open(
        _ path: FilePath,
        _ mode: FileDescriptor.AccessMode,
        _ options: FileDescriptor.OpenOptions = []
    ) throws(Errno) -> FileDescriptor {
        let flags = mode.rawValue | options.rawValue | FileDescriptor.OpenOptions.closeOnExec.rawValue
        let descriptor = Glibc.open(path.string, flags, 0o600)
        guard descriptor >= 0 else { throw Errno(rawValue: errno) }
        return FileDescriptor(rawValue: descriptor)
    }

    private static func length(of file: FileDescriptor) throws(Errno) -> Int64 {
        let end = lseek(file.rawValue, 0, SEEK_END)
        guard end >= 0 else { throw Errno(rawValue: errno) }
        return Int64(end)
    }

    /// Whether data or a hole is at an offset, and where it ends; a file system without holes has data only.
    private static func extent(
        of file: FileDescriptor,
        at offset: Int64,
        length: Int64
    ) throws(Errno) -> (isData: Bool, end: Int64) {
        let data = lseek(file.rawValue, off_t(offset), seekData)
        if data < 0 {
            // No data from here to the end.
            guard errno == ENXIO else { throw Errno(rawValue: errno) }
            return (false, length)
        }
        if data > offset { return (false, min(Int64(data), length)) }
        let hole = lseek(file.rawValue, off_t(offset), seekHole)
        guard hole >= 0 else { throw Errno(rawValue: errno) }
        return (true, min(Int64(hole), length))
    }

    /// Counts, and reports now and then.
    private struct Meter {
        private(set) var completed: Int64 = 0
        private var carried: Int64 = 0
        private var reported: Int64 = 0
        private let total: Int64
        private let progress: @Sendable (TransferProgress) -> Void

        init(total: Int64, _ progress: @escaping @Sendable (TransferProgress) -> Void) {
            (self.total, self.progress) = (total, progress)
        }

        mutating func carry(_ count: Int64) {
            carried += count
            skip(count)
        }

        mutating func skip(_ count: Int64) {
            completed += count
            if completed - reported >= VolumeTransfer.reportStep { report() }
        }

        mutating func end() { report() }

        private mutating func report() {
            reported = completed
            progress(TransferProgress(completed: completed, total: total, carried: carried))
        }
    }
}
