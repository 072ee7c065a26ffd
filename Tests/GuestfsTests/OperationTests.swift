import Subprocess
import Testing

@testable import Guestfs

/// The table of operations as such.
@Suite struct OperationTests {
    @Test("names are unique, headings are phrases, the stamp goes first and the machine-id last")
    func table() {
        let operations = Sysprep.operations
        #expect(Set(operations.map(\.name)).count == operations.count)
        for operation in operations {
            #expect(operation.name.allSatisfy { $0.isLowercase || $0 == "-" }, "\(operation.name)")
            #expect(operation.heading.first?.isLowercase == true && !operation.heading.hasSuffix("."))
            #expect(operation.allGlobs.allSatisfy { $0.text.hasPrefix("/") && !$0.text.hasSuffix("/") })
        }
        #expect(operations.first?.name == "install-stamp" && operations.last?.name == "machine-id")
    }

    @Test("every operation that is on by default has something planted in a test")
    func coverage() {
        let planted = Set((Leftover.common + Leftover.redhat + Leftover.debian).map(\.operation))
        #expect(Set(Sysprep.operations.map(\.name)).subtracting(planted) == [])
    }

    @Test("what virt-sysprep does by default is done here or left out on purpose")
    func virtSysprep() async throws {
        let result: (output: String, isSuccess: Bool)
        do {
            let run = try await run(
                .name("virt-sysprep"),
                arguments: ["--list-operations"],
                output: .string(limit: 1 << 16),
                error: .discarded
            )
            result = (run.standardOutput, run.terminationStatus.isSuccess)
        } catch let error as SubprocessError where error.code == .executableNotFound {
            return
        }
        #expect(result.isSuccess)
        let lines = result.output.split(separator: "\n").map { $0.split(separator: " ") }
        let defaults = lines.filter { $0.count > 1 && $0[1] == "*" }.map { String($0[0]) }
        #expect(defaults.count > 30)
        let leftOut: Set = ["customize", "script", "lvm-uuids"]
        #expect(Set(defaults).subtracting(leftOut).subtracting(Sysprep.operations.map(\.name)) == [])
    }

    @Test("operations are chosen by family and by name")
    func selection() throws {
        func names(_ family: GuestFamily?, _ enabled: Set<String> = [], _ disabled: Set<String> = []) throws -> Set<
            String
        > {
            Set(try SysprepOperation.select(family: family, enabled: enabled, disabled: disabled).map(\.name))
        }
        #expect(try names(.redhat).contains("rpm-db") && !names(.debian).contains("rpm-db"))
        #expect(try !names(.debian).contains("ssh-authorized-keys"))
        #expect(try names(.debian, ["ssh-authorized-keys"]).contains("ssh-authorized-keys"))
        #expect(try !names(.debian, [], ["logfiles"]).contains("logfiles"))
    }
}
