import Foundation
import Glibc
import Subprocess
import SystemPackage
import Testing

@testable import InstallTrees

/// Every bad input ends in its own code and exit status and in a message worth reading; none hangs, none is accepted.
@Suite struct BadInputTests {
    @Test(.timeLimit(.minutes(2)), arguments: BadTree.treeinfos.indices)
    func aBadTreeinfo(index: Int) async throws {
        let bad = BadTree.treeinfos[index]
        try await withTemporaryDirectory { directory in
            let root = directory.appending("tree")
            try root.appending(".treeinfo").write(bad.bytes)
            let error = await #expect(throws: TreeError.self) {
                try await TreeFetcher(options: quickOptions())
                    .fetch(.directory(root), arch: "x86_64", into: directory.appending("cache"))
            }
            try Self.check(error, bad.name, bad.code, bad.exit, bad.part)
            #expect(error?.location.contains(root.string) == true)
            // A line that editors can jump to.
            if let line = error?.line {
                #expect(
                    bad.code == .notTreeinfo || error?.message.contains(".treeinfo:\(line):") == true,
                    "\(bad.name)"
                )
            }
        }
    }

    @Test(arguments: BadTree.locations.indices) func aBadLocation(index: Int) async throws {
        let bad = BadTree.locations[index]
        let text = String(decoding: bad.bytes, as: UTF8.self)
        let error = #expect(throws: TreeError.self) { try TreeSource(text) }
        try Self.check(error, bad.name, bad.code, bad.exit, bad.part)
        // A URL that comes past `TreeSource.init` is looked at again before it is used.
        guard text.hasPrefix("http") else { return }
        try await withTemporaryDirectory { cache in
            let error = await #expect(throws: TreeError.self) {
                try await TreeFetcher(options: quickOptions()).fetch(.url(text), arch: "x86_64", into: cache)
            }
            #expect(error?.code == bad.code, "\(bad.name)")
        }
    }

    @Test(.timeLimit(.minutes(2)), arguments: BadServer.all.indices) func aBadServer(index: Int) async throws {
        let bad = BadServer.all[index]
        let server = try await ScriptedServer.start(bad.scripts)
        let options = quickOptions {
            $0.attempts = 1
            $0.connectTimeout = .seconds(2)
            $0.readTimeout = bad.code == .readTimeout ? .milliseconds(300) : .seconds(20)
            $0.kernelLimit = 2 << 20
        }
        try await withTemporaryDirectory { cache in
            let error = await #expect(throws: TreeError.self) {
                try await TreeFetcher(options: options)
                    .fetch(.url("http://127.0.0.1:\(server.port)/tree"), arch: "x86_64", into: cache)
            }
            try Self.check(error, bad.name, bad.code, bad.exit, bad.part)
            #expect(cache.names == [], "\(bad.name)")
        }
        await server.stop()
    }

    /// Directories with something else in the place of a file.
    @Test(
        .timeLimit(.minutes(2)),
        arguments: [
            ("kernel to /etc/passwd", TreeError.Code.unsafePath, 66, "leads out of the tree"),
            ("kernel to a sister", .unsafePath, 66, "leads out of the tree"),
            ("kernel to a device", .unsafePath, 66, "a symbolic link to /dev/zero"),
            ("kernel through a directory", .unsafePath, 66, "leads out of the tree"),
            ("treeinfo outside", .unsafePath, 66, ".treeinfo leads out of the tree"),
            ("kernel to nothing", .missingFile, 66, "the tree has no images/pxeboot/vmlinuz"),
            ("kernel in a circle", .io, 74, "symbolic links"),
            ("kernel is a pipe", .notAFile, 66, "not a regular file"),
            ("kernel is a directory", .notAFile, 66, "not a regular file"),
            ("kernel of 4 GB", .tooLarge, 66, "is larger than 256 MiB"),
            ("treeinfo is a pipe", .notAFile, 66, "not a regular file"),
            ("treeinfo is a directory", .notAFile, 66, "not a regular file"),
            ("kernel was changed", .checksumMismatch, 66, "is not what the treeinfo promises"),
        ] as [(String, TreeError.Code, Int32, String)]
    )
    func aBadDirectory(what: String, code: TreeError.Code, exit: Int32, part: String) async throws {
        try await withTemporaryDirectory { directory in
            let root = directory.appending("tree")
            try SampleTree().write(to: root)
            try directory.appending("tree-2").appending("vmlinuz").write(SampleTree().kernel)
            let kernel = root.pushing("images/pxeboot/vmlinuz")
            let treeinfo = root.appending(".treeinfo")
            func replace(_ path: FilePath, _ target: String) throws {
                try FileManager.default.removeItem(atPath: path.string)
                try FileManager.default.createSymbolicLink(atPath: path.string, withDestinationPath: target)
            }
            func remove(_ path: FilePath) throws { try FileManager.default.removeItem(atPath: path.string) }
            switch what {
            case "kernel to /etc/passwd": try replace(kernel, "/etc/passwd")
            case "kernel to a sister": try replace(kernel, "../../../tree-2/vmlinuz")
            case "kernel to a device": try replace(kernel, "/dev/zero")
            case "kernel through a directory": try replace(root.pushing("images/pxeboot"), "../../tree-2")
            case "treeinfo outside": try replace(treeinfo, "/etc/passwd")
            case "kernel to nothing": try replace(kernel, "nothing")
            case "kernel in a circle": try replace(kernel, "vmlinuz")
            case "kernel is a pipe":
                try remove(kernel)
                #expect(mkfifo(kernel.string, 0o600) == 0)
            case "kernel is a directory":
                try remove(kernel)
                #expect(mkdir(kernel.string, 0o700) == 0)
            case "kernel of 4 GB": #expect(truncate(kernel.string, 4 << 30) == 0)
            case "treeinfo is a pipe":
                try remove(treeinfo)
                #expect(mkfifo(treeinfo.string, 0o600) == 0)
            case "treeinfo is a directory":
                try remove(treeinfo)
                #expect(mkdir(treeinfo.string, 0o700) == 0)
            default: try kernel.write([1, 2, 3])
            }
            let error = await #expect(throws: TreeError.self) {
                try await TreeFetcher(options: quickOptions())
                    .fetch(.directory(root), arch: "x86_64", into: directory.appending("cache"))
            }
            try Self.check(error, what, code, exit, part)
        }
    }

    /// Images that are none, or not installation media.
    @Test(
        .timeLimit(.minutes(2)),
        arguments: [
            ("nothing there", TreeError.Code.missingFile, 66, "there is no ISO image"),
            ("a directory", .notAnISO, 66, "not a regular file"),
            ("a device", .notAnISO, 66, "not a regular file"),
            ("a pipe", .notAnISO, 66, "not a regular file"),
            ("empty", .notAnISO, 66, "is not an ISO 9660 image"),
            ("garbage", .notAnISO, 66, "is not an ISO 9660 image"),
            ("a script", .notAnISO, 66, "is not an ISO 9660 image"),
            ("a descriptor and garbage", .notAnISO, 66, "cannot be read as an ISO 9660 image"),
            ("cut off", .notAnISO, 66, "cannot be read as an ISO 9660 image"),
            ("a data disc", .noTreeinfo, 66, "nor a kernel and an initrd"),
            ("treeinfo names /etc/passwd", .unsafePath, 66, "'/etc/passwd'"),
            ("treeinfo climbs", .unsafePath, 66, "'../../x'"),
            ("treeinfo is a web page", .webPage, 66, ":/.treeinfo is a web page"),
            ("treeinfo is a link", .unsafePath, 66, "/.treeinfo on"),
            ("kernel is missing", .missingFile, 66, "there is no /images/pxeboot/vmlinuz"),
            ("kernel is a link", .unsafePath, 66, "it is a symbolic link"),
            ("kernel is a directory", .unsafePath, 66, "is not a regular file"),
            ("kernel is large", .tooLarge, 66, "is larger than 0 MiB"),
            ("kernel was changed", .checksumMismatch, 66, "is not what the treeinfo promises"),
            ("another architecture", .missingArchitecture, 66, "no kernel and initrd for x86_64"),
            ("a wrong pin", .pinMismatch, 65, "is not the medium that the recipe pins"),
            ("a pin that is none", .pinMismatch, 65, "is not a SHA-256 digest"),
            ("a wrong checksum", .checksumMismatch, 66, "is not what its checksum promises"),
            ("a weak checksum", .malformedChecksums, 66, "md5 cannot vouch"),
            ("a CHECKSUM without it", .missingChecksum, 66, "it has them for other.iso"),
            ("a CHECKSUM with MD5 only", .missingChecksum, 66, "only a weak checksum"),
            ("an empty CHECKSUM", .missingChecksum, 66, "none at all"),
            ("a CHECKSUM of nonsense", .malformedChecksums, 66, "CHECKSUM:2: neither"),
            ("a CHECKSUM that contradicts itself", .malformedChecksums, 66, "CHECKSUM:2: 'x.iso' has two"),
            ("a binary CHECKSUM", .malformedChecksums, 66, "binary data"),
            ("a web page as CHECKSUM", .malformedChecksums, 66, "CHECKSUM:1: neither"),
            ("a CHECKSUM of 2 MB", .tooLarge, 66, "is larger than"),
            ("a missing CHECKSUM", .missingFile, 66, "CHECKSUM"),
            ("a key alone", .missingChecksum, 66, "no CHECKSUM file for it to verify"),
        ] as [(String, TreeError.Code, Int32, String)]
    )
    func aBadImage(what: String, code: TreeError.Code, exit: Int32, part: String) async throws {
        try await withTemporaryDirectory { directory in
            let image = directory.appending("x.iso")
            var options = quickOptions()
            var pin: String?
            var medium = MediumTrust()
            let list = directory.appending("CHECKSUM")
            let zeros = String(repeating: "0", count: 64)
            func write(_ text: String) throws {
                try list.write(text.utf8)
                medium.checksumFile = list
            }
            switch what {
            case "nothing there": break
            case "a directory": #expect(mkdir(image.string, 0o700) == 0)
            case "a device":
                try FileManager.default.createSymbolicLink(atPath: image.string, withDestinationPath: "/dev/zero")
            case "a pipe": #expect(mkfifo(image.string, 0o600) == 0)
            case "empty": try image.write([])
            case "garbage": try image.write(SampleTree.noise(1 << 20, seed: 40))
            case "a script": try image.write("#!/bin/sh\ntouch /tmp/imagebake-was-here\n".utf8)
            default: try await Self.makeImage(what, image, in: directory)
            }
            switch what {
            case "kernel is large": options.kernelLimit = 1000
            case "a wrong pin": pin = zeros
            case "a pin that is none": pin = "sha256:abc"
            case "a wrong checksum": medium.checksum = Checksum("sha256:\(zeros)")
            case "a weak checksum": medium.checksum = Checksum("md5:\(zeros.prefix(32))")
            case "a CHECKSUM without it": try write("\(zeros)  other.iso\n")
            case "a CHECKSUM with MD5 only": try write("\(zeros.prefix(32))  x.iso\n")
            case "an empty CHECKSUM": try write("# nothing\n")
            case "a CHECKSUM of nonsense": try write("\(zeros)  x.iso\nnonsense\n")
            case "a CHECKSUM that contradicts itself": try write("\(zeros)  x.iso\n\(zeros.dropLast())1  x.iso\n")
            case "a binary CHECKSUM":
                try list.write([0xFF, 0, 1])
                medium.checksumFile = list
            case "a web page as CHECKSUM": try write("<html>\n")
            case "a CHECKSUM of 2 MB": try write(String(repeating: "# x\n", count: 500_000))
            case "a missing CHECKSUM": medium.checksumFile = list
            case "a key alone": medium.key = list
            default: break
            }
            let fetcher = TreeFetcher(options: options)
            let cache = directory.appending("cache")
            let error = await #expect(throws: TreeError.self) {
                try await fetcher.fetch(.iso(image), arch: "x86_64", into: cache, pin: pin, medium: medium)
            }
            try Self.check(error, what, code, exit, part)
            #expect(cache.names.allSatisfy { $0 == ".digests" }, "\(cache.names)")
        }
    }

    /// An image with what the case's name says in it.
    private static func makeImage(_ what: String, _ image: FilePath, in directory: FilePath) async throws {
        let root = directory.appending("tree")
        try SampleTree().write(to: root)
        let treeinfo = root.appending(".treeinfo")
        let kernel = root.pushing("images/pxeboot/vmlinuz")
        func rewrite(_ old: String, _ new: String) throws {
            try treeinfo.write(SampleTree().treeinfo.replacing(old, with: new).utf8)
        }
        switch what {
        case "a data disc": try FileManager.default.removeItem(atPath: root.appending("images").string)
        case "treeinfo names /etc/passwd": try rewrite("kernel = images/pxeboot/vmlinuz", "kernel = /etc/passwd")
        case "treeinfo climbs": try rewrite("initrd = images/pxeboot/initrd.img", "initrd = ../../x")
        case "treeinfo is a web page": try treeinfo.write("<html>".utf8)
        case "kernel is missing", "kernel is a link", "kernel is a directory":
            try FileManager.default.removeItem(atPath: kernel.string)
        case "kernel was changed": try kernel.write([1, 2, 3])
        case "another architecture": try SampleTree(arch: "s390x").write(to: root)
        default: break
        }
        if what == "a data disc" || what == "treeinfo is a link" {
            try FileManager.default.removeItem(atPath: treeinfo.string)
        }
        func link(_ path: FilePath, _ target: String) throws {
            try FileManager.default.createSymbolicLink(atPath: path.string, withDestinationPath: target)
        }
        switch what {
        case "treeinfo is a link": try link(treeinfo, "/etc/passwd")
        case "kernel is a link": try link(kernel, "../../../../../../etc/passwd")
        case "kernel is a directory": #expect(mkdir(kernel.string, 0o700) == 0)
        default: break
        }
        // By hand: DirectoryMedium refuses such links.
        let result = try await run(
            .name("xorriso"),
            arguments: ["-as", "mkisofs", "-quiet", "-R", "-V", "X", "-o", image.string, root.string],
            output: .discarded,
            error: .string(limit: 65536)
        )
        try #require(result.terminationStatus.isSuccess, "\(result.standardError)")
        if what == "cut off" { #expect(truncate(image.string, 40_000) == 0) }
        if what == "a descriptor and garbage" {
            var bytes = try image.bytes
            bytes.replaceSubrange(17 * 2048..<60 * 2048, with: SampleTree.noise(43 * 2048, seed: 41))
            try image.write(bytes)
        }
    }

    /// Signatures that are not worth what they claim.
    @Test(
        .timeLimit(.minutes(2)),
        arguments: [
            ("another key", TreeError.Code.badSignature, 66, "signed by another key"),
            ("tampered", .badSignature, 66, "changed after it was signed"),
            ("tampered, detached", .badSignature, 66, "changed after it was signed"),
            ("signature of another file", .badSignature, 66, "changed after it was signed"),
            ("unsigned", .badSignature, 66, "is not signed"),
            ("signed outside only", .missingChecksum, 66, "no checksum for x.iso"),
            ("signed twice", .badSignature, 66, "is not signed by"),
            ("frame without a signature", .badSignature, 66, "is not signed by"),
            ("signature is garbage", .badSignature, 66, "is not signed by"),
            ("signature is empty", .badSignature, 66, "is not signed by"),
            ("signature is missing", .missingFile, 66, "nothing"),
            ("SHA-1", .badSignature, 66, "is not signed by"),
            ("an expired key", .badSignature, 66, "the key has expired"),
            ("key is missing", .missingFile, 66, "nothing"),
            ("key is garbage", .badKey, 66, "neither armored nor binary"),
            ("key is empty", .badKey, 66, "neither armored nor binary"),
            ("key is a web page", .badKey, 66, "neither armored nor binary"),
            ("key is a signature", .badKey, 66, "something else than a public key"),
            ("key is private", .badKey, 66, "it is a private key"),
            ("key without an end", .badKey, 66, "the armor has no end"),
            ("key with damaged armor", .badKey, 66, "the armor is damaged"),
            ("key is half of one", .badSignature, 66, "is not signed by"),
        ] as [(String, TreeError.Code, Int32, String)]
    )
    func aBadSignature(what: String, code: TreeError.Code, exit: Int32, part: String) async throws {
        try await withKey { directory, key in
            let list = directory.appending("CHECKSUM")
            let digest = String(repeating: "0", count: 64)
            try list.write("SHA256 (\(what == "signed outside only" ? "y" : "x").iso) = \(digest)\n".utf8)
            let signed = directory.appending("CHECKSUM.signed")
            let detached = directory.appending("CHECKSUM.asc")
            switch what {
            case "SHA-1":
                try await key.gpg(
                    "--digest-algo",
                    "SHA1",
                    "--allow-weak-digest-algos",
                    "--output",
                    signed.string,
                    "--clearsign",
                    list.string
                )
            default: try await key.clearsign(list, to: signed)
            }
            try await key.detach(list, to: detached, armored: true)
            var medium = MediumTrust(checksumFile: signed, key: key.armored)
            let fake = directory.appending("fake")
            let armor = String(decoding: try key.armored.bytes, as: UTF8.self)
            func useKey(_ bytes: some Collection<UInt8>) throws {
                try fake.write(bytes)
                medium.key = fake
            }
            func useDetached(_ bytes: some Collection<UInt8>) throws {
                try fake.write(bytes)
                medium.checksumFile = list
                medium.signature = fake
            }
            switch what {
            case "another key":
                let other = try await SampleKey.make(in: directory.appending("other"))
                medium.key = other.armored
                await other.stop()
            case "tampered":
                let text = String(decoding: try signed.bytes, as: UTF8.self)
                try signed.write(text.replacing("= 0", with: "= 1").utf8)
            case "tampered, detached":
                try useDetached(try detached.bytes)
                try list.write(Array("SHA256 (x.iso) = 1\(digest.dropLast())\n".utf8))
            case "signature of another file":
                try directory.appending("file").write([1])
                try await key.detach(directory.appending("file"), to: detached, armored: true)
                try useDetached(try detached.bytes)
            case "unsigned": medium.checksumFile = list
            case "signed outside only":
                try signed.write(Array("SHA256 (x.iso) = \(digest)\n".utf8) + signed.bytes)
            case "signed twice": try signed.write(signed.bytes + signed.bytes)
            case "frame without a signature":
                let text = String(decoding: try signed.bytes, as: UTF8.self)
                let end = try #require(text.range(of: "-----BEGIN PGP SIGNATURE"))
                try signed.write(text[..<end.lowerBound].utf8)
            case "signature is garbage": try useDetached(SampleTree.noise(500, seed: 42))
            case "signature is empty": try useDetached([])
            case "signature is missing":
                medium.checksumFile = list
                medium.signature = directory.appending("nothing")
            case "an expired key":
                let old = try await SampleKey.make(in: directory.appending("old"), expires: "1d", at: "20200101T000000")
                try await old.clearsign(list, to: signed)
                await old.stop()
                medium.key = old.armored
            case "key is missing": medium.key = directory.appending("nothing")
            case "key is garbage": try useKey([0] + SampleTree.noise(500, seed: 43))
            case "key is empty": try useKey([])
            case "key is a web page": try useKey("<html>".utf8)
            case "key is a signature": try useKey(try detached.bytes)
            case "key is private":
                try await key.gpg("--output", fake.string, "--armor", "--export-secret-keys")
                medium.key = fake
            case "key without an end": try useKey(armor.replacing("-----END", with: "").utf8)
            case "key with damaged armor": try useKey(armor.replacing("\nm", with: "\n!").utf8)
            case "key is half of one": try useKey(try key.binary.bytes.prefix(30))
            default: break
            }
            let error = await #expect(throws: TreeError.self) {
                _ = try await MediumCheck(medium, of: "/images/x.iso")
            }
            try Self.check(error, what, code, exit, part)
        }
    }

    @Test func namesAToolThatIsMissing() throws {
        let error = #expect(throws: TreeError.self) {
            try Tool.find("gpgv", package: "gpgv", searchPath: "/nonexistent:relative")
        }
        try Self.check(error, "gpgv", .toolMissing, 69, "gpgv is not on PATH")
        #expect(error?.hint?.contains("in the package gpgv") == true)
    }

    /// A recipe's tree is held against the recipe, and its pin against what a pin can be.
    @Test(arguments: ["", "sha256:", "zz", "md5:00", String(repeating: "g", count: 64), "sha512:" + BadTree.digest])
    func aBadPin(pin: String) async throws {
        try await withTemporaryDirectory { directory in
            try SampleTree().write(to: directory)
            let error = await #expect(throws: TreeError.self) {
                try await TreeFetcher(options: quickOptions())
                    .fetch(.directory(directory), arch: "x86_64", into: directory.appending("cache"), pin: pin)
            }
            try Self.check(error, pin, .pinMismatch, 65, "is not a SHA-256 digest")
        }
    }

    /// What vouches for a medium must not be passed over where there is none.
    @Test func aKeyForADirectory() async throws {
        try await withTemporaryDirectory { directory in
            try SampleTree().write(to: directory)
            let medium = MediumTrust(checksumFile: "/CHECKSUM", key: "/key")
            let error = await #expect(throws: TreeError.self) {
                try await TreeFetcher(options: quickOptions())
                    .fetch(.directory(directory), arch: "x86_64", into: directory.appending("cache"), medium: medium)
            }
            try Self.check(error, "a key", .unsupportedSource, 66, "there is a checksum or a key of an ISO image")
        }
    }

    @Test func anImageThatIsFetched() async throws {
        let server = try await ScriptedServer.start([.answer("404 Not Found", extra: "Connection: close\r\n"), .close])
        try await withTemporaryDirectory { cache in
            let error = await #expect(throws: TreeError.self) {
                try await TreeFetcher(options: quickOptions())
                    .fetch(.url("http://127.0.0.1:\(server.port)/Rocky-9.ISO"), arch: "x86_64", into: cache)
            }
            try Self.check(error, "an image", .noTreeinfo, 66, "has no .treeinfo")
            #expect(error?.hint?.contains("fetch it first and give its path") == true)
        }
        await server.stop()
    }

    @Test func theTablesAreLong() {
        #expect(BadTree.treeinfos.count + BadTree.locations.count + BadServer.all.count >= 90)
        let names = BadTree.treeinfos.map(\.name)
        #expect(Set(names).count == names.count)
    }

    /// What every error must be, whatever it is about.
    static func check(
        _ error: TreeError?,
        _ name: String,
        _ code: TreeError.Code,
        _ exit: Int32,
        _ part: String
    ) throws {
        let error = try #require(error, "\(name) was accepted")
        #expect(error.code == code, "\(name): \(error)")
        #expect(error.exitStatus == exit, "\(name): \(error)")
        #expect(error.description.contains(part), "\(name): \(error)")
        #expect(error.description.utf8.count < 1500, "\(name)")
        #expect(!error.description.hasSuffix("."), "\(name)")
        for text in [error.message, error.location, error.cause ?? "", error.hint ?? ""] {
            #expect(text == text.escapingControls, "\(name): \(text.debugDescription)")
        }
    }
}
