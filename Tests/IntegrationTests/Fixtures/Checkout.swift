import Foundation
import SystemPackage

/// Where things lie in this checkout.
enum Checkout {
    /// The directory of Package.swift.
    static let root: FilePath = {
        var path = FilePath(#filePath)
        for _ in 0..<4 { path.removeLastComponent() }
        return path
    }()

    /// The binary under test: built beside the test bundle, which runs as this process.
    static let binary: FilePath = {
        let bundle = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return FilePath(bundle).removingLastComponent().appending("imagebake")
    }()

    /// A recipe that ships.
    static func recipe(_ name: String) -> FilePath {
        root.appending("recipes").appending("\(name).recipe")
    }

    /// What is kept between two runs of the tests: the Debian tree, which takes minutes to build.
    ///
    /// Below the checkout, so that `make clean` removes it; elsewhere where that lies below a directory that the user QEMU runs as
    /// may not pass.
    static let kept: FilePath = {
        let below = root.appending(".build").appending("integration")
        let everybody = CInterop.Mode(S_IXOTH)
        var directory = root
        repeat {
            var status = stat()
            if stat(directory.string, &status) == 0, status.st_mode & everybody == 0 {
                return FilePath("/var/tmp/imagebake-integration-\(geteuid())")
            }
        } while directory.removeLastComponent()
        return below
    }()
}
