import Foundation
import Libvirt
import TestSupport
import Testing

/// Guests of a libvirtd that may vanish.
@Suite("Guests of a remote host", .serialized, .timeLimit(.minutes(5)))
struct RemoteGuestTests {
    @Test("Whoever waits for a host that falls silent is told, console and calls alike", arguments: 1...4)
    func silence(round: Int) async throws {
        try await withRemoteLibvirtd { daemon in
            let proxy = try FragileProxy(to: daemon.port)
            defer { proxy.cut() }
            let connection = try await Connection.open(
                daemon.uri(port: proxy.port),
                keepAlive: KeepAlive(interval: 1, count: 2)
            )
            let definition = DomainDefinition(
                name: "silent",
                uuid: UUID().uuidString.lowercased(),
                accelerator: .tcg,
                memoryMiB: 64,
                vcpus: 1
            )
            let domain = try await connection.start(definition)
            let console = try await domain.openConsole()
            let stops = try domain.stops()
            let losses = connection.losses()
            // Calls that begin while another thread waits on the same connection: libvirt 9.0 loses a signal now and then.
            let asking = Task {
                while true {
                    _ = try await domain.activity()
                    try await Task.sleep(for: .milliseconds(100))
                }
            }
            let reading = Task { for await _ in console.output {} }
            try await Task.sleep(for: .seconds(1))
            proxy.fallSilent()
            let begin = ContinuousClock.now
            #expect(await losses.first { _ in true }?.code == .connectionLost)
            await reading.value
            let result = await asking.result
            let error = #expect(throws: LibvirtError.self) { try result.get() }
            #expect(error?.code == .connectionLost)
            let late = try await #require(throws: LibvirtError.self) { try await domain.destroy() }
            #expect(late.code == .connectionLost)
            #expect(ContinuousClock.now - begin < .seconds(15))
            withExtendedLifetime(stops) {}
        }
    }
}
