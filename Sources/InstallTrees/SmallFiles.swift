import SystemPackage

/// Gets small files over HTTP, all at once, with little patience: for what is worth knowing and not worth waiting for.
public enum SmallFiles {
    /// Fetches files.
    ///
    /// - Parameters:
    ///   - urls: http or https URLs.
    ///   - limit: The largest file, in bytes.
    ///   - patience: How long all of it may take.
    /// - Returns: For each URL its bytes, nil where the server has no such file, or what went wrong.
    public static func fetch(
        _ urls: Set<String>,
        limit: Int,
        patience: Duration
    ) async -> [String: Result<[UInt8]?, TreeError>] {
        guard !urls.isEmpty else { return [:] }
        var options = TreeFetcher.Options()
        options.attempts = 1
        options.connectTimeout = patience
        options.readTimeout = patience
        options.rateWindow = patience
        let session = HTTPSession(options)
        let download = Download(session: session, options: options, progress: { _ in })
        let found = await withTaskGroup(of: (String, Result<[UInt8]?, TreeError>)?.self) { group in
            for url in urls {
                group.addTask {
                    do throws(TreeError) {
                        return (url, .success(try await download.bytes(TreeURL(url), name: url, limit: limit)))
                    } catch {
                        return (url, .failure(error))
                    }
                }
            }
            group.addTask {
                // A server that sends a byte now and then keeps every time-out from running out.
                try? await Task.sleep(for: patience)
                return nil
            }
            var found: [String: Result<[UInt8]?, TreeError>] = [:]
            while let next = await group.next(), let (url, result) = next {
                found[url] = result
                if found.count == urls.count { break }
            }
            group.cancelAll()
            return found
        }
        await session.shutdown()
        var all = found
        for url in urls where all[url] == nil {
            all[url] = .failure(
                TreeError(.readTimeout, at: url, "\(URLText.redacted(url)) did not answer within \(patience)")
            )
        }
        return all
    }
}
