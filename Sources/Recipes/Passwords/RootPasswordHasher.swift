import CCrypt
import Crypto
public import Foundation
import Glibc
import SystemPackage

/// Turns the password of root into a hash that a kickstart can carry.
///
/// The hash is SHA-512 crypt by the C library, with a salt of 16 random characters. The password itself is neither kept nor part of
/// any message.
public struct RootPasswordHasher: Sendable {
    /// The bytes that a password may have; the C library takes no more than 511.
    static let limit = 256

    private let environment: [String: String]
    private let secrets: [String: String]

    /// Makes a hasher.
    ///
    /// - Parameters:
    ///   - environment: The environment variables, by default those of this process.
    ///   - secrets: The values of the recipe's secrets by their names.
    public init(
        environment: [String: String] = ProcessInfo.processInfo.environment,
        secrets: [String: String] = [:]
    ) {
        self.environment = environment
        self.secrets = secrets
    }

    /// Finds a password and hashes it.
    ///
    /// - Parameters:
    ///   - source: Where the password comes from.
    ///   - key: The secret of this machine that fingerprints are keyed with, at least 16 bytes.
    /// - Throws: What keeps the password from being found, or from being a password.
    public func hash(_ source: RootPassword, key: [UInt8]) throws(SecretError) -> HashedRootPassword {
        guard key.count >= 16 else {
            throw SecretError(.weakKey, "the key for fingerprints is shorter than 16 bytes")
        }
        var (password, warnings) = try find(source)
        defer { password.wipe() }
        let hash = try Self.crypt(password, salt: Self.randomText(count: 16))
        let fingerprint: String
        if source == .random {
            // A new one is made up for each bake; that it is another one must not cost a new install.
            fingerprint = "random"
        } else {
            let message = Array("root password\0".utf8) + password
            let code = HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: key))
            fingerprint = Array(code).hexadecimal
        }
        return HashedRootPassword(
            hash: hash,
            fingerprint: fingerprint,
            texts: source == .random ? [hash] : [hash, String(decoding: password, as: UTF8.self)],
            warnings: warnings
        )
    }

    private func find(_ source: RootPassword) throws(SecretError) -> ([UInt8], warnings: [String]) {
        switch source {
        case .random:
            return (Array(Self.randomText(count: 24).utf8), [])
        case .environment(let name):
            guard let value = environment[name] else {
                let message = "the environment variable \(name), which holds the password of root, is not set"
                throw SecretError(.missing, message)
            }
            return (try Self.check(Array(value.utf8), from: "the environment variable \(name)"), [])
        case .file(let path):
            let (bytes, isOpen) = try PasswordFile.firstLine(of: path)
            let warning = "\(path), which holds the password of root, can be read by others; chmod 600 it"
            return (try Self.check(bytes, from: path.string), isOpen ? [warning] : [])
        case .secret(let name):
            guard let value = secrets[name.name] else {
                throw SecretError(
                    .missing,
                    "the secret '\(name.name)', which holds the password of root, has no value"
                )
            }
            return (try Self.check(Array(value.utf8), from: "the secret '\(name.name)'"), [])
        }
    }

    private static func check(_ password: [UInt8], from source: String) throws(SecretError) -> [UInt8] {
        guard !password.isEmpty else {
            throw SecretError(.unfit, "the password of root is empty in \(source)")
        }
        guard password.count >= SecretMasker.shortest else {
            let message = "the password of root has fewer than \(SecretMasker.shortest) bytes in \(source)"
            throw SecretError(.unfit, message)
        }
        guard password.count <= limit else {
            throw SecretError(.unfit, "the password of root has more than \(limit) bytes in \(source)")
        }
        guard password.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw SecretError(.unfit, "the password of root has a control character or a line break in \(source)")
        }
        return password
    }

    /// Characters from an alphabet of 64, which is also that of salts.
    static func randomText(count: Int) -> String {
        let alphabet = Array("./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
        var generator = SystemRandomNumberGenerator()
        return String((0..<count).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &generator)] })
    }

    /// SHA-512 crypt with the default number of rounds, which every system since 2007 can check.
    static func crypt(_ password: [UInt8], salt: String) throws(SecretError) -> String {
        let state = UnsafeMutablePointer<crypt_data>.allocate(capacity: 1)
        let size = MemoryLayout<crypt_data>.size
        memset(state, 0, size)
        defer {
            explicit_bzero(state, size)
            state.deallocate()
        }
        var phrase = password.map { CChar(bitPattern: $0) } + [0]
        defer { phrase.wipe() }
        guard let result = crypt_r(phrase, "$6$\(salt)$", state) else {
            let reason = Errno(rawValue: errno)
            throw SecretError(.unsupported, "the C library cannot hash with SHA-512 crypt: \(reason)")
        }
        let hash = String(cString: result)
        // The C library reports some failures as a hash that begins with '*'.
        guard hash.hasPrefix("$6$\(salt)$"), hash.utf8.count == 4 + salt.utf8.count + 86 else {
            throw SecretError(.unsupported, "the C library cannot hash with SHA-512 crypt")
        }
        return hash
    }
}
