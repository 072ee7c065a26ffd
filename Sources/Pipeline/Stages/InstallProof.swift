import Guestfs
import Recipes
import SystemPackage

/// What libguestfs says of an installer that claims to have finished.
enum InstallProof {
    /// Whether an error of libguestfs means that nothing, or not all, was installed.
    static func isRefuted(by error: GuestfsError) -> Bool {
        [.stampMissing, .stampWrong, .noOS].contains(error.code)
    }

    /// The failure of an install without its proof.
    static func failure(_ error: GuestfsError, _ bake: BakeContext) -> Failure {
        if error.code == .noOS {
            return Failure(
                .installFailed,
                "install failed: the guest shut itself off, but there is no system on its disk",
                [
                    "console": bake.consoleLog.string,
                    "cause": error.message,
                    "next": "see on the console what the installer did, correct \(bake.recipe.file) and run it again",
                ]
            )
        }
        return Failure(
            .installFailed,
            "install failed: the guest shut itself off, but its last script did not leave its stamp on the disk",
            [
                "console": bake.consoleLog.string,
                "cause": error.message,
                "next":
                    "see what the last '%post' did on the console, correct \(bake.recipe.file), run the same command",
            ]
        )
    }
}
