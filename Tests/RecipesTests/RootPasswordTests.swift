import Foundation
import Glibc
import SystemPackage
import Testing

@testable import Recipes

@Suite("Root passwords")
struct RootPasswordTests {
    private let key = Array("a key of this machine".utf8)

    /// From the specification of SHA-crypt, https://www.akkadia.org/drepper/SHA-crypt.txt.
    @Test("the hash is that of the specification")
    func specification() throws {
        let hash = try RootPasswordHasher.crypt(Array("Hello world!".utf8), salt: "saltstring")
        let expected =
            "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1"
        #expect(hash == expected)
    }

    @Test("a hash can be checked by another program")
    func otherProgram() async throws {
        let openssl = try #require(Tool("openssl"))
        let source = RootPassword.environment("ROOT_PASSWORD")
        let password = "pä$$ 'word\" {{x}} \\"
        let hashed = try RootPasswordHasher(environment: ["ROOT_PASSWORD": password]).hash(source, key: key)
        let salt = hashed.hash.split(separator: "$")[1]
        #expect(salt.count == 16)
        let (output, _) = try await openssl.run(
            ["passwd", "-6", "-salt", String(salt), "-stdin"],
            input: password + "\n"
        )
        #expect(output == hashed.hash + "\n")
    }

    @Test("salts differ, fingerprints only with password or key")
    func fingerprints() throws {
        let hasher = RootPasswordHasher(environment: ["A": "uno1", "B": "uno1", "C": "dos2"])
        let first = try hasher.hash(.environment("A"), key: key)
        let same = try hasher.hash(.environment("B"), key: key)
        let other = try hasher.hash(.environment("C"), key: key)
        let otherKey = try hasher.hash(.environment("A"), key: key + [1])
        #expect(first.hash != same.hash)
        #expect(first.fingerprint == same.fingerprint)
        #expect(first.fingerprint != other.fingerprint)
        #expect(first.fingerprint != otherKey.fingerprint)
        #expect(first.fingerprint.count == 64)
    }

    @Test("a random password is another one each time, with one fingerprint")
    func random() throws {
        let hasher = RootPasswordHasher(environment: [:])
        let hashes = try (0..<3).map { _ in try hasher.hash(.random, key: key) }
        #expect(Set(hashes.map(\.hash)).count == 3)
        #expect(Set(hashes.map(\.fingerprint)) == ["random"])
        #expect(Set((0..<100).map { _ in RootPasswordHasher.randomText(count: 24) }).count == 100)
    }

    @Test("a file gives its first line, and a warning when others can read it")
    func file() throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write("uno1\r\nsecond line\n".utf8, to: "password")
        #expect(chmod(file.string, 0o600) == 0)
        let hasher = RootPasswordHasher(environment: ["A": "uno1"])
        let hashed = try hasher.hash(.file(file), key: key)
        #expect(try hashed.fingerprint == hasher.hash(.environment("A"), key: key).fingerprint)
        #expect(hashed.warnings.isEmpty)
        #expect(chmod(file.string, 0o644) == 0)
        let warnings = try hasher.hash(.file(file), key: key).warnings
        #expect(warnings == ["\(file), which holds the password of root, can be read by others; chmod 600 it"])
    }

    @Test("what is no password is refused without being shown")
    func refused() throws {
        let directory = try TemporaryDirectory()
        let long = String(repeating: "hunter2", count: 100)
        let environment = [
            "EMPTY": "", "LINES": "hunter2\nhunter2", "LONG": long, "CONTROL": "hunter2\u{1B}", "SHORT": "abc",
        ]
        let hasher = RootPasswordHasher(environment: environment)
        for (name, code) in [
            ("EMPTY", "unfit"), ("LINES", "unfit"), ("LONG", "unfit"), ("CONTROL", "unfit"), ("SHORT", "unfit"),
            ("NONE", "missing"),
        ] {
            let error = #expect(throws: SecretError.self) { try hasher.hash(.environment(name), key: key) }
            #expect(error?.code.rawValue == code)
            #expect(error?.exitStatus == (code == "missing" ? 66 : 65))
            #expect(error.map { !"\($0)".contains("hunter2") && "\($0)".contains(name) } == true)
        }
        let files: [(FilePath, SecretError.Code)] = [
            (directory.path, .unfit), (directory.path.appending("none"), .missing),
            (try directory.write("\nhunter2\n".utf8, to: "empty"), .unfit), ("/dev/zero", .unfit),
        ]
        for (file, code) in files {
            let error = #expect(throws: SecretError.self) { try hasher.hash(.file(file), key: key) }
            #expect(error?.code == code)
        }
        let weak = #expect(throws: SecretError.self) { try hasher.hash(.random, key: [1, 2, 3]) }
        #expect(weak?.code == .weakKey)
    }
}
