import AsyncHTTPClient
import DiskImages
import Foundation
import NIOCore
import NIOHTTP1
import SystemPackage

/// Fetches a file for an image, from a place that the filter lets through, over redirects that it lets through too.
struct WebDownload {
    let filter: ImportFilter
    let limit: DownloadLimit
    var timeouts = CloudTimeouts()
    var environment: [String: String] = ProcessInfo.processInfo.environment

    private static let redirectLimit = 5

    /// Fetches a URL into an empty file; its zeros become holes.
    ///
    /// - Returns: The number of bytes.
    /// - Throws: ``RegistryError`` or `CancellationError`.
    func fetch(_ url: String, into file: SystemPackage.FileDescriptor, at path: FilePath) async throws -> Int64 {
        do {
            let transport = try CloudTransport(CloudTrust(), timeouts: timeouts, environment: environment)
            do {
                let size = try await fetch(url, into: file, at: path, over: transport)
                await transport.shutdown()
                return size
            } catch {
                await transport.shutdown()
                throw error
            }
        } catch let error as OpenStackError {
            throw RegistryError(error)
        }
    }

    private func fetch(
        _ url: String,
        into file: SystemPackage.FileDescriptor,
        at path: FilePath,
        over transport: CloudTransport
    ) async throws -> Int64 {
        var place = try filter.require(url, after: nil)
        let isFirstPrivate = try await ImportFilter.isPrivate(place)
        for _ in 0...Self.redirectLimit {
            try await filter.requireAddress(of: place, isFirstPrivate: isFirstPrivate)
            let request = HTTPRequest(
                method: .GET,
                base: place.origin,
                target: place.target,
                headers: ["accept": "*/*"]
            )
            let watchdog = Watchdog(limit: timeouts.answer)
            let from = place
            let outcome = try await watchdog.guarding({ limit in
                OpenStackError(.stalled, "\(from.origin.host) sent nothing for \(limit.words): \(from.text)")
            }) {
                let reply = try await transport.open(request, followsRedirects: false)
                if [301, 302, 303, 307, 308].contains(reply.status),
                    let location = reply.headers.first(name: "location")
                {
                    return Outcome.redirect(location)
                }
                guard reply.status == 200 else {
                    throw RegistryError(
                        reply.status == 404 || reply.status == 410 ? .notFound : .unavailable,
                        "cannot fetch \(from.text): the server answers with HTTP \(reply.status)"
                    )
                }
                return .complete(try await receive(reply, into: file, at: path, from, watchdog))
            }
            switch outcome {
            case .complete(let size): return size
            case .redirect(let location): place = try filter.require(location, after: place)
            }
        }
        throw RegistryError(.invalid, "more than \(Self.redirectLimit) redirects, the last to \(place.text)")
    }

    private enum Outcome {
        case complete(Int64)
        case redirect(String)
    }

    private func receive(
        _ reply: CloudTransport.Streaming,
        into file: SystemPackage.FileDescriptor,
        at path: FilePath,
        _ place: ImportFilter.Place,
        _ watchdog: Watchdog
    ) async throws -> Int64 {
        // Before a byte of it is fetched, where the server says how many there are.
        if let length = reply.length { try limit.require(length, from: place.text) }
        var size: Int64 = 0
        do {
            for try await part in reply.body {
                watchdog.touch(limit: timeouts.stall)
                let end = size + Int64(part.readableBytes)
                do { try limit.require(end, from: place.text) } catch { throw ReceiverError(cause: error) }
                do {
                    _ = try part.withUnsafeReadableBytes { try file.writeAll(toAbsoluteOffset: size, $0) }
                } catch {
                    throw ReceiverError(cause: DiskImageError(errno: FileIO.number(of: error), "cannot write", path))
                }
                size += Int64(part.readableBytes)
            }
        } catch let error as ReceiverError {
            throw error.cause
        } catch {
            throw reply.failure.translated(error)
        }
        if let length = reply.length, length != size {
            throw RegistryError(.unavailable, "\(place.text) ended after \(size) of \(length) bytes; try again")
        }
        return size
    }
}
