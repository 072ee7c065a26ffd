import Foundation
import SystemPackage
import Testing

@testable import InstallTrees

@Suite struct SignedTextTests {
    static let text = "# a comment\n- a line that starts with a dash\nSHA256 (x.iso) = \(ChecksumFileTests.a)\n"

    @Test(.timeLimit(.minutes(2))) func takesOnlyWhatIsSigned() async throws {
        try await withKey { directory, key in
            let plain = directory.appending("CHECKSUM")
            try plain.write(Self.text.utf8)
            let signed = directory.appending("CHECKSUM.signed")
            try await key.clearsign(plain, to: signed)
            let detached = directory.appending("CHECKSUM.asc")
            try await key.detach(plain, to: detached, armored: true)
            let binary = directory.appending("CHECKSUM.sig")
            try await key.detach(plain, to: binary, armored: false)
            for armored in [key.armored, key.binary] {
                #expect(try await SignedText.verified(signed, signature: nil, key: armored).text == Self.text)
                #expect(try await SignedText.verified(plain, signature: detached, key: armored).text == Self.text)
                #expect(try await SignedText.verified(plain, signature: binary, key: armored).text == Self.text)
            }
            // What stands around the signed text is nobody's word.
            let framed = directory.appending("framed")
            let lie = "SHA256 (x.iso) = \(String(repeating: "0", count: 64))\n"
            try framed.write(Array(lie.utf8) + signed.bytes + Array(lie.utf8))
            #expect(try await SignedText.verified(framed, signature: nil, key: key.armored).text == Self.text)
            #expect(try SignedText.unverified(signed) + "\n" == Self.text)
            #expect(try SignedText.unverified(plain) == Self.text)
        }
    }

    /// The keys of several owners in one file, as vendors publish them, and an armor with headers.
    @Test(.timeLimit(.minutes(2))) func readsSeveralKeysFromOneFile() async throws {
        try await withKey { directory, key in
            let other = try await SampleKey.make(in: directory.appending("other"))
            let plain = directory.appending("CHECKSUM")
            try plain.write(Self.text.utf8)
            let signed = directory.appending("signed")
            try await other.clearsign(plain, to: signed)
            let both = directory.appending("keys")
            let armor = String(decoding: try other.armored.bytes, as: UTF8.self)
            let commented = armor.replacing("BLOCK-----\n\n", with: "BLOCK-----\nVersion: GnuPG v2\nComment: x\n\n")
            try both.write(Array("pub  some text of the vendor\n".utf8) + key.armored.bytes + Array(commented.utf8))
            #expect(try await SignedText.verified(signed, signature: nil, key: both).text == Self.text)
            await other.stop()
        }
    }

    @Test func leavesNothingInTheTemporaryDirectory() async throws {
        try await withKey { directory, key in
            let plain = directory.appending("CHECKSUM")
            try plain.write(Self.text.utf8)
            let signed = directory.appending("signed")
            try await key.clearsign(plain, to: signed)
            let scratch = directory.appending("scratch")
            try FileManager.default.createDirectory(atPath: scratch.string, withIntermediateDirectories: false)
            _ = try await SignedText.verified(signed, signature: nil, key: key.armored, scratch: scratch)
            await #expect(throws: TreeError.self) {
                try await SignedText.verified(plain, signature: plain, key: key.armored, scratch: scratch)
            }
            #expect(scratch.names == [])
        }
    }
}
