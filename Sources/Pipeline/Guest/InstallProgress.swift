import Diagnosis
import Synchronization

/// What an installer does now, from the lines that it prints.
final class InstallProgress: Sendable {
    /// Something worth showing.
    enum Step: Equatable, Sendable {
        /// A phase.
        case activity(String)
        /// Packages that are installed, of how many.
        case packages(Int64, of: Int64)
    }

    private struct State {
        var last: Step?
        var phase: String?
    }

    private let state = Mutex(State())

    /// The phase that the installer was last heard to be in.
    var phase: String? { state.withLock(\.phase) }

    /// Takes a line.
    ///
    /// - Returns: What is new in it; nil where it tells nothing of the kind.
    func take(_ line: String, from source: LogSource) -> Step? {
        guard let step = Self.step(in: line, from: source) else { return nil }
        return state.withLock { state in
            if state.last == step { return nil }
            state.last = step
            if case .activity(let text) = step { state.phase = text }
            return step
        }
    }

    /// What a line tells.
    ///
    /// Ours: `imagebake-installer: PHASE`. Anaconda's (pyanaconda/payload/dnf/transaction_progress.py and the text UI since EL7):
    /// `Installing glibc.x86_64 (12/345)`, on EL7 `Installing glibc (12/345)`, `Performing post-installation setup tasks`, and a
    /// task's name before dots.
    static func step(in line: String, from source: LogSource) -> Step? {
        if let range = line.firstRange(of: "imagebake-installer: ") {
            let phase = line[range.upperBound...]
            return phase.hasPrefix("error: ") ? nil : .activity(String(phase))
        }
        if let match = line.firstMatch(of: #/(?:Installing|Configuring|Installed:?) \S+ \((\d{1,6})\/(\d{1,6})\)/#),
            let done = Int64(match.1), let total = Int64(match.2), total > 0, done <= total
        {
            return .packages(done, of: total)
        }
        guard source == .console else { return nil }
        for phase in Self.phases where line.hasPrefix(phase) { return .activity(phase) }
        return nil
    }

    private static let phases = [
        "Starting installer", "Checking storage configuration", "Setting up the installation environment",
        "Configuring storage", "Creating disklabel", "Creating xfs", "Creating ext4", "Creating btrfs",
        "Running pre-installation scripts",
        "Starting package installation process", "Preparing transaction from installation source",
        "Downloading packages",
        "Installing boot loader", "Performing post-installation setup tasks", "Configuring installed system",
        "Writing network configuration", "Creating users", "Configuring addons", "Generating initramfs",
        "Running post-installation scripts", "Storing configuration files and kickstarts",
    ]
}
