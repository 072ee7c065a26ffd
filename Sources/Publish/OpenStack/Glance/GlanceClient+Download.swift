import AsyncHTTPClient
public import DiskImages
import NIOCore
import NIOHTTP1

extension GlanceClient {
    /// Receives the data of an image from a byte to its end.
    ///
    /// A transfer that breaks goes on where it was, through Range; where the store cannot do that it begins anew and what came before
    /// is passed over. Nothing is received before the first answer is known to be the image's data. The caller compares
    /// the digests.
    ///
    /// - Parameters:
    ///   - image: the image, as ``show(_:)`` gives it.
    ///   - first: the byte to begin at, for what an earlier call had received before.
    ///   - progress: told the bytes so far, `first` among them.
    ///   - receive: gets the bytes in order, in parts of any size; what it throws ends the transfer.
    /// - Returns: the MD5 that Glance says the data has; nil where it says none.
    /// - Throws: `noData`, `forbidden` for a deactivated one, `truncated` as `connectionLost`, `changed` where it has another size than
    ///   the image says.
    @discardableResult
    public func download(
        _ image: GlanceImage,
        from first: Int64 = 0,
        progress: ProgressHandler? = nil,
        receive: @escaping @Sendable (UnsafeRawBufferPointer) throws -> Void
    ) async throws -> String? {
        let what = "cannot download the image \(image.id)"
        let transfer = DownloadState(position: first, receive)
        let meter = UploadMeter(total: image.size ?? 0, image.size == nil ? nil : progress)
        if let size = image.size, size == first, size > 0 { return image.checksum }
        var attempt = 1
        var isRenewed = false
        while true {
            let before = transfer.position
            do {
                let credentials = try await session.credentials()
                var request = try await self.request(.GET, "/images/\(image.id.percentEncoded)/file")
                request.headers.add(contentsOf: credentials)
                request.headers.replaceOrAdd(name: "accept", value: "application/octet-stream, application/json;q=0.5")
                if before > 0, !transfer.isRangeRefused {
                    request.headers.add(name: "range", value: "bytes=\(before)-")
                }
                switch try await stream(request, image, transfer, meter, what) {
                case .complete(let checksum): return checksum
                case .unauthorized(let error):
                    guard !isRenewed, try await session.renewedCredentials(after: credentials) != nil else {
                        throw error
                    }
                    isRenewed = true
                    continue
                case .noRange: continue
                }
            } catch let error as ReceiverError {
                throw error.cause
            } catch let error as OpenStackError {
                // What came stays: a line that breaks now and then must not end a long transfer.
                if transfer.position > before { attempt = 1 }
                guard let pause = retry.pause(after: attempt, error) else { throw error }
                attempt += 1
                try await wait(pause, what, attempt, error)
            }
        }
    }

    private enum Outcome {
        case complete(String?)
        case unauthorized(OpenStackError)
        case noRange
    }

    private func stream(
        _ request: HTTPRequest,
        _ image: GlanceImage,
        _ transfer: DownloadState,
        _ meter: UploadMeter,
        _ what: String
    ) async throws -> Outcome {
        let timeouts = transport.timeouts
        let watchdog = Watchdog(limit: timeouts.answer)
        let transport = transport
        return try await watchdog.guarding({ limit in
            OpenStackError(
                .stalled,
                "\(request.base.host) sent nothing for \(limit.words): \(request.place)",
                hint: "the server, or what is before it, hangs; try again"
            )
        }) {
            let reply = try await transport.open(request)
            guard reply.status == 200 || reply.status == 206 else {
                if reply.status == 204 {
                    throw OpenStackError(
                        .noData,
                        "the image \(image.id) has no data",
                        cause: "its state is '\(image.status)'"
                    )
                }
                let whole = try await reply.collect(limit: 1 << 20)
                let error = OpenStackError(whole, what, "Glance", request)
                if reply.status == 401 { return .unauthorized(error) }
                // A store that cannot read from the middle: glance answers 400 (StoreRandomGetNotSupported).
                if request.headers.contains(name: "range"), reply.status == 400 || reply.status == 416,
                    reply.status == 400 || image.size == nil
                {
                    transfer.isRangeRefused = true
                    return .noRange
                }
                throw error
            }
            let type = reply.headers.first(name: "content-type")?.lowercased() ?? ""
            if type.hasPrefix("text/html") || type.hasPrefix("application/json") {
                throw Self.malformed(try await reply.collect(limit: 1 << 20), "the data of an image")
            }
            var skip: Int64 = 0
            if reply.status == 206 {
                let start = reply.headers.first(name: "content-range").flatMap(Self.start)
                guard start == transfer.position else {
                    throw OpenStackError(
                        .malformed,
                        "the server answers with another part of the image \(image.id) than was asked for",
                        cause: "it begins at byte \(start.map(String.init) ?? "?"), not \(transfer.position)"
                    )
                }
            } else {
                skip = transfer.position
            }
            if let length = reply.length, let size = image.size,
                length + (reply.status == 206 ? transfer.position : 0) != size
            {
                throw OpenStackError(
                    .changed,
                    "the image \(image.id) has \(size) bytes, and the server sends \(length)"
                )
            }
            meter.report(transfer.position)
            do {
                for try await part in reply.body {
                    watchdog.touch(limit: timeouts.stall)
                    let passed = min(skip, Int64(part.readableBytes))
                    skip -= passed
                    try transfer.take(part, after: Int(passed), limit: image.size)
                    meter.report(transfer.position)
                }
            } catch {
                throw reply.failure.translated(error)
            }
            if let size = image.size, transfer.position != size {
                throw OpenStackError(
                    .connectionLost,
                    "the data of the image \(image.id) ended after \(transfer.position) of \(size) bytes"
                )
            }
            return .complete(reply.headers.first(name: "content-md5") ?? image.checksum)
        }
    }

    /// The first byte of `bytes 5-9/10`.
    private static func start(_ header: String) -> Int64? {
        guard header.lowercased().hasPrefix("bytes ") else { return nil }
        return header.dropFirst(6).split(separator: "-").first.flatMap { Int64($0) }
    }
}
