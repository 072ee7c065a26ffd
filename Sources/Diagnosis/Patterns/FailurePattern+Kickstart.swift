extension FailurePattern {
    static let kickstart: [FailurePattern] = [
        FailurePattern(
            "kickstart-error",
            .general,
            .kickstart,
            [
                "The following problem occurred on line {ksline:digits} of the kickstart file:{detail}",
                "The following problem occurred in line {ksline:digits} of the kickstart file:{detail}",
                "The following problem occurred on line {ksline:digits} of the kickstart file",
                "The following problem occurred in line {ksline:digits} of the kickstart file",
            ],
            detailFollows: true,
            says: "the installer does not take the kickstart: {detail}",
            next:
                "look at that line in the output of 'imagebake render', and correct the recipe; 'imagebake validate' warns of "
                + "commands that a release has lost",
            means: "Anaconda read the kickstart, or began to do what it says, and stopped at this line.",
            why:
                "A command or an option that this release does not know or has lost, a value out of range, or a layout that "
                + "does not fit the disk.",
            seen: .log(
                "The following problem occurred on line 35 of the kickstart file:\n\nThe --nobase option was removed in version "
                    + "F22, but you are using kickstart syntax version DEVEL.",
                "https://github.com/CentOS/sig-cloud-instance-build/issues/56"
            )
        ),
        FailurePattern(
            "kickstart-section",
            .cause,
            .kickstart,
            ["Section {section:word} does not end with %end"],
            place: (.section, "section"),
            says: "the kickstart's section {section} has no %end",
            next: "end the section with %end",
            means: "Anaconda reached the end of the kickstart inside a section.",
            why: "A script or a list of packages without its last line, or one cut off on its way.",
            seen: .log(
                "Section %post does not end with %end",
                "https://github.com/Linuxfabrik/kickstart/issues/4"
            )
        ),
        FailurePattern(
            "kickstart-unread",
            .general,
            .kickstart,
            ["An error occurred during reading the kickstart file"],
            detailFollows: true,
            says: "the kickstart could not be read to its end: {detail}",
            next: "correct what it names in the recipe; 'imagebake render' shows the kickstart",
            means: "A part of Anaconda, often an add-on, refused its part of the kickstart.",
            why: "An add-on whose content is not on the install medium, or a section that it does not understand.",
            seen: .log(
                "An error occurred during reading the kickstart file:\nSCAP Security Guide not found on the system\n\n"
                    + "The installer will now terminate.",
                "https://github.com/dafydd2277/systemAdmin/issues/3"
            )
        ),
        FailurePattern(
            "kickstart-not-fetched",
            .cause,
            .network,
            from: [.console],
            ["failed to fetch kickstart from {url:word}"],
            says: "the guest could not fetch the kickstart from {url}",
            next:
                "see whether that address answers from the guest's network; imagebake's own kickstarts need no network",
            means: "The initrd asked for the kickstart and got none; it would wait some minutes and end in a shell.",
            why: "The server is not reached from the guest's network, a firewall stands between, or the path is wrong.",
            seen: .log(
                "dracut-initqueue[607]: Warning: failed to fetch kickstart from "
                    + "http://192.168.122.1:1024/static/layers/rhel-server-7/install.ks",
                "https://github.com/RedHatEMEA/demobuilder/issues/76"
            )
        ),
        FailurePattern(
            "spokes-incomplete",
            .cause,
            .kickstart,
            [
                "The following mandatory spokes are not completed:{detail}",
                "The following mandatory spokes are not completed",
            ],
            detailFollows: true,
            says: "the kickstart leaves something open: {detail}",
            next:
                "answer it in the recipe; where it is 'Software selection' or 'Installation source', look for what is wrong "
                + "with the repositories",
            means:
                "Everything that Anaconda needs must be in the kickstart; a part of it was not, or could not be used.",
            why:
                "A missing password, disk or package list; or repositories that could not be read, so that the list of packages "
                + "could not be checked.",
            seen: .log(
                "01:08:29,255 ERR anaconda:anaconda: ui.tui.hubs.summary: CmdlineError: The following mandatory spokes are not "
                    + "completed:#012Software selection",
                "https://github.com/rhinstaller/kickstart-tests/issues/1005"
            )
        ),
        FailurePattern(
            "script-failed",
            .cause,
            .script,
            ["There was an error running the kickstart script at line {ksline:digits}"],
            says: "a script of the kickstart failed",
            next:
                "read what it printed above this line; 'imagebake render' shows the script at that line of the kickstart",
            means: "A %pre or %post with --erroronfail ended with a status other than 0.",
            why:
                "A command in it failed: a file that is not there, a name that the installer cannot resolve, a package that is "
                + "not installed yet.",
            seen: .program(
                " There was an error running the kickstart script at line 54.  This is a\n fatal error and installation will be "
                    + "aborted.",
                "https://github.com/rhinstaller/anaconda/blob/master/pyanaconda/errors.py"
            )
        ),
        FailurePattern(
            "script-status",
            .hint,
            .script,
            ["Error code {status:digits} running the kickstart script at line {ksline:digits}"],
            says: "a script of the kickstart ended with status {status}",
            next: "read what it printed above this line",
            means:
                "A script of the kickstart failed. Without --erroronfail the install goes on, and may fail later because of it.",
            why: "A command in it failed.",
            seen: .program(
                "21:14:45,012 ERR anaconda: Error code 1 running the kickstart script at line 93",
                "https://github.com/rhinstaller/anaconda/blob/rhel7-branch/pyanaconda/kickstart.py"
            )
        ),
    ]
}
