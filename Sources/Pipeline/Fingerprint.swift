import Crypto
import Foundation

/// A digest of all that goes into a stage.
///
/// Two runs with the same fingerprint make the same product, so the second need not run. A secret enters as a keyed digest, never as
/// itself. The inputs are kept with the product, so that `plan` can say which of them changed.
public struct Fingerprint: Codable, Equatable, Sendable {
    /// The inputs by name; long ones as their SHA-256.
    public let inputs: [String: String]
    /// The SHA-256 of all inputs, in hexadecimal.
    public let digest: String

    /// Creates a fingerprint.
    ///
    /// - Parameter inputs: Every input of the stage by a stable name. Values of more than 80 bytes are replaced by their digest.
    public init(_ inputs: [String: String]) {
        self.inputs = inputs.mapValues { value in
            value.utf8.count > 80 ? "sha256:" + Self.hex(SHA256.hash(data: Data(value.utf8))) : value
        }
        // Lengths keep ("ab", "c") and ("a", "bc") apart.
        var hasher = SHA256()
        for (name, value) in self.inputs.sorted(by: { $0.key < $1.key }) {
            hasher.update(data: Data("\(name.utf8.count):\(name)\(value.utf8.count):\(value)".utf8))
        }
        digest = Self.hex(hasher.finalize())
    }

    /// The names of the inputs in which the two differ, sorted.
    public func differences(from other: Fingerprint) -> [String] {
        Set(inputs.keys).union(other.inputs.keys).filter { inputs[$0] != other.inputs[$0] }.sorted()
    }

    private static func hex(_ digest: some Sequence<UInt8>) -> String {
        digest.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }
}
