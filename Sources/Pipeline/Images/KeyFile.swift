import Foundation
import Guestfs
public import SystemPackage

/// A file with the passphrase of an encrypted volume.
///
/// The command line names the file only: what is in arguments is seen by every user of the machine.
public struct KeyFile: Equatable, Sendable {
    /// The volume's device or UUID; nil for all.
    public let volume: String?
    /// The file.
    public let file: FilePath

    /// A file for this volume, or for all.
    public init(volume: String? = nil, file: FilePath) {
        self.volume = volume
        self.file = file
    }

    /// Reads virt-sysprep's way to name it, `VOLUME:file:FILE`; nil for anything else.
    public init?(selector: String) {
        guard let range = selector.range(of: ":file:"), range.lowerBound > selector.startIndex,
            range.upperBound < selector.endIndex
        else { return nil }
        self.init(volume: String(selector[..<range.lowerBound]), file: FilePath(String(selector[range.upperBound...])))
    }

    private static let longest: Int64 = 1 << 20

    /// Reads it.
    func key() throws(Failure) -> DiskKey {
        guard let size = Files.size(of: file) else { throw Failure(.inputMissing, "there is no key file \(file)") }
        guard size <= Self.longest else {
            throw Failure(.inputMissing, "\(file) is no key file: it has \(ByteText.text(size))")
        }
        let data = try Files.read(file)
        guard data.count <= Self.longest, let key = DiskKey(volume: volume, content: Array(data)) else {
            throw Failure(.inputMissing, "the first line of the key file \(file) is no passphrase")
        }
        return key
    }
}
