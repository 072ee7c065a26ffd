import Foundation
import SystemPackage

/// Who publishes: this home on this machine, whose runs keep out of each other's way by locks.
struct PublisherIdentity: Sendable {
    /// 16 hexadecimal digits, the same for every run here.
    let text: String

    init(text: String) { self.text = text }

    init(home: Home) {
        let inputs = ["host": ProcessInfo.processInfo.hostName, "home": home.state.string]
        text = String(Fingerprint(inputs).digest.prefix(16))
    }
}
