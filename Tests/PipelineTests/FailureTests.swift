import Guestfs
import Pipeline
import Publish
import Testing

@Suite("Failures")
struct FailureTests {
    @Test("A failure is said in at most four lines, with its labels aligned")
    func text() {
        let failure = Failure(
            .installFailed,
            "install failed: the guest's kernel panicked: x",
            ["console": "/b/console.log:8", "cause": nil, "next": "do this"]
        )
        #expect(
            failure.description == """
                error: install failed: the guest's kernel panicked: x
                  console   /b/console.log:8
                  next      do this
                """
        )
    }

    @Test("What a registry stored and was not sent is a publication that failed; a damaged blob is a disk's fault")
    func mismatch() {
        for stage in [StageName.publish, nil] {
            #expect(Failure(RegistryError(.mismatch, "x"), stage: stage).status == .publishFailed)
            #expect(Failure(RegistryError(.corrupt, "x"), stage: stage).status == .inputOutput)
        }
    }

    @Test("A disk that does not come apart is a conversion that failed, and what to do is said")
    func separation() {
        let failure = Failure(GuestfsError(.notSeparable, "separate", "/boot is alone", hint: "do this"))
        #expect(failure.status == .conversionFailed)
        #expect(failure.message == "no ami can be made of the disk: /boot is alone")
        #expect(failure.details.map(\.text).contains("do this"))
    }

    @Test("The exit statuses are those of the documentation")
    func statuses() {
        #expect(
            ExitStatus.allCases.map(\.rawValue) == [0, 64, 65, 66, 69, 70, 74, 75, 77, 78, 80, 81, 82, 83, 84, 130]
        )
    }
}
