import ArgumentParser
import Foundation
import Pipeline

/// The root of the command line.
@main
struct Imagebake: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "imagebake",
        abstract: "Bake golden virtual-machine images: recipe in, proven and published image out.",
        discussion: """
            Exit status: 0 done; 64 wrong usage; 65 bad recipe; 66 input missing or not what it must be; 69 something \
            needed is not there ('imagebake doctor' says what); 70 a bug in imagebake; 74 input or output; 75 try again \
            later; 77 not permitted; 78 bad configuration; 80 install failed; 81 sysprep or hygiene failed; 82 conversion \
            failed; 83 verification failed; 84 publish failed; 130 interrupted.
            """,
        version: Version.current,
        groupedSubcommands: [
            CommandGroup(
                name: "Recipes",
                subcommands: [
                    Init.self, Build.self, Render.self, PlanCommand.self, PinCommand.self, Validate.self, Fmt.self,
                    SchemaCommand.self,
                ]
            ),
            CommandGroup(
                name: "Images",
                subcommands: [
                    SysprepCommand.self, PublishCommand.self, RollbackCommand.self, ImageCommand.self,
                    RegistryCommand.self, InspectCommand.self, DiffCommand.self,
                ]
            ),
            CommandGroup(
                name: "Bakes and the machine",
                subcommands: [
                    BakesCommand.self, CacheCommand.self, ConsoleCommand.self, DiagnoseCommand.self, DoctorCommand.self,
                ]
            ),
        ]
    )

    static func main() async {
        // A reader of our output that goes away (`| head`) must not end a bake without its clean-up.
        signal(SIGPIPE, SIG_IGN)
        // libvirt's embedded driver logs into our own stderr; whoever wants to read that sets the variable (libvirt,
        // docs/logging.rst). It is read once, by the first of libvirt and libguestfs that is used.
        setenv("LIBVIRT_LOG_OUTPUTS", "3:file:/dev/null", 0)
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let failure as Failure {
            Output.error(failure.text)
            Foundation.exit(failure.status.rawValue)
        } catch let code as ExitCode {
            Foundation.exit(code.rawValue)
        } catch let error where Imagebake.exitCode(for: error) != .failure {
            Imagebake.exit(withError: error)  // help, version, wrong usage
        } catch {
            let failure = Failure(error)
            Output.error(failure.text)
            Foundation.exit(failure.status.rawValue)
        }
    }
}

extension Failure {
    /// What is printed: a recipe's problems carry their own `file:line:column: error:`.
    fileprivate var text: String {
        [.badRecipe, .inputMissing, .notPermitted, .inputOutput, .tryAgain].contains(status)
            && message.contains(": error: ")
            ? String(description.dropFirst("error: ".count)) : description
    }
}
