public import Foundation
public import SystemPackage

/// The clouds that this machine's files and the environment describe.
///
/// The first clouds.yaml of the search path counts, a secure.yaml is merged over it, and OS_* variables make a cloud of
/// their own. Source: openstacksdk, config/loader.py. Two things differ on purpose: a file that cannot be parsed is an error
/// and not passed over, and a file that a variable names must exist.
public struct CloudsConfiguration: Sendable {
    private static let suffixes = ["yaml", "yml", "json"]
    private static let sizeLimit = 4 << 20
    /// Variables that only choose, and make no cloud.
    private static let selectors: Set<String> = [
        "OS_CLOUD", "OS_REGION_NAME", "OS_CLIENT_CONFIG_FILE", "OS_CLIENT_SECURE_FILE", "OS_CLOUD_NAME",
    ]

    /// The files that were read, in the order in which they count.
    public let files: [FilePath]
    /// The names of all clouds, sorted.
    public var names: [String] { clouds.keys.sorted() }

    private let clouds: [String: CloudNode]
    private let environment: [String: String]
    private let environmentCloud: String?
    private let asked: [String: String]
    private let profiles: [String: CloudNode]
    private let home: FilePath?

    /// Reads the files.
    ///
    /// - Parameters:
    ///   - environment: the variables; an openrc file's are laid over them.
    ///   - directory: where `clouds.yaml` is looked for first; the current one.
    ///   - openrc: an openrc file, which is read and never run. The cloud that it makes is the default then.
    ///   - system: a directory in the place of `/`, for tests.
    /// - Throws: `configuration`, with the file and, where it is known, the line.
    public init(
        environment: [String: String] = ProcessInfo.processInfo.environment,
        directory: FilePath = FilePath(FileManager.default.currentDirectoryPath),
        openrc: FilePath? = nil,
        system: FilePath = "/"
    ) throws {
        var variables = environment
        var asked: [String: String] = [:]
        if let openrc {
            guard let text = try Self.text(openrc) else {
                throw OpenStackError(.configuration, "there is no openrc file \(openrc)")
            }
            let file = try OpenRC(text, file: openrc.string, over: environment)
            (variables, asked) = (file.variables, file.asked)
        }
        self.environment = variables
        self.asked = asked
        let home = variables["HOME"].flatMap { $0.isEmpty ? nil : FilePath($0) }
        self.home = home
        let path = Self.searchPath(variables, directory, home, system)
        var files: [FilePath] = []
        func read(_ name: String, _ variable: String?) throws -> CloudNode? {
            guard
                let (file, node) = try Self.first(
                    name,
                    path,
                    variable.flatMap { named in
                        variables[named].flatMap { $0.isEmpty ? nil : (named, $0) }
                    }
                )
            else { return nil }
            files.append(file)
            return node
        }
        var root = try read("clouds", "OS_CLIENT_CONFIG_FILE")
        if let secure = try read("secure", "OS_CLIENT_SECURE_FILE") { root = root?.merging(secure) ?? secure }
        let vendors = try read("clouds-public", nil)
        var clouds: [String: CloudNode] = [:]
        if let node = root?.mapping?["clouds"], !node.isNull {
            guard let mapping = node.mapping else {
                throw OpenStackError(.configuration, "\(node.place): 'clouds' is not a mapping")
            }
            clouds = mapping
        }
        profiles = vendors?.mapping?["public-clouds"]?.mapping ?? [:]
        let name = variables["OS_CLOUD_NAME"].flatMap { $0.isEmpty ? nil : $0 } ?? "envvars"
        if let node = Self.environmentNode(variables, origin: openrc?.string ?? "the environment") {
            if let other = clouds[name] {
                throw OpenStackError(
                    .configuration,
                    "\(other.place): a cloud is called '\(name)', as the one that the OS_* variables make",
                    hint: "rename it, or set OS_CLOUD_NAME to another name"
                )
            }
            clouds[name] = node
            environmentCloud = name
        } else {
            environmentCloud = nil
        }
        self.clouds = clouds
        self.files = files
        isOpenRC = openrc != nil
    }

    private let isOpenRC: Bool

    /// One cloud.
    ///
    /// - Parameters:
    ///   - name: its name; nil for the default: an openrc file's, OS_CLOUD's, that of the OS_* variables, or the only one.
    ///   - region: its region; nil for OS_REGION_NAME's or the first one.
    /// - Throws: `unknownCloud`, `configuration`, `unsupported`.
    public func cloud(_ name: String? = nil, region: String? = nil) throws -> Cloud {
        let name = try name ?? defaultName()
        guard let node = clouds[name] else {
            throw OpenStackError(
                .unknownCloud,
                "there is no cloud '\(name)'",
                hint: names.isEmpty
                    ? "no clouds.yaml was found; see docs.openstack.org for 'clouds.yaml'"
                    : "there are \(names.joined(separator: ", "))"
            )
        }
        if name == environmentCloud, let (variable, place) = asked.min(by: { $0.key < $1.key }) {
            throw OpenStackError(
                .configuration,
                "\(place): the file asks for \(variable), and is not run",
                hint: "set \(variable) before, or write its value into the file"
            )
        }
        let (whole, warnings) = try expanded(node, name)
        let (final, chosen) = try regional(
            whole,
            name,
            region ?? environment["OS_REGION_NAME"].flatMap { $0.isEmpty ? nil : $0 }
        )
        var reader = CloudReader(try CloudSettings(name: name, final), home: home)
        var cloud = try reader.cloud(region: chosen)
        cloud.warnings = warnings + cloud.warnings
        return cloud
    }

    private func defaultName() throws -> String {
        if isOpenRC, let environmentCloud { return environmentCloud }
        if let name = environment["OS_CLOUD"], !name.isEmpty { return name }
        if let environmentCloud { return environmentCloud }
        if clouds.count == 1, let name = clouds.keys.first { return name }
        throw OpenStackError(
            .unknownCloud,
            clouds.isEmpty ? "no cloud is described anywhere" : "several clouds are described, and none is chosen",
            hint: clouds.isEmpty
                ? "write ~/.config/openstack/clouds.yaml, or source an openrc file"
                : "choose one of \(names.joined(separator: ", ")), or set OS_CLOUD"
        )
    }

    /// The cloud laid over its profile.
    private func expanded(_ node: CloudNode, _ name: String) throws -> (CloudNode, [String]) {
        guard let profile = node.mapping?["profile"]?.text ?? node.mapping?["cloud"]?.text, profile != environmentCloud
        else { return (node, []) }
        guard let base = profiles[profile] else {
            return (
                node, ["the profile '\(profile)' of the cloud '\(name)' is in no clouds-public.yaml (\(node.place))"]
            )
        }
        return (base.merging(node), [])
    }

    /// The cloud with its region's own values laid over it, and that region.
    private func regional(_ node: CloudNode, _ name: String, _ wanted: String?) throws -> (CloudNode, String?) {
        guard let mapping = node.mapping else { return (node, wanted) }
        var regions: [(name: String, values: CloudNode?)] = []
        if let list = mapping["regions"], !list.isNull {
            for entry in list.list ?? [list] {
                if let text = entry.text {
                    regions.append((text, nil))
                } else if let text = entry.mapping?["name"]?.text {
                    regions.append((text, entry.mapping?["values"]))
                } else {
                    throw OpenStackError(.configuration, "\(entry.place): a region of the cloud '\(name)' has no name")
                }
            }
        } else if let own = mapping["region_name"] {
            let texts = own.list?.compactMap(\.text) ?? own.text?.split(separator: ",").map(String.init) ?? []
            regions = texts.filter { !$0.isEmpty }.map { ($0, nil) }
        }
        guard let first = regions.first else { return (node, wanted) }
        guard let wanted else { return (first.values.map { node.merging($0) } ?? node, first.name) }
        guard let region = regions.first(where: { $0.name == wanted }) else {
            throw OpenStackError(
                .configuration,
                "\(node.place): the cloud '\(name)' has no region '\(wanted)'",
                hint: "there are \(regions.map(\.name).joined(separator: ", "))"
            )
        }
        return (region.values.map { node.merging($0) } ?? node, region.name)
    }

    private static func environmentNode(_ environment: [String: String], origin: String) -> CloudNode? {
        let ignored = ["OS_TEST", "OS_STD", "OS_LOG"]
        let own = environment.filter { name, value in
            name.hasPrefix("OS_") && !value.isEmpty && !ignored.contains { name.hasPrefix($0) }
        }
        guard !Set(own.keys).subtracting(selectors).isEmpty else { return nil }
        var mapping: [String: CloudNode] = [:]
        for (name, value) in own where name != "OS_CLOUD" && name != "OS_CLOUD_NAME" {
            mapping[name.dropFirst(3).lowercased()] = CloudNode(.text(value), file: "the variable \(name)")
        }
        return CloudNode(.mapping(mapping), file: origin)
    }

    private static func searchPath(
        _ environment: [String: String],
        _ directory: FilePath,
        _ home: FilePath?,
        _ system: FilePath
    ) -> [FilePath] {
        func variable(_ name: String) -> String? { environment[name].flatMap { $0.hasPrefix("/") ? $0 : nil } }
        var path = [directory]
        if let text = variable("XDG_CONFIG_HOME") { path.append(FilePath(text).appending("openstack")) }
        if let home { path.append(home.appending(".config").appending("openstack")) }
        if let text = environment["XDG_CONFIG_DIRS"], !text.isEmpty {
            path += text.split(separator: ":").map { FilePath(String($0)).appending("openstack") }
        } else {
            path.append(system.appending("etc").appending("xdg").appending("openstack"))
        }
        path.append(system.appending("etc").appending("openstack"))
        return path
    }

    private static func first(
        _ name: String,
        _ path: [FilePath],
        _ override: (variable: String, file: String)?
    ) throws -> (FilePath, CloudNode)? {
        if let override {
            let file = FilePath(override.file)
            guard let text = try text(file) else {
                throw OpenStackError(
                    .configuration,
                    "the variable \(override.variable) names \(file), which does not exist"
                )
            }
            return (file, try CloudNode(yaml: text, file: file.string))
        }
        for directory in path {
            for suffix in suffixes {
                let file = directory.appending("\(name).\(suffix)")
                // One that may not be read is passed over, as by openstacksdk.
                if let text = try text(file, isOptional: true) {
                    return (file, try CloudNode(yaml: text, file: file.string))
                }
            }
        }
        return nil
    }

    /// A file's text; nil where there is none.
    private static func text(_ path: FilePath, isOptional: Bool = false) throws -> String? {
        do {
            let file = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
            return try file.closeAfter {
                var bytes = [UInt8](repeating: 0, count: sizeLimit + 1)
                var count = 0
                while count < bytes.count {
                    let part = try bytes.withUnsafeMutableBytes { buffer in
                        try file.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[count...]))
                    }
                    if part == 0 { break }
                    count += part
                }
                guard count <= sizeLimit else {
                    throw OpenStackError(.configuration, "\(path) is larger than \(sizeLimit >> 20) MiB")
                }
                return String(decoding: bytes[..<count], as: UTF8.self)
            }
        } catch let error as Errno {
            if error == .noSuchFileOrDirectory || error == .notDirectory { return nil }
            if isOptional, error == .permissionDenied { return nil }
            throw OpenStackError(.configuration, "cannot read \(path)", cause: error.description)
        }
    }
}
