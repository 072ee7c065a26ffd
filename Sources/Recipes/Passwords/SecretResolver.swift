import Crypto
public import Foundation
import Glibc
internal import Subprocess
import SystemPackage

/// Finds the values of a recipe's secrets.
public struct SecretResolver: Sendable {
    /// The bytes that a secret may have.
    static let limit = 64 << 10

    private let environment: [String: String]
    private let commandLimit: Duration

    /// Makes a resolver.
    ///
    /// - Parameters:
    ///   - environment: The environment variables, by default those of this process.
    ///   - commandLimit: The time that a program may take.
    public init(
        environment: [String: String] = ProcessInfo.processInfo.environment,
        commandLimit: Duration = .seconds(30)
    ) {
        self.environment = environment
        self.commandLimit = commandLimit
    }

    /// Finds the values, one after the other.
    ///
    /// - Parameters:
    ///   - secrets: The secrets that a recipe uses.
    ///   - customizing: Those that only customising needs, with a fingerprint of their own.
    ///   - key: The secret of this machine that fingerprints are keyed with, at least 16 bytes.
    /// - Throws: ``SecretError``, or `CancellationError` when the task is cancelled.
    public func resolve(
        _ secrets: [Recipe.Secret],
        customizing: Set<Recipe.SecretName> = [],
        key: [UInt8]
    ) async throws -> ResolvedSecrets {
        guard key.count >= 16 else { throw SecretError(.weakKey, "the key for fingerprints is shorter than 16 bytes") }
        var values: [String: String] = [:]
        var warnings: [String] = []
        for secret in secrets {
            let (bytes, warning) = try await find(secret)
            values[secret.name.name] = try Self.check(bytes, of: secret)
            warnings += warning.map { [$0] } ?? []
        }
        let isCustomizing = { (name: String) in customizing.contains(Recipe.SecretName(name)) }
        return ResolvedSecrets(
            values: values,
            fingerprint: Self.fingerprint(values.filter { !isCustomizing($0.key) }, key),
            customizingFingerprint: Self.fingerprint(values.filter { isCustomizing($0.key) }, key),
            warnings: warnings
        )
    }

    private func find(_ secret: Recipe.Secret) async throws -> ([UInt8], warning: String?) {
        switch secret.source {
        case .environment(let name):
            guard let value = environment[name] else {
                throw Self.error(.missing, secret, "the environment variable \(name) is not set")
            }
            return (Array(value.utf8), nil)
        case .file(let path):
            do {
                let (bytes, isRegular, isOpen) = try SecretFile.read(path)
                guard isRegular else { throw Self.error(.unfit, secret, "\(path) is not a regular file") }
                let warning =
                    "\(path), which holds the secret '\(secret.name.name)', can be read by others; chmod 600 it"
                return (Self.withoutLineBreak(bytes), isOpen ? warning : nil)
            } catch let error as Errno {
                throw Self.error(.init(error), secret, "\(path) cannot be read: \(error)")
            }
        case .command(let words):
            return (Self.withoutLineBreak(try await run(words, for: secret)), nil)
        }
    }

    private func run(_ words: [String], for secret: Recipe.Secret) async throws -> [UInt8] {
        let program = words[0]
        let executable: Executable = program.contains("/") ? .path(FilePath(program)) : .name(program)
        var options = PlatformOptions()
        options.processGroupID = 0
        options.teardownSequence = [.gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: .seconds(1))]
        let limit = commandLimit
        let platformOptions = options
        do {
            return try await withThrowingTaskGroup(of: [UInt8]?.self) { group in
                group.addTask {
                    let result = try await Subprocess.run(
                        executable,
                        arguments: Arguments(Array(words.dropFirst())),
                        platformOptions: platformOptions,
                        input: .none,
                        output: .bytes(limit: Self.limit + 2),
                        // It may hold the secret, and nobody is there to read it.
                        error: .discarded
                    )
                    // Of a cancelled task's program the end says nothing: it was ended by us.
                    try Task.checkCancellation()
                    guard case .exited(0) = result.terminationStatus else {
                        throw Self.error(.unreadable, secret, "\(Quoted(program)) failed: \(result.terminationStatus)")
                    }
                    return result.standardOutput
                }
                group.addTask {
                    try await Task.sleep(for: limit)
                    return nil
                }
                defer { group.cancelAll() }
                guard let output = try await group.next() ?? nil else {
                    throw Self.error(.late, secret, "\(Quoted(program)) did not end within \(limit.inWords)")
                }
                return output
            }
        } catch let error as SecretError {
            throw error
        } catch let error as CancellationError {
            throw error
        } catch let error as SubprocessError where error.code == .outputLimitExceeded {
            throw Self.error(.unfit, secret, "\(Quoted(program)) printed more than \(Self.limit) bytes")
        } catch let error as SubprocessError where error.code == .executableNotFound {
            throw Self.error(.missing, secret, "there is no program \(Quoted(program))")
        } catch {
            throw Self.error(.unreadable, secret, "\(Quoted(program)) cannot be run")
        }
    }

    private static func check(_ bytes: [UInt8], of secret: Recipe.Secret) throws(SecretError) -> String {
        guard bytes.count <= limit else { throw error(.unfit, secret, "it has more than \(limit) bytes") }
        guard bytes.count >= SecretMasker.shortest else {
            let few = bytes.isEmpty ? "it is empty" : "it has fewer than \(SecretMasker.shortest) bytes"
            throw error(.unfit, secret, "\(few), and so cannot be kept out of logs")
        }
        guard bytes.contains(where: { $0 > UInt8(ascii: " ") }) else { throw error(.unfit, secret, "it is blank") }
        guard !bytes.contains(0) else { throw error(.unfit, secret, "it contains a NUL byte") }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw error(.unfit, secret, "it is not UTF-8 text")
        }
        guard !text.unicodeScalars.contains(where: RecipeText.isPrivate) else {
            throw error(.unfit, secret, "it contains a character for private use")
        }
        return text
    }

    private static func fingerprint(_ values: [String: String], _ key: [UInt8]) -> String {
        guard !values.isEmpty else { return "none" }
        var code = HMAC<SHA256>(key: SymmetricKey(data: key))
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            code.update(data: Array("secret\0\(name)\0\(value.utf8.count)\0\(value)".utf8))
        }
        return Array(code.finalize()).hexadecimal
    }

    private static func withoutLineBreak(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.last == UInt8(ascii: "\n") else { return bytes }
        let rest = bytes.dropLast()
        return Array(rest.last == UInt8(ascii: "\r") ? rest.dropLast() : rest)
    }

    private static func error(_ code: SecretError.Code, _ secret: Recipe.Secret, _ reason: String) -> SecretError {
        SecretError(code, "\(secret.place): error: the secret '\(secret.name.name)' has no value: \(reason)")
    }
}
