import CLibvirt
import Dispatch
import Glibc

/// A connection to a hypervisor.
///
/// It closes when the last reference to it, its domains and its consoles goes.
public final class Connection: @unchecked Sendable {
    // Unchecked: libvirt's objects are reference-counted and may be used from any thread (libvirt, docs/api.rst); `raw` never
    // changes.
    let raw: OpaquePointer

    /// The URI that was opened.
    public let uri: String

    let loss: ConnectionLoss
    /// Whose turn it is to call libvirt.
    let turn = Turn()
    /// Whether it is to a host that may vanish.
    let isWatched: Bool
    private let timer: (any DispatchSourceTimer)?

    private init(raw: OpaquePointer, uri: String, isWatched: Bool) {
        self.raw = raw
        self.uri = uri
        self.isWatched = isWatched
        let loss = ConnectionLoss(uri)
        self.loss = loss
        loss.watch(raw)
        guard isWatched else {
            timer = nil
            return
        }
        // libvirt's client can know of a loss and not tell (see Connection+Calls.swift). Whether it knows, it can be asked; a loss of which
        // it tells has a second to be told, with its reason.
        let timer = DispatchSource.makeTimerSource(queue: .global())
        let handle = UncheckedHandle(raw)
        var isSuspected = false
        timer.schedule(deadline: .now() + 1, repeating: 1)
        timer.setEventHandler {
            guard virConnectIsAlive(handle.raw) == 0 else { return }
            if isSuspected { loss.lose("the host does not answer any more") }
            isSuspected = true
        }
        timer.activate()
        self.timer = timer
    }

    deinit {
        ConnectionLoss.unwatch(raw)
        guard let timer else {
            virConnectClose(raw)
            return
        }
        // The timer may be looking at it right now.
        let handle = UncheckedHandle(raw)
        timer.setCancelHandler { virConnectClose(handle.raw) }
        timer.cancel()
    }

    /// Opens a connection.
    ///
    /// - Parameters:
    ///   - uri: A libvirt URI, such as `qemu:///session` or `qemu:///embed?root=/path`.
    ///   - keepAlive: How soon a silent host counts as gone; nil, for a local one, leaves that to the system.
    ///   - limit: How long to wait for an answer; nil for as long as it takes.
    /// - Throws: ``LibvirtError`` with ``LibvirtError/Code/noConnection`` where nothing answers.
    public static func open(
        _ uri: String,
        keepAlive: KeepAlive? = nil,
        within limit: Duration? = nil
    ) async throws(LibvirtError) -> Connection {
        try EventLoop.start()
        let operation = "connect to \(uri)"
        return try await Libvirt.blocking(within: limit, operation) { () throws(LibvirtError) in
            guard let raw = try Self.openRaw(uri) else {
                let error = LibvirtError.last(operation)
                // What is not there yet cannot be lost.
                guard error.code == .connectionLost else { throw error }
                throw LibvirtError(code: .noConnection, operation: operation, message: error.message)
            }
            // A driver that has no connection to keep, and a daemon too old for it, say so; nothing is lost by that.
            if let keepAlive { virConnectSetKeepAlive(raw, keepAlive.interval, keepAlive.count) }
            return Connection(raw: raw, uri: uri, isWatched: keepAlive != nil)
        }
    }

    /// Opens a driver inside this process for one thread after another.
    ///
    /// `virStateInitialize` marks a driver as initialised before it is (libvirt.c), so that a second thread gets one that is half made,
    /// and the process crashes when that is used. Whatever has a daemon is not waited for.
    private static func openRaw(_ uri: String) throws(LibvirtError) -> OpaquePointer? {
        guard uri.contains("/embed?") else { return virConnectOpen(uri) }
        return try embedded.take { () throws(LibvirtError) in virConnectOpen(uri) }
    }

    private static let embedded = Turn()

    /// Tells when the connection is lost, and ends then: with ``LibvirtError/Code/connectionLost``, and why.
    ///
    /// A driver inside this process is never lost. Whatever waits for libvirt's answer when it happens fails by itself.
    public func losses() -> AsyncStream<LibvirtError> { loss.stream() }

    /// The version of the hypervisor, such as `7.2.22`.
    public func hypervisorVersion() async throws(LibvirtError) -> String {
        try await blocking { () throws(LibvirtError) in
            var version: UInt = 0
            try check(virConnectGetVersion(self.raw, &version), "read the hypervisor's version")
            return Self.dotted(version)
        }
    }

    /// The version of libvirt that this process is linked with, such as `9.0.0`.
    public static var libraryVersion: String {
        var version: UInt = 0
        return virGetVersion(&version, nil, nil) == 0 ? dotted(version) : "unknown"
    }

    /// Starts a transient domain.
    ///
    /// - Parameters:
    ///   - definition: What to start.
    ///   - isPaused: Whether its processors stand still until ``Domain/resume()``, so that a console can be attached before the
    ///     first byte.
    /// - Throws: ``LibvirtError``, with ``LibvirtError/Code/invalidDefinition`` where ``DomainDefinition/validate()`` refuses it.
    public func start(_ definition: DomainDefinition, isPaused: Bool = true) async throws(LibvirtError) -> Domain {
        do throws(DomainDefinitionError) {
            try definition.validate()
        } catch {
            throw LibvirtError(
                code: .invalidDefinition,
                operation: "start the guest \(definition.name)",
                message: error.message
            )
        }
        let xml = definition.xml
        // libvirt still removes a guest of this name for a moment after the guest has stopped and nobody finds it any more.
        var patience = 40
        while true {
            do throws(LibvirtError) {
                return try await create(xml, name: definition.name, isPaused: isPaused)
            } catch  where error.code == .beingRemoved && patience > 0 {
                patience -= 1
                do { try await Task.sleep(for: .milliseconds(250)) } catch {
                    throw LibvirtError.cancelled("start the guest \(definition.name)")
                }
            }
        }
    }

    private func create(_ xml: String, name: String, isPaused: Bool) async throws(LibvirtError) -> Domain {
        try await blocking { () throws(LibvirtError) in
            guard let raw = virDomainCreateXML(self.raw, xml, isPaused ? VIR_DOMAIN_START_PAUSED.rawValue : 0) else {
                throw LibvirtError.last("start the guest \(name)")
            }
            return Domain(raw: raw, connection: self)
        }
    }

    /// The active domains.
    public func activeDomains() async throws(LibvirtError) -> [Domain] {
        try await blocking { () throws(LibvirtError) in
            var list: UnsafeMutablePointer<OpaquePointer?>?
            let count = try check(
                virConnectListAllDomains(self.raw, &list, VIR_CONNECT_LIST_DOMAINS_ACTIVE.rawValue),
                "list the guests"
            )
            defer { free(list) }
            return (0..<Int(count)).compactMap { index in
                list?[index].map { Domain(raw: $0, connection: self) }
            }
        }
    }

    /// Finds a domain by its UUID, or answers nil where there is none.
    public func domain(uuid: String) async throws(LibvirtError) -> Domain? {
        do throws(LibvirtError) {
            return try await blocking { () throws(LibvirtError) in
                guard let raw = virDomainLookupByUUIDString(self.raw, uuid) else {
                    throw LibvirtError.last("look up the guest \(uuid)")
                }
                return Domain(raw: raw, connection: self)
            }
        } catch  where error.code == .noDomain {
            return nil
        }
    }

    // libvirt packs a version as major * 1,000,000 + minor * 1,000 + release (libvirt-host.h, virGetVersion).
    static func dotted(_ version: UInt) -> String {
        "\(version / 1_000_000).\(version / 1_000 % 1_000).\(version % 1_000)"
    }
}

/// A pointer to a libvirt object that another thread may use.
private struct UncheckedHandle: @unchecked Sendable {
    // Unchecked: libvirt's objects may be used from any thread.
    let raw: OpaquePointer

    init(_ raw: OpaquePointer) {
        self.raw = raw
    }
}
