extension FailurePattern {
    static let anaconda: [FailurePattern] = [
        FailurePattern(
            "install-stopped",
            .general,
            .installer,
            [
                "Non interactive installation failed: {detail}", "The exact error message is:{detail}",
                "The exact error message is",
            ],
            detailFollows: true,
            says: "the installer stopped: {detail}",
            next: "correct what it names in the recipe; the lines before may say more",
            means: "In command line mode Anaconda asks nothing: what would be a question ends it.",
            why: "Whatever it would have asked about; its own words follow.",
            seen: .log(
                "[   34.520680] anaconda[2628]: Non interactive installation failed: The command 'ostree container image deploy "
                    + "--sysroot=/mnt/sysimage --image=192.168.100.1:5000/rhel94-bootc-source --transport=registry' exited with the code 1..",
                "https://github.com/openshift/microshift/pull/3743"
            )
        ),
        FailurePattern(
            "module-failed",
            .cause,
            .installer,
            ["Service {service:word} has failed to start: {detail}"],
            unless: [".service"],
            says: "the installer's part {service} did not start: {detail}",
            next: "look for a traceback around this line; give the guest more memory if it has less than 2 GiB",
            means: "Anaconda is several programs; one of them ended at once.",
            why: "Too little memory, a defect of the release, or an image that does not fit its kernel.",
            seen: .log(
                "2022-10-17 18:15:09,477: 18:15:09 Service org.fedoraproject.Anaconda.Modules.Storage has failed to start: Process "
                    + "org.fedoraproject.Anaconda.Modules.Storage exited with status 1",
                "https://github.com/rocky-linux/kickstarts/issues/3"
            )
        ),
        FailurePattern(
            "anaconda-crashed",
            .cause,
            .installer,
            ["Anaconda crashed on signal {signal:digits}"],
            says: "the installer crashed with signal {signal}",
            next: "try again; if it stays so, try without graphics, or another release of the tree",
            means: "Anaconda ended like a program with a defect, not like one that met an error.",
            why: "A defect of the release, often of its graphical part; rarely too little memory.",
            seen: .log(
                "23:28:44,449 CRIT anaconda:Anaconda crashed on signal 11",
                "https://github.com/rhinstaller/kickstart-tests/issues/984"
            )
        ),
        FailurePattern(
            "anaconda-dumped-core",
            .cause,
            .installer,
            ["(anaconda) of user {user:digits} dumped core"],
            says: "the installer crashed",
            next: "try again; if it stays so, try another release of the tree",
            means: "Anaconda ended like a program with a defect, not like one that met an error.",
            why: "A defect of the release, often of a library.",
            seen: .program(
                "systemd-coredump: Process 1604 (anaconda) of user 0 dumped core.",
                "https://github.com/weldr/lorax/blob/master/src/pylorax/monitor.py"
            )
        ),
        FailurePattern(
            "exception-report",
            .symptom,
            .installer,
            ["anaconda {version:word} exception report"],
            says: "the installer met an error that it does not know",
            next: "read the last line of the traceback that follows; the cause often stands before it",
            means: "Anaconda prints where in its program it stopped, then asks what to do.",
            why: "A defect of the release, or something in the kickstart or the disk that nobody thought of.",
            seen: .log(
                "anaconda 21.48.22.56-1 exception report",
                "https://github.com/xcat2/xcat-core/issues/969"
            )
        ),
        FailurePattern(
            "unknown-error",
            .symptom,
            .installer,
            ["An unknown error has occurred", "An unknown error has occured"],
            says: "the installer met an error that it does not know",
            next: "read the traceback that follows; the cause often stands before it",
            means: "The same as an exception report, in other words.",
            why: "A defect of the release, or something in the kickstart or the disk that nobody thought of.",
            seen: .log(
                "An unknown error has occured, look at the /tmp/anaconda-tb* file(s) for more details",
                "https://github.com/osbuild/osbuild-composer/pull/4591"
            )
        ),
        FailurePattern(
            "critical-exception",
            .symptom,
            .installer,
            from: [.anaconda, .program, .console],
            [
                "exception: Traceback (most recent call last):",
                "anaconda[{:digits}]: Traceback (most recent call last):",
            ],
            says: "the installer met an error that it does not know",
            next: "read the last line of the traceback that follows",
            means: "Anaconda's log has the traceback of an error that ended it.",
            why: "A defect of the release, or something in the kickstart or the disk that nobody thought of.",
            seen: .log(
                "08:31:53,883 CRT exception: Traceback (most recent call last):",
                "https://github.com/rhinstaller/anaconda/pull/3571"
            )
        ),
        FailurePattern(
            "exception",
            .hint,
            .installer,
            [
                "^ValueError: {detail}", "^KeyError: {detail}", "^OSError: {detail}", "^IOError: {detail}",
                "^RuntimeError: {detail}", "^AttributeError: {detail}", "^TypeError: {detail}",
                "^ImportError: {detail}",
                "CmdlineError: {detail}", "^{:word}.DBusError: {detail}", "dasbus.error.DBusError: {detail}",
                "^{:word}.ExitError: {detail}", "errors.general.AnacondaError: {detail}",
            ],
            unless: ["mandatory spokes", "missing package:"],
            says: "the installer stopped with the error: {detail}",
            next: "search for these words with the release's name; they are Anaconda's own",
            means: "The last line of a traceback: what went wrong, in the words of a program.",
            why: "It differs from case to case.",
            seen: .log(
                "CmdlineError: Wrong configuration detected!",
                "https://github.com/ComplianceAsCode/content/issues/10274"
            )
        ),
        FailurePattern(
            "pane-is-dead",
            .symptom,
            .installer,
            from: [.console],
            ["^Pane is dead"],
            says: "the installer ended at once",
            next: "look further up for a traceback",
            means: "tmux, in which Anaconda runs, says that the program in it is gone.",
            why: "A traceback right at the start; it stands on the lines before.",
            seen: .log(
                "Pane is dead",
                "https://github.com/xcat2/xcat-core/issues/1562"
            )
        ),
    ]
}
