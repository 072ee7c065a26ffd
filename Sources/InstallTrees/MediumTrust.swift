public import SystemPackage

/// What a recipe says about the ISO image it installs from, beside the pin.
public struct MediumTrust: Sendable, Hashable {
    /// The image's checksum; SHA-2 only.
    public var checksum: Checksum?
    /// A CHECKSUM file that names the image, in the words of `sha256sum` or of BSD; clearsigned or plain.
    public var checksumFile: FilePath?
    /// The detached signature of `checksumFile`, armored or binary; nil where the file is clearsigned.
    public var signature: FilePath?
    /// The OpenPGP public key that must have signed `checksumFile`, armored or binary.
    public var key: FilePath?

    /// Everything is optional; a key without a CHECKSUM file has nothing to check and is an error.
    public init(
        checksum: Checksum? = nil,
        checksumFile: FilePath? = nil,
        signature: FilePath? = nil,
        key: FilePath? = nil
    ) {
        self.checksum = checksum
        self.checksumFile = checksumFile
        self.signature = signature
        self.key = key
    }
}
