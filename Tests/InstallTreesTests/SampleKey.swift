import Foundation
import Subprocess
import SystemPackage
import Testing

/// OpenPGP keys made for one test, in homes of their own.
struct SampleKey {
    let home: FilePath
    /// The public key, binary and armored.
    let binary: FilePath
    let armored: FilePath
    /// The time that gpg believes it is, as `20200101T000000`; nil for the real one.
    var time: String?

    /// Makes a key; gpg's agent must be stopped with ``stop()``.
    static func make(in directory: FilePath, expires: String = "never", at time: String? = nil) async throws
        -> SampleKey
    {
        let home = directory.appending("gnupg")
        try FileManager.default.createDirectory(
            atPath: home.string,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        let key = SampleKey(
            home: home,
            binary: directory.appending("key.gpg"),
            armored: directory.appending("RPM-GPG-KEY-test"),
            time: time
        )
        try await key.gpg("--quick-gen-key", "Test <test@example.org>", "ed25519", "sign", expires)
        try await key.gpg("--output", key.binary.string, "--export")
        try await key.gpg("--output", key.armored.string, "--armor", "--export")
        return key
    }

    func clearsign(_ file: FilePath, to output: FilePath) async throws {
        try await gpg("--output", output.string, "--clearsign", file.string)
    }

    func detach(_ file: FilePath, to output: FilePath, armored: Bool) async throws {
        try await gpg(
            "--output",
            output.string,
            armored ? "--armor" : "--no-armor",
            "--detach-sign",
            file.string
        )
    }

    func gpg(_ arguments: String...) async throws {
        let result = try await run(
            .name("gpg"),
            arguments: Arguments(
                ["--homedir", home.string, "--batch", "--yes", "--quiet", "--pinentry-mode", "loopback"]
                    + ["--passphrase", ""] + (time.map { ["--faked-system-time", "\($0)!"] } ?? []) + arguments
            ),
            output: .discarded,
            error: .string(limit: 65536)
        )
        try #require(result.terminationStatus.isSuccess, "\(result.standardError)")
    }

    func stop() async {
        _ = try? await run(
            .name("gpgconf"),
            arguments: ["--homedir", home.string, "--kill", "all"],
            output: .discarded,
            error: .discarded
        )
    }
}

/// Runs a test with a key.
func withKey(_ body: (_ directory: FilePath, _ key: SampleKey) async throws -> Void) async throws {
    try await withTemporaryDirectory { directory in
        let key = try await SampleKey.make(in: directory)
        let result: Result<Void, any Error>
        do { result = .success(try await body(directory, key)) } catch { result = .failure(error) }
        await key.stop()
        try result.get()
    }
}
