/// The exit statuses of imagebake: documented, tested and stable.
///
/// The numbers below 80 are those of `sysexits.h`; those from 80 name the stage that failed.
public enum ExitStatus: Int32, Codable, CaseIterable, Sendable {
    /// All is done.
    case done = 0
    /// The command line is wrong.
    case usage = 64
    /// The recipe is wrong.
    case badRecipe = 65
    /// An input does not exist, or is not what it must be.
    case inputMissing = 66
    /// Something that is needed is not there; `imagebake doctor` says what.
    case unavailable = 69
    /// A bug in imagebake.
    case bug = 70
    /// Reading or writing failed, a full disk for example.
    case inputOutput = 74
    /// It may work later: another bake is in the way, or a server does not answer in time.
    case tryAgain = 75
    /// The user may not do that.
    case notPermitted = 77
    /// The configuration is wrong.
    case badConfiguration = 78
    /// The install failed.
    case installFailed = 80
    /// Sysprep or the hygiene proof failed.
    case sysprepFailed = 81
    /// The conversion failed.
    case conversionFailed = 82
    /// The verification of the finished image failed.
    case verificationFailed = 83
    /// Publishing failed.
    case publishFailed = 84
    /// Interrupted by a signal.
    case interrupted = 130
}
