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
            // A list of all that is in /usr would cost every run a second.
            #expect(!operation.allGlobs.contains { $0.text.hasPrefix("/usr/") || $0.text.hasPrefix("/*") })
            #expect(!operation.families.isEmpty && !operation.families.contains(.windows))
            #expect(operation.difference?.hasSuffix(".") != true)
        }
        #expect(operations.first?.name == "install-stamp" && operations.last?.name == "machine-id")
    }

    @Test("every operation has an artefact and a neighbour planted in a test, or is one that touches no file")
    func coverage() {
        let names = Set(Sysprep.operations.map(\.name))
        let artefacts = Set(Planted.all.filter { $0.outcome != .untouched }.map(\.operation))
        let neighbours = Set(Planted.all.filter { $0.outcome == .untouched }.map(\.operation))
        #expect(names.subtracting(artefacts) == ["customize", "flag-reconfiguration", "fs-uuids", "script"])
        #expect(names.subtracting(neighbours) == ["customize", "fs-uuids", "script"])
        #expect(artefacts.union(neighbours).subtracting(names) == [])
    }

    @Test(
        "each of virt-sysprep's operations is here, with its default or a reason",
        arguments: VirtSysprep.operations.keys.sorted()
    )
    func counterpart(_ name: String) throws {
        let operation = try #require(Sysprep.operations.first { $0.name == name }, "\(name)")
        if operation.enabledByDefault != VirtSysprep.operations[name] {
            #expect(operation.difference != nil, "\(name)")
        }
    }

    @Test("an operation that is off has virt-sysprep's default or says why")
    func reasons() {
        for operation in Sysprep.operations where !operation.enabledByDefault && operation.virtSysprepDefault != false {
            #expect(operation.difference != nil, "\(operation.name)")
        }
    }

    @Test("virt-sysprep itself has no operation that is missing here, and the defaults that are said of it")
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
        let defaults = Dictionary(uniqueKeysWithValues: lines.map { (String($0[0]), $0.count > 1 && $0[1] == "*") })
        #expect(defaults.count > 40)
        // It may be older than the table.
        for (name, isDefault) in defaults { #expect(VirtSysprep.operations[name] == isDefault, "\(name)") }
    }

    @Test("operations are chosen by family and by name")
    func selection() throws {
        func names(_ family: GuestFamily?, _ enabled: Set<String> = [], _ disabled: Set<String> = []) throws -> Set<
            String
        > {
            Set(try SysprepOperation.select(family: family, enabled: enabled, disabled: disabled).map(\.name))
        }
        #expect(try names(.redhat).contains("rpm-db") && !names(.debian).contains("rpm-db"))
        #expect(try names(.suse).contains("suse-registration") && !names(.other).contains("suse-registration"))
        #expect(try names(.windows).isEmpty)
        #expect(try !names(.debian).contains("ssh-authorized-keys"))
        #expect(try names(.debian, ["ssh-authorized-keys"]).contains("ssh-authorized-keys"))
        #expect(try !names(.debian, [], ["logfiles"]).contains("logfiles"))
    }

    @Test("what an operation touches is said with a home as ~")
    func touches() throws {
        let history = try #require(Sysprep.operations.first { $0.name == "bash-history" })
        #expect(history.touches == ["~/.bash_history"])
        for operation in Sysprep.operations where !["customize", "script"].contains(operation.name) {
            #expect(!operation.touches.isEmpty, "\(operation.name)")
        }
    }
}
