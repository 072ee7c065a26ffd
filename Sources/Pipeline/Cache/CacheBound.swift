public import Foundation
import Recipes
import SystemPackage

/// How large the cache may grow.
public struct CacheBound: Sendable {
    /// The variable that sets it.
    public static let variable = "IMAGEBAKE_CACHE_SIZE"

    private static let standard: Int64 = 64 << 30

    private let home: Home
    private let environment: [String: String]

    /// Creates a bound.
    public init(home: Home, environment: [String: String] = ProcessInfo.processInfo.environment) {
        self.home = home
        self.environment = environment
    }

    /// The bound in bytes: what the variable says, else 64 GiB or a quarter of the file system, whichever is less.
    ///
    /// - Throws: ``Failure`` with ``ExitStatus/badConfiguration`` where the variable is no size.
    public func bytes() throws(Failure) -> Int64 {
        if let text = environment[Self.variable], !text.isEmpty {
            do {
                return try ByteCount(parsing: text).bytes
            } catch {
                throw Failure(
                    .badConfiguration,
                    "\(Self.variable) is no size: '\(text)'",
                    ["next": "write it as '100 GiB'"]
                )
            }
        }
        var status = statvfs()
        guard statvfs(home.cache.string, &status) == 0 else { return Self.standard }
        return min(Self.standard, Int64(status.f_blocks) * Int64(status.f_frsize) / 4)
    }

    /// Makes the cache keep to the bound; what cannot be done is worth a warning and no more.
    func apply(warn: (String) -> Void) {
        do throws(Failure) {
            _ = try CacheInventory(home: home).prune(maxSize: try bytes())
        } catch {
            warn("the cache is not pruned: \(error.message)")
        }
    }
}
