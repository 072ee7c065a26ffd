import Foundation
import SystemPackage
import Testing

/// An ordinary user who runs imagebake: nobody, where the tests run as root, whom no permission stops; else who runs the tests.
struct Somebody: Sendable {
    /// The user nobody, who is there on every Debian machine.
    static let id: uid_t = 65534

    private let lab: Lab
    private let command: [String]
    private let environment: [String: String]

    fileprivate init(lab: Lab) async throws {
        self.lab = lab
        guard geteuid() == 0 else {
            (command, environment) = ([Checkout.binary.string], [:])
            return
        }
        // Nobody may not be able to pass the directories above the checkout, but passes those above the lab.
        let copy = lab.root.appending("copy")
        try Disk.make(copy)
        let data = ["templates", "installer"].map { Checkout.root.appending($0).string }
        _ = try await lab.start(program: ["cp", "-r", Checkout.binary.string] + data + [copy.string]).result()
            .required()
        _ = try await lab.tool("chmod", "-R", "a+rX", copy.string)
        let drop = ["setpriv", "--reuid=\(Self.id)", "--regid=\(Self.id)", "--clear-groups"]
        (command, environment) = (drop + [copy.appending("imagebake").string], ["IMAGEBAKE_DATA": copy.string])
    }

    /// Runs imagebake to its end, in the lab's directory.
    func run(_ arguments: [String]) async throws -> CommandResult {
        try await lab.start(program: command + arguments, environment: environment, directory: lab.root).result()
    }
}

extension Lab {
    /// Somebody who is not root, in this lab.
    func somebody() async throws -> Somebody { try await Somebody(lab: self) }
}
