import Foundation
package import SystemPackage

/// A real Keystone and a real Glance with two stores on 127.0.0.1, once for all tests of a process.
///
/// There are three projects, `red`, `green` and `blue`, each with an admin, a member and a reader (`red-member`), the cloud's `admin`, and in the
/// domain `Elsewhere` another project `red` with the user `elsewhere-member`. The region `RegionOne` has PyPI's Glance, and
/// `Debian` has Debian 12's where that could be unpacked. All ends with the process, however that ends: see Tests/OpenStackLab/lab.py.
package final class OpenStackLab: Sendable {
    /// What the script says when all is up.
    private struct Facts: Decodable {
        struct User: Decodable {
            let id: String
            let password: String
        }

        let identity: String
        let image: String
        let debianImage: String?
        let stores: [String]
        let projects: [String: String]
        let users: [String: User]
        let seconds: Double
    }

    /// A Glance of the lab.
    package struct Region: Sendable, Hashable, CustomStringConvertible {
        /// Its name in the catalogue.
        package let name: String
        /// Glance's URL, without a version.
        package let url: String
        /// Whether it looks at the format of what is uploaded, and at the size header; since 2025.1 and 2025.2.
        package let isNew: Bool
        package var description: String { name }
    }

    /// Keystone's URL, `http://127.0.0.1:PORT/v3`.
    package let identity: String
    /// The newest Glance.
    package let newest: Region
    /// Debian 12's; nil where that could not be unpacked, as on another distribution.
    package let debian: Region?
    /// The ids of the stores, the default one first.
    package let stores: [String]
    /// The ids of the projects; `elsewhere/red` is the one in the other domain.
    package let projects: [String: String]
    /// How long it took to come up, in seconds.
    package let seconds: Double
    private let users: [String: Facts.User]
    private let lifeline: FileHandle

    /// All Glances that there are.
    package var regions: [Region] { [newest] + [debian].compactMap(\.self) }

    private static let task = Task { try await start() }

    /// The lab, started where it is not yet.
    ///
    /// - Throws: what it needs and is not here, or what its servers say.
    package static func shared() async throws -> OpenStackLab { try await task.value }

    /// Where `scripts/openstack.sh` installs.
    package static var place: FilePath {
        if let path = ProcessInfo.processInfo.environment["IMAGEBAKE_OPENSTACK"], !path.isEmpty {
            return FilePath(path)
        }
        return repository.appending(".build").appending("openstack")
    }

    /// The openstack client.
    package static var client: FilePath { place.appending("venv").appending("bin").appending("openstack") }

    /// Whether it is installed; where a test must not be skipped, it runs and says that it is not.
    package static var canRun: Bool {
        ContinuousIntegration.isHere || access(place.appending(".complete").string, F_OK) == 0
    }

    private static var repository: FilePath {
        FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
    }

    /// Where its scripts are.
    package static var directory: FilePath { repository.appending("Tests").appending("OpenStackLab") }

    /// A user's password.
    package func password(_ user: String) -> String { users[user]?.password ?? "" }

    /// A user's id.
    package func userID(_ user: String) -> String { users[user]?.id ?? "" }

    /// A project's id.
    package func project(_ name: String) -> String { projects[name] ?? "" }

    /// The variables with which the openstack client is a user in a project.
    package func environment(_ user: String, project: String? = nil, region: Region? = nil) -> [String: String] {
        let isElsewhere = user.hasPrefix("elsewhere")
        let own = project ?? (isElsewhere ? "red" : user.split(separator: "-").first.map(String.init) ?? user)
        return [
            "OS_AUTH_URL": identity, "OS_USERNAME": user, "OS_PASSWORD": password(user), "OS_PROJECT_NAME": own,
            "OS_USER_DOMAIN_NAME": isElsewhere ? "Elsewhere" : "Default",
            "OS_PROJECT_DOMAIN_NAME": isElsewhere ? "Elsewhere" : "Default",
            "OS_REGION_NAME": (region ?? newest).name,
        ]
    }

    /// Runs the openstack client as a user.
    ///
    /// - Returns: its exit status and what it printed, standard error behind it.
    package func openstack(
        _ user: String,
        _ region: Region,
        _ arguments: [String]
    ) async throws -> (status: Int32, output: String, error: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.client.string)
        process.arguments = arguments
        process.environment = environment(user, region: region).merging([
            "PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "PYTHONWARNINGS": "ignore", "LANG": "C.UTF-8",
        ]) { $1 }
        process.standardInput = FileHandle.nullDevice
        let (output, error) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = error
        async let text = Self.text(output)
        async let words = Self.text(error)
        try process.run()
        try? output.fileHandleForWriting.close()
        try? error.fileHandleForWriting.close()
        let result = await (text, words)
        await Self.blocking { process.waitUntilExit() }
        return (process.terminationStatus, result.0, result.1)
    }

    private init(_ facts: Facts, _ lifeline: FileHandle) {
        identity = facts.identity
        newest = Region(name: "RegionOne", url: facts.image, isNew: true)
        debian = facts.debianImage.map { Region(name: "Debian", url: $0, isNew: false) }
        stores = facts.stores
        projects = facts.projects
        users = facts.users
        seconds = facts.seconds
        self.lifeline = lifeline
    }

    private static func start() async throws -> OpenStackLab {
        guard access(place.appending(".complete").string, F_OK) == 0 else {
            throw Trouble("Keystone and Glance are not in \(place): run scripts/openstack.sh")
        }
        // Nobody else must hold the end that we write to, or the lab would outlive us: so not Foundation's Pipe, which programs inherit.
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0, ends.allSatisfy({ fcntl($0, F_SETFD, FD_CLOEXEC) == 0 }) else {
            throw Errno(rawValue: errno)
        }
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent(
            "imagebake-lab-\(UUID().uuidString)"
        ).path
        let log = directory + ".log"
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        defer { try? FileManager.default.removeItem(atPath: log) }
        var arguments = [Self.directory.appending("lab.py").string, directory]
        let debian = place.appending("debian-glance").string
        if access(debian, F_OK) == 0 { arguments += ["--debian-glance", debian] }
        let process = Process()
        process.executableURL = URL(
            fileURLWithPath: place.appending("venv").appending("bin").appending("python").string
        )
        process.arguments = arguments
        let input = FileHandle(fileDescriptor: ends[0], closeOnDealloc: true)
        process.standardInput = input
        process.standardError = FileHandle(forWritingAtPath: log)
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        try? input.close()
        try? output.fileHandleForWriting.close()
        let lifeline = FileHandle(fileDescriptor: ends[1], closeOnDealloc: true)
        // Its own deadlines end it where a server does not come up.
        let line = await blocking { () -> Data in
            var bytes = Data()
            while !bytes.contains(10), case let part = output.fileHandleForReading.availableData, !part.isEmpty {
                bytes += part
            }
            return bytes
        }
        guard let facts = try? JSONDecoder().decode(Facts.self, from: line) else {
            let words = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
            throw Trouble("the lab of Keystone and Glance did not come up: \(words)")
        }
        return OpenStackLab(facts, lifeline)
    }

    private static func text(_ pipe: Pipe) async -> String {
        await blocking { String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self) }
    }

    static func blocking<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: body()) }
        }
    }

    private struct Trouble: Error, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }
}
