import Diagnosis
import Libvirt
import Recipes
import Testing

@testable import Pipeline

@Suite("The course of an install")
struct InstallCourseTests {
    private static let nonce = "0123456789abcdef0123456789abcdef"

    private func diagnosis(_ line: String) -> GuestEvent {
        var reader = LogReader()
        return reader.read(line, number: 1, from: .console).map { .diagnosis($0) } ?? .graceOver
    }

    private var panic: GuestEvent {
        diagnosis("[    2.1] Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)")
    }

    @Test("an install has succeeded when the last script has said so and the guest has switched itself off")
    func success() {
        var course = InstallCourse()
        #expect(course.take(.report(.done)) == .awaitPowerOff)
        // Told on the port and on the console.
        #expect(course.take(.report(.done)) == .goOn)
        #expect(!course.hasStopped)
        // What is printed on the way down is not about the install.
        #expect(course.take(panic) == .goOn)
        #expect(course.take(.report(.failed)) == .goOn)
        #expect(course.take(.stopped(.shutDown)) == .end)
        #expect(course.isDone)
        #expect(course.hasStopped)
    }

    @Test(
        "any other end is none of success",
        arguments: [.stopped(.shutDown), .stopped(.destroyed), .stopped(.crashed), .deadline, .stopped(.diskError)]
            as [GuestEvent]
    )
    func failure(event: GuestEvent) {
        var course = InstallCourse()
        #expect(course.take(event) == .end)
        #expect(!course.isDone)
    }

    @Test("after a fatal line more are waited for, less than two seconds and once")
    func grace() {
        var course = InstallCourse()
        #expect(InstallCourse.grace < .seconds(2))
        #expect(course.take(panic) == .wait(InstallCourse.grace))
        #expect(course.take(panic) == .goOn)
        #expect(course.take(.report(.failed)) == .goOn)
        #expect(course.take(.graceOver) == .end)
        guard case .diagnosis = course.end else {
            Issue.record("ended by \(String(describing: course.end))")
            return
        }
    }

    @Test("a guest that is done and does not switch itself off is ended, and has failed")
    func lingers() {
        var course = InstallCourse()
        #expect(course.take(.report(.done)) == .awaitPowerOff)
        #expect(course.take(.lingering(.seconds(300))) == .end)
        #expect(!course.hasStopped)
    }

    @Test("a guest that stops in the grace has failed all the same")
    func stopsInGrace() {
        var course = InstallCourse()
        #expect(course.take(.report(.failed)) == .wait(InstallCourse.grace))
        #expect(course.take(.stopped(.shutDown)) == .end)
        #expect(!course.isDone)
    }

    @Test("a report counts with this install's word only, and at the end of a line only")
    func reports() {
        let line = InstallReport.done.line(nonce: Self.nonce)
        #expect(InstallReport(line, nonce: Self.nonce) == .done)
        #expect(InstallReport("[  12.3] x " + line, nonce: Self.nonce) == .done)
        #expect(InstallReport(InstallReport.failed.line(nonce: Self.nonce), nonce: Self.nonce) == .failed)
        let others = [
            line + " ", "imagebake-outcome: done", "imagebake-outcome: done " + String(Self.nonce.reversed()), "",
            "outcome='imagebake-outcome: done \(Self.nonce)'",
        ]
        for other in others { #expect(InstallReport(other, nonce: Self.nonce) == nil, "\(other)") }
        #expect(InstallReport("imagebake-outcome: done ", nonce: "") == nil)
    }
}
