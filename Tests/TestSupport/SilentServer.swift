import Foundation

/// A port on 127.0.0.1 that takes connections and never says a word.
package struct SilentServer {
    package let port: UInt16
    private let socket: Int32

    package init() throws {
        (socket, port) = try FreePort.listen()
    }

    package func close() { _ = Glibc.close(socket) }
}
