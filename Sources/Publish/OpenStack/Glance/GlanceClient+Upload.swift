public import DiskImages
import NIOHTTP1
public import SystemPackage

extension GlanceClient {
    /// Sends a file as the data of an image that is `queued`, and answers what Glance says of it then.
    ///
    /// The file is opened anew for each attempt and sent from its first byte; before another attempt the image must have come back
    /// to `queued`. Where the answer was lost after the last byte and the image has the right size, that is a success: the
    /// caller compares the digests in any case.
    ///
    /// - Parameters:
    ///   - id: the image.
    ///   - file: a regular file that does not change meanwhile.
    ///   - store: the id of a store; nil for the default one.
    ///   - digest: told the SHA-512 of what was sent; nil saves computing it.
    ///   - progress: told the bytes that were handed to the network; they begin anew with each attempt.
    /// - Throws: `unsupportedMedia` where Glance finds that the bytes are in another format or unsafe, `tooLarge`, `conflict`, `gone`,
    ///   `changed` and others.
    @discardableResult
    public func upload(
        _ id: String,
        from file: FilePath,
        store: String? = nil,
        digest: UploadDigest? = nil,
        progress: ProgressHandler? = nil
    ) async throws -> GlanceImage {
        try await put(id, file, "file", store, "cannot upload the image \(id)", digest, progress)
    }

    /// Stages a file for an import by glance-direct; the state is `uploading` then.
    @discardableResult
    public func stage(_ id: String, from file: FilePath, progress: ProgressHandler? = nil) async throws -> GlanceImage {
        try await put(id, file, "stage", nil, "cannot stage the image \(id)", nil, progress)
    }

    private func put(
        _ id: String,
        _ path: FilePath,
        _ place: String,
        _ store: String?,
        _ what: String,
        _ digest: UploadDigest?,
        _ progress: ProgressHandler?
    ) async throws -> GlanceImage {
        let file = try await UploadFile(path)
        let meter = UploadMeter(total: file.size, progress)
        var attempt = 1
        var isRenewed = false
        while true {
            let failure: OpenStackError
            do {
                // Now and not earlier: Glance looks at the token when the request begins.
                let credentials = try await session.credentials()
                var request = try await self.request(.PUT, "/images/\(id.percentEncoded)/\(place)")
                request.headers.add(contentsOf: credentials)
                request.headers.add(name: "content-type", value: "application/octet-stream")
                // Since 2025.2 Glance refuses other sizes than this one; an older one passes over it.
                request.headers.add(name: "x-openstack-image-size", value: "\(file.size)")
                if let store { request.headers.add(name: "x-image-meta-store", value: store) }
                request.body = .file(file, digest: digest) { sent in meter.report(sent) }
                let reply = try await transport.send(request)
                if reply.isSuccess {
                    if reply.isWebPage { throw Self.malformed(reply, "an answer") }
                    return try await show(id)
                }
                if reply.status == 401, !isRenewed, try await session.renewedCredentials(after: credentials) != nil {
                    isRenewed = true
                    // Glance takes the data away when the token ends under way; the image must be `queued` for another attempt.
                    _ = try await settled(id, of: file, place, OpenStackError(reply, what, "Glance", request))
                    continue
                }
                throw OpenStackError(reply, what, "Glance", request)
            } catch let error as OpenStackError {
                failure = error
            }
            // A conflict with an earlier attempt of ours, which Glance has not noticed the end of.
            let isOurs = failure.code == .conflict && attempt > 1
            guard failure.isTemporary || isOurs else { throw failure }
            if !failure.isUnsent, let image = try await settled(id, of: file, place, failure) { return image }
            let passing = isOurs ? OpenStackError(.unavailable, failure.message, cause: failure.cause) : failure
            guard let pause = retry.pause(after: attempt, passing) else { throw failure }
            attempt += 1
            try await wait(pause, what, attempt, failure)
        }
    }

    /// What became of an image after an attempt that broke: nil where it can be sent again, the image where it is complete.
    ///
    /// - Throws: the failure where it is neither.
    private func settled(
        _ id: String,
        of file: UploadFile,
        _ place: String,
        _ failure: OpenStackError
    ) async throws -> GlanceImage? {
        let deadline = ContinuousClock.now + transport.timeouts.settling
        var pause = Duration.milliseconds(200)
        while true {
            let image: GlanceImage
            do {
                image = try await show(id)
            } catch let error as OpenStackError where error.code == .notFound {
                throw OpenStackError(.gone, "the image \(id) was deleted while it was sent", cause: failure.description)
            }
            switch image.status {
            case .queued: return nil
            case .active, .deactivated, .importing:
                if image.size == file.size { return image }
                if image.status != .importing {
                    throw OpenStackError(
                        .changed,
                        "the image \(id) holds \(image.size ?? 0) bytes, and \(file.size) were to be sent",
                        cause: failure.description,
                        hint: "delete it; its data cannot be replaced"
                    )
                }
            case .uploading where place == "stage" && image.size == file.size: return image
            case .saving, .uploading: break
            default: throw failure
            }
            guard ContinuousClock.now < deadline else {
                throw OpenStackError(
                    .conflict,
                    "the image \(id) is still '\(image.status)' \(transport.timeouts.settling.words) after an upload broke",
                    cause: failure.description,
                    hint: "Glance has not noticed, or was killed meanwhile: delete the image and create another one"
                )
            }
            try await Task.sleep(for: pause)
            pause = min(pause * 2, .seconds(5))
        }
    }
}
