import Testing

@testable import Pipeline

@Suite("Fingerprints")
struct FingerprintTests {
    @Test("Any changed, added or moved input changes the digest")
    func sensitivity() {
        let base = Fingerprint(["a": "1", "b": "2"])
        #expect(Fingerprint(["b": "2", "a": "1"]) == base)
        for other in [
            ["a": "1", "b": "3"], ["a": "1"], ["a": "12", "b": ""], ["a": "1", "b": "2", "c": ""], ["ab": "12"],
        ] {
            #expect(Fingerprint(other).digest != base.digest, "\(other)")
        }
    }

    @Test("What changed is named")
    func differences() {
        let old = Fingerprint(["kickstart": "x", "tree": "t", "gone": ""])
        let new = Fingerprint(["kickstart": "y", "tree": "t", "memory": "1"])
        #expect(new.differences(from: old) == ["gone", "kickstart", "memory"])
    }

    @Test("A long input is kept as its digest, so that no rendering is copied into the cache")
    func longInputs() {
        let text = String(repeating: "secret ", count: 100)
        #expect(Fingerprint(["kickstart": text]).inputs["kickstart"]?.hasPrefix("sha256:") == true)
    }
}
