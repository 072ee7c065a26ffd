import DiskImages
import Foundation
import Guestfs
import InstallTrees
import Libvirt
import Publish
import Recipes
import SystemPackage

extension Failure {
    /// The failure of a command that a signal ended.
    public static let interrupted = Failure(.interrupted, "interrupted")

    /// The failure that a person reads for an error of any module.
    ///
    /// - Parameters:
    ///   - error: The error.
    ///   - stage: Where it happened, which gives the exit status of errors that have none of their own.
    public init(_ error: any Error, stage: StageName? = nil) {
        switch error {
        case let failure as Failure: self = failure
        case is CancellationError: self = .interrupted
        case let problems as RecipeProblems: self.init(problems)
        case let error as SecretError:
            self.init(ExitStatus(rawValue: error.exitStatus) ?? .badRecipe, error.message)
        case let error as RenderError:
            self.init(ExitStatus(rawValue: error.exitStatus) ?? .badRecipe, error.message, ["template": error.file])
        case let error as TreeError: self.init(error)
        case let error as LibvirtError: self.init(error)
        case let error as GuestfsError: self.init(error)
        case let error as CustomizeError: self.init(error, log: nil)
        case let error as DiskImageError: self.init(error, stage: stage)
        case let error as RegistryError: self.init(error, stage: stage)
        case let error as Errno: self = Files.failure(error, "an operation on a file failed")
        default:
            self.init(.bug, "\(error)", ["next": "this is a bug in imagebake; please report it with the journal"])
        }
    }

    private init(_ problems: RecipeProblems) {
        self.init(ExitStatus(rawValue: problems.exitStatus) ?? .badRecipe, problems.description)
    }

    private init(_ error: TreeError) {
        guard error.code != .cancelled else {
            self = .interrupted
            return
        }
        self.init(
            ExitStatus(rawValue: error.exitStatus) ?? .unavailable,
            error.message,
            ["cause": error.cause, "next": error.hint]
        )
    }

    private init(_ error: LibvirtError) {
        switch error.code {
        case .cancelled:
            self = .interrupted
            return
        case .localFile(let number):
            self = Files.failure(Errno(rawValue: number), "cannot \(error.operation)")
            return
        case .connectionLost:
            self = .connectionLost(error)
            return
        default:
            break
        }
        // libvirt's words where QEMU is not installed: "No emulator found for arch 'x86_64'" (qemu_postparse.c).
        let lacksQEMU = error.message.contains("No emulator found") || error.message.contains("Cannot find QEMU binary")
        let next = "'imagebake doctor' says what this machine lacks"
        self.init(
            .unavailable,
            error.description,
            ["next": lacksQEMU ? "install QEMU (Debian, Ubuntu: apt-get install qemu-system-x86); \(next)" : next]
        )
    }

    /// The failure of whatever needed a connection to libvirt that is gone.
    ///
    /// - Parameters:
    ///   - error: Why it is gone.
    ///   - activity: During what, after "while".
    ///   - console: The console's log, where there is one.
    static func connectionLost(
        _ error: LibvirtError,
        while activity: String? = nil,
        console: FilePath? = nil
    ) -> Failure {
        Failure(
            .unavailable,
            "the connection to libvirt was lost" + (activity.map { " while \($0)" } ?? ""),
            [
                "console": console?.string,
                "cause": error.description,
                "next": "see that libvirt's daemon and the way to it are well, then run the same command",
            ]
        )
    }

    private init(_ error: GuestfsError) {
        guard error.code != .hostDisk else {
            self.init(
                .inputOutput,
                "the disk of this machine is full: \(error.message)",
                ["next": "free some space, or set IMAGEBAKE_HOME to a larger disk"]
            )
            return
        }
        let status: ExitStatus =
            switch error.code {
            case .launch, .kernelMissing, .kernelUnreadable, .superminMissing, .superminFailed, .qemuMissing:
                .unavailable
            case .diskInUse: .tryAgain
            case .notSeparable: .conversionFailed
            default: .sysprepFailed
            }
        let prefix =
            switch status {
            case .unavailable: "libguestfs cannot start"
            case .conversionFailed: "no ami can be made of the disk"
            default: "sysprep failed"
            }
        self.init(status, "\(prefix): \(error.message)", ["step": error.operation, "next": error.hint])
    }

    /// The failure of a step of customising.
    ///
    /// - Parameter log: Where its log is.
    init(_ error: CustomizeError, log: FilePath?) {
        self.init(
            .sysprepFailed,
            "customising failed: \(error)",
            [
                "recipe": error.place,
                "log": log?.string,
                "said": error.lastLines.isEmpty ? nil : error.lastLines.joined(separator: " / "),
                "next": error.hint ?? "correct the step and run the same command; the install is kept",
            ]
        )
    }

    private init(_ error: DiskImageError, stage: StageName?) {
        let status: ExitStatus =
            switch error.code {
            case .toolMissing: .unavailable
            case .notFound: .inputMissing
            case .permission: .notPermitted
            case .noSpace, .io: .inputOutput
            default: stage == .publish ? .publishFailed : .conversionFailed
            }
        let next: String? = error.code == .noSpace ? "free some space, or set IMAGEBAKE_HOME to a larger disk" : nil
        self.init(status, error.message, ["next": next])
    }

    private init(_ error: RegistryError, stage: StageName?) {
        let status: ExitStatus
        var next: String?
        switch error.code {
        case .notFound:
            status = .inputMissing
            next = "'imagebake image list' shows what there is"
        case .ambiguous: status = .usage
        case .protected, .permission, .forbidden, .unauthorized: status = .notPermitted
        case .configuration: status = .badConfiguration
        case .unavailable:
            status = .tryAgain
            next = "see that the cloud can be reached from here, then run the same command again"
        case .noSpace:
            status = .inputOutput
            next = "free some space, or set IMAGEBAKE_HOME to a larger disk"
        case .corrupt, .io: status = .inputOutput
        case .schema: status = .badConfiguration
        case .busy: status = .tryAgain
        // On the command line there is no recipe.
        case .invalid: status = stage == nil ? .usage : .badRecipe
        case .unsafe, .conflict, .tooLarge, .mismatch: status = .publishFailed
        }
        self.init(status, error.message, ["next": next])
    }
}
