import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import SystemPackage

/// Gets single files of a tree over HTTP, with attempts, limits and progress.
struct Download {
    /// What a file turned out to be.
    struct Result {
        let size: Int64
        let digests: [Checksum.Algorithm: String]
    }

    let session: HTTPSession
    let options: TreeFetcher.Options
    let progress: @Sendable (TreeFetchEvent) -> Void

    /// A small file, in memory; nil where the server has no such file.
    ///
    /// - Parameters:
    ///   - name: the file's name for progress.
    ///   - limit: the largest size allowed, in bytes.
    func bytes(_ url: TreeURL, name: String, limit: Int) async throws(TreeError) -> [UInt8]? {
        try await attempts(name) { () async throws(TreeError) -> [UInt8]? in
            let reply = try await session.get(url)
            if reply.status == 404 || reply.status == 410 { return nil }
            try check(reply)
            if reply.status == 206 { throw reply.failures.wrongPart("unasked") }
            try check(reply, length: reply.length ?? 0, limit)
            progress(.downloading(file: name, received: 0, total: reply.length))
            var bytes: [UInt8] = []
            var rate = TransferRate(options)
            do {
                for try await part in reply.body {
                    if let few = rate.add(part.readableBytes) {
                        throw reply.failures.tooSlow(received: few, in: options.rateWindow)
                    }
                    bytes.append(contentsOf: part.readableBytesView)
                    try check(reply, length: Int64(bytes.count), limit)
                }
            } catch {
                throw broken(reply, error, received: Int64(bytes.count), of: reply.length)
            }
            if let length = reply.length, length != bytes.count {
                throw reply.failures.truncated(received: Int64(bytes.count), of: length)
            }
            progress(.downloading(file: name, received: Int64(bytes.count), total: Int64(bytes.count)))
            return bytes
        }
    }

    /// A large file, streamed to `path`, which must not exist; hashed on the way, synced at the end.
    ///
    /// An attempt that follows a broken one asks for the rest only, where the server gave a validator for the file.
    /// After an error the caller removes the file with the directory it is in.
    func file(
        _ url: TreeURL,
        name: String,
        to path: FilePath,
        limit: Int,
        _ algorithms: Set<Checksum.Algorithm>
    ) async throws(TreeError) -> Result {
        let file = try Files.create(path, mode: [.ownerReadWrite, .groupRead, .otherRead])
        defer { try? file.close() }
        var state = Transfer(digest: FileDigest(algorithms))
        var attempt = 1
        var cuts = 0
        while true {
            let furthest = state.furthest
            do throws(TreeError) {
                try await transfer(url, name, file, path, limit, algorithms, &state)
                break
            } catch {
                if error.code == .wrongPart, state.received > 0, !state.isRestarted {
                    // A cache that mixes up the parts may still have the whole.
                    progress(.warning("\(error.description); \(name) is fetched again from its start"))
                    state = Transfer(digest: FileDigest(algorithms), furthest: state.furthest, isRestarted: true)
                    continue
                }
                // What came is kept or will come again: a line that breaks now and then must not end a long transfer.
                if Self.isCut(error), state.furthest > furthest, cuts < options.cuts {
                    cuts += 1
                    attempt = 0
                }
                try await pause(name, &attempt, error)
            }
        }
        try await Blocking.run(path) { (_) throws(TreeError) in try Files.sync(file, path) }
        return Result(size: state.received, digests: state.digest.finish())
    }

    /// How far a file has come.
    private struct Transfer {
        var digest: FileDigest
        var received: Int64 = 0
        /// The most that has come in any attempt.
        var furthest: Int64 = 0
        /// Whether a wrong part has made it start again once.
        var isRestarted = false
        /// The first bytes, as many as tell a web page.
        var head: [UInt8] = []
        /// What the server said of the file that came so far.
        var version: FileVersion?
    }

    private static func isCut(_ error: TreeError) -> Bool {
        [.connectionLost, .truncated, .readTimeout].contains(error.code)
    }

    private func transfer(
        _ url: TreeURL,
        _ name: String,
        _ file: SystemPackage.FileDescriptor,
        _ path: FilePath,
        _ limit: Int,
        _ algorithms: Set<Checksum.Algorithm>,
        _ state: inout Transfer
    ) async throws(TreeError) {
        var headers: HTTPHeaders = [:]
        if state.received > 0, let validator = state.version?.validator {
            headers = ["range": "bytes=\(state.received)-", "if-range": validator]
        }
        let reply = try await session.get(url, headers: headers)
        if reply.status == 404 || reply.status == 410 {
            throw TreeError(
                .missingFile,
                at: reply.url.text,
                status: reply.status,
                "the tree has no \(name) at \(reply.url.text)",
                cause: "HTTP \(reply.status)",
                hint: "its treeinfo names a file that the server does not have: the mirror is incomplete; give another "
                    + "one with --location"
            )
        }
        if reply.status == 416, state.received > 0 {
            throw reply.failures.changed("it is shorter than the \(state.received) bytes that came before")
        }
        try check(reply)
        let resumed = reply.status == 206 && !headers.isEmpty && reply.range?.first == state.received
        if reply.status == 206, !resumed {
            let range = reply.headers.first(name: "content-range").map { "'\($0.shortened)'" } ?? "without a range"
            throw reply.failures.wrongPart(headers.isEmpty ? "unasked" : "\(range), not from byte \(state.received)")
        }
        let version = FileVersion(reply)
        if state.received > 0, let difference = state.version?.difference(version) {
            throw reply.failures.changed(difference)
        }
        if !resumed {
            state = Transfer(
                digest: FileDigest(algorithms),
                furthest: state.furthest,
                isRestarted: state.isRestarted
            )
            try Files.check(path, "cannot write") { () throws -> Void in
                try file.resize(to: 0)
                try file.seek(offset: 0, from: .start)
            }
        }
        state.version = version
        let total = version.size ?? reply.length.map { $0 + state.received }
        try check(reply, length: total ?? 0, limit)
        try checkSpace(reply.length ?? 0, file, path)
        try await receive(reply, name, file, path, limit, total, &state)
    }

    private func receive(
        _ reply: HTTPSession.Reply,
        _ name: String,
        _ file: SystemPackage.FileDescriptor,
        _ path: FilePath,
        _ limit: Int,
        _ total: Int64?,
        _ state: inout Transfer
    ) async throws(TreeError) {
        progress(.downloading(file: name, received: state.received, total: total))
        var reported = state.received
        var rate = TransferRate(options)
        do {
            for try await part in reply.body {
                if let few = rate.add(part.readableBytes) {
                    throw reply.failures.tooSlow(received: few, in: options.rateWindow)
                }
                if state.head.count < WebPage.headLength {
                    state.head += part.readableBytesView.prefix(WebPage.headLength - state.head.count)
                    if WebPage.matches(state.head, isDeclared: reply.isHTML) { throw reply.failures.webPage() }
                }
                try check(reply, length: state.received + Int64(part.readableBytes), limit)
                try part.withUnsafeReadableBytes { bytes in
                    try Files.write(bytes, to: file, path)
                    state.digest.update(bytes)
                }
                state.received += Int64(part.readableBytes)
                state.furthest = max(state.furthest, state.received)
                if state.received - reported >= 1 << 20 {
                    reported = state.received
                    progress(.downloading(file: name, received: reported, total: total))
                }
            }
        } catch {
            throw broken(reply, error, received: state.received, of: total)
        }
        if let total, total != state.received { throw reply.failures.truncated(received: state.received, of: total) }
        progress(.downloading(file: name, received: state.received, total: state.received))
    }

    private func broken(
        _ reply: HTTPSession.Reply,
        _ error: any Error,
        received: Int64,
        of total: Int64?
    ) -> TreeError {
        let failure = reply.failures.error(error)
        // The server's close is seen as a parser error; people understand "ended after 5 of 10 bytes".
        guard failure.code == .connectionLost, error is HTTPParserError, let total, received < total else {
            return failure
        }
        return reply.failures.truncated(received: received, of: total)
    }

    private func check(_ reply: HTTPSession.Reply) throws(TreeError) {
        guard reply.status == 200 || reply.status == 206 else {
            throw reply.failures.status(
                reply.status,
                HTTPResponseStatus(statusCode: reply.status).reasonPhrase,
                retryAfter: reply.headers.first(name: "retry-after").flatMap { RetryAfter.duration($0) }
            )
        }
        if let encoding = reply.encoding { throw reply.failures.compressed(encoding) }
    }

    private func check(_ reply: HTTPSession.Reply, length: Int64, _ limit: Int) throws(TreeError) {
        guard length > limit else { return }
        throw TreeError(
            .tooLarge,
            at: reply.url.text,
            "\(reply.url.text) is larger than \(limit >> 20) MiB",
            hint: "this is hardly an install tree; check the location"
        )
    }

    /// Says that the disk is full before gigabytes have come rather than after.
    private func checkSpace(_ needed: Int64, _ file: SystemPackage.FileDescriptor, _ path: FilePath) throws(TreeError) {
        guard let free = Files.freeSpace(file), needed > 0, UInt64(needed) > free else { return }
        throw TreeError.file(.noSpace, path, "cannot write \(needed) bytes where \(free) are free:")
    }

    private func attempts<Value>(
        _ name: String,
        _ body: () async throws(TreeError) -> Value
    ) async throws(TreeError) -> Value {
        var attempt = 1
        while true {
            do throws(TreeError) {
                return try await body()
            } catch {
                try await pause(name, &attempt, error)
            }
        }
    }

    /// Waits before the next attempt, twice as long each time; throws the error where another attempt makes no sense.
    private func pause(_ name: String, _ attempt: inout Int, _ error: TreeError) async throws(TreeError) {
        let temporary =
            switch error.code {
            case .connectTimeout, .readTimeout, .connectionLost, .truncated, .tooSlow: true
            case .httpStatus: error.status.map(TreeError.isTemporary(status:)) == true
            default: false
            }
        guard temporary, attempt < options.attempts else { throw error }
        // The server knows best when it will be back, within reason.
        let asked = min(error.retryAfter ?? .zero, options.longestRetryAfter)
        let delay = max(options.backoff * (1 << max(0, attempt - 1)), asked)
        attempt += 1
        progress(
            .retrying(file: name, attempt: attempt, of: options.attempts, delay: delay, cause: error.description)
        )
        do {
            try await Task.sleep(for: delay)
        } catch {
            throw .cancelled(name)
        }
    }
}
