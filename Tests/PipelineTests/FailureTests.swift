import Pipeline
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

    @Test("The exit statuses are those of the documentation")
    func statuses() {
        #expect(
            ExitStatus.allCases.map(\.rawValue) == [0, 64, 65, 66, 69, 70, 74, 75, 77, 78, 80, 81, 82, 83, 84, 130]
        )
    }
}
