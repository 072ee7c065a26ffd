extension FailurePattern {
    static let packages: [FailurePattern] = [
        FailurePattern(
            "missing-package",
            .cause,
            .packages,
            [
                "You have specified that the package '{package:word}' should be installed",
                "CmdlineError: Missing package: {package:word}",
                "Missed: NoSuchPackage('{package:word}'",
                "packaging: Missed: NoSuchPackage: {package:word}",
                "Payloads:missing packages: {package}",
                "NonCriticalInstallationError: No match for argument: {package:word}",
            ],
            place: (.package, "package"),
            says: "the mirror has no package '{package}'",
            next: "correct 'system.packages' in the recipe, or add the repository that has the package",
            means:
                "A package that the kickstart asks for is in none of its repositories. Anaconda asks whether to go on without it.",
            why:
                "A mistyped name, a package that this release names otherwise or has dropped, or a repository that is missing, "
                + "such as EPEL.",
            seen: .log(
                "CmdlineError: Missing package: firewalld.",
                "https://github.com/CentOS/sig-cloud-instance-build/issues/122"
            )
        ),
        FailurePattern(
            "missing-group",
            .cause,
            .packages,
            [
                "You have specified that the group '{group}' should be installed",
                "The group '{group}' is required for this installation",
                "Missed: NoSuchGroup('{group}'",
                "Payloads:missing groups or modules: {group}",
            ],
            place: (.group, "group"),
            says: "the mirror has no package group '{group}'",
            next: "correct 'system.packages' in the recipe; 'dnf group list --hidden' shows the groups of a release",
            means: "A group that the kickstart asks for is in none of its repositories.",
            why: "A mistyped name, a group of another release, or a repository without groups.",
            seen: .program(
                " You have specified that the group 'virtualisation-tools' should be installed.\n This group does not exist.",
                "https://github.com/rhinstaller/anaconda/blob/master/pyanaconda/errors.py"
            )
        ),
        FailurePattern(
            "package-not-found",
            .hint,
            .packages,
            [
                "dnf:No match for argument: {package:word}", "dnf: No match for argument: {package:word}",
                "^No match for argument: {package:word}$", "^No package {package:word} available",
                "ERR anaconda:dnf: No match for argument: {package:word}",
                "^imagebake-installer: warning: the mirror has no package '{package:word}'",
            ],
            place: (.package, "package"),
            says: "the mirror has no package '{package}'",
            next: "correct 'system.packages' in the recipe, or add the repository that has the package",
            means:
                "A package was asked for that no repository has. With --ignoremissing, or in a script, the install goes on.",
            why: "A mistyped name, or a repository that is missing.",
            seen: .log(
                "ERR anaconda:dnf: No match for argument: package-1",
                "https://github.com/rhinstaller/kickstart-tests/issues/660"
            )
        ),
        FailurePattern(
            "excluded-package",
            .hint,
            .packages,
            ["Argument '{package:word}' matches only excluded packages"],
            place: (.package, "package"),
            says: "the package '{package}' is there, but excluded",
            next: "take it out of the excluded packages of the repository, or out of 'system.packages'",
            means: "Every version of a package is excluded by a repository's settings or by a module.",
            why: "An 'excludepkgs', or a module stream that hides it.",
            seen: .log(
                "\"Argument 'buildah' matches only excluded packages.\", 'No match for group package: kmscon'",
                "https://github.com/rhinstaller/kickstart-tests/issues/1622"
            )
        ),
        FailurePattern(
            "broken-dependency",
            .hint,
            .packages,
            ["nothing provides {need} needed by {package:word}"],
            says: "the package {package} needs {need}, which no repository has",
            next: "use repositories that belong together, of the same release and the same day",
            means: "A package cannot be installed because something that it needs is nowhere.",
            why: "A mirror caught in the middle of its update, or repositories of different releases.",
            seen: .log(
                "  - nothing provides /usr/bin/gpg2 needed by rpm-sign-libs-4.16.1.3-25.el9.x86_64 from anaconda",
                "https://github.com/rhinstaller/kickstart-tests/issues/985"
            )
        ),
        FailurePattern(
            "software-has-errors",
            .general,
            .packages,
            [
                "The following software marked for installation has errors",
                "Some packages, groups or modules are broken, the installation will be aborted",
                "Error checking software selection",
            ],
            says: "the packages of the kickstart cannot be installed together",
            next:
                "look at the lines around this one for the package; correct 'system.packages' in the recipe, or its repositories",
            means: "Anaconda checked the list of packages and will not begin with it.",
            why:
                "A package that is missing or needs something that is missing; or repositories that could not be read.",
            seen: .log(
                "01:37:06,588 DEBUG anaconda:anaconda: payload.dnf.payload: The selection has been checked: "
                    + "ValidationReport(error_messages=['The following software marked for installation has errors.",
                "https://github.com/rhinstaller/kickstart-tests/issues/1514"
            )
        ),
        FailurePattern(
            "source-not-set-up",
            .general,
            .source,
            [
                "Error setting up base repository", "Error setting up software", "Failed to set up install source",
                "Error downloading package metadata",
            ],
            says: "the installer cannot use the installation source",
            next:
                "see that 'install.location' and 'install.repositories' of the recipe name what is there, with repodata/repomd.xml in it",
            means:
                "Anaconda asked the source for its list of packages and got none. In text mode it shows its menu and waits.",
            why:
                "A source without packages (boot.iso has none), a mirror that has gone or moved, or a network that does not reach it.",
            seen: .log(
                "3) [!] Installation source              4) [!] Software Selection\n"
                    + "       (Error setting up software              (Error checking software\n"
                    + "       source)                                 selection)",
                "https://github.com/lavabit/robox/pull/180"
            )
        ),
        FailurePattern(
            "base-repository-invalid",
            .general,
            .source,
            ["The base repository is invalid: {detail}", "packaging: base repo ({}) not valid"],
            unless: ["cdrom/file"],
            says: "the installation source is no package repository: {detail}",
            next: "see that 'install.location' in the recipe names a directory with repodata/repomd.xml",
            means: "Anaconda found the source, but not what it needs in it.",
            why:
                "A URL one directory too high or too low, a release whose layout is another, or a mirror that is being updated.",
            seen: .log(
                "ERR anaconda:packaging: The base repository is invalid: Failed to download metadata for repo 'anaconda'",
                "https://github.com/rhinstaller/kickstart-tests/issues/926"
            )
        ),
        FailurePattern(
            "repository-not-added",
            .general,
            .source,
            ["Failed to add the '{repository}' repository: {detail}"],
            place: (.repository, "repository"),
            says: "the repository '{repository}' cannot be used: {detail}",
            next: "see that its URL in the recipe is right and that the guest reaches it",
            means: "A repository that the kickstart names gave no list of packages.",
            why: "A wrong URL, a mirror that has gone, or a network that does not reach it.",
            seen: .log(
                "pyanaconda.modules.common.errors.payload.SourceSetupError: Failed to add the 'anaconda' repository: Failed to "
                    + "download metadata for repo 'anaconda': Cannot download repomd.xml: Cannot download repodata/repomd.xml: All "
                    + "mirrors were tried",
                "https://github.com/rhinstaller/kickstart-tests/issues/949"
            )
        ),
        FailurePattern(
            "repository-unreadable",
            .hint,
            .source,
            [
                "Failed to download metadata for repo '{repository}'",
                "Cannot retrieve repository metadata (repomd.xml) for repository: {repository:word}",
                "Cannot find a valid baseurl for repo: {repository:word}",
            ],
            place: (.repository, "repository"),
            says: "the list of packages of the repository '{repository}' could not be fetched",
            next: "see that its URL in the recipe is right and that the guest reaches it",
            means: "dnf or yum asked a repository for its list of packages and got none.",
            why: "A wrong URL, a mirror that has gone, or a network that does not reach it.",
            seen: .log(
                "Error: Failed to download metadata for repo 'rhel-8-baseos': Cannot download repomd.xml: Cannot download "
                    + "repodata/repomd.xml: All mirrors were tried",
                "https://github.com/openshift/jenkins/issues/1774"
            )
        ),
        FailurePattern(
            "not-on-server",
            .hint,
            .source,
            [
                "{url:word}: [Errno 14] HTTP Error {status:digits}",
                "{url:word}: [Errno 14] HTTPS Error {status:digits}",
                "Status code: {status:digits} for {url:word}",
            ],
            place: (.url, "url"),
            says: "the server answers {status} for {url}",
            next:
                "correct the URL in the recipe; what has left the mirrors is in the vault (CentOS) or in the archive (Fedora, EPEL)",
            means: "A server is there but does not give out what was asked for.",
            why:
                "A release that has left the mirrors, as CentOS 7 in 2024, a mistyped path, or a mirror that is being updated.",
            seen: .log(
                "http://downloads.sourceforge.net/project/milter-manager/centos/7/stable/x86_64/repodata/repomd.xml: [Errno 14] "
                    + "HTTP Error 404 - Not Found",
                "https://github.com/milter-manager/milter-manager/pull/92"
            )
        ),
        FailurePattern(
            "no-mirror-left",
            .hint,
            .source,
            ["failure: {file:word} from {repository:word}: [Errno 256] No more mirrors to try"],
            place: (.repository, "repository"),
            says: "no mirror of '{repository}' gives out {file}",
            next: "see that the repository's URL in the recipe is right and that the guest reaches it",
            means: "yum tried all mirrors of a repository. In a script of the kickstart it may not matter.",
            why:
                "Mirrors that have gone, a proxy that refuses, or a list of packages that no longer fits what the mirrors have.",
            seen: .log(
                "failure: repodata/repomd.xml from base: [Errno 256] No more mirrors to try.",
                "https://github.com/nodesource/distributions/issues/506"
            )
        ),
        FailurePattern(
            "packages-not-downloaded",
            .cause,
            .packages,
            ["Failed to download the following packages: {detail}"],
            says: "packages could not be downloaded: {detail}",
            next: "try again; if it stays so, name another mirror in the recipe",
            means: "The list of packages was there, but not all packages came.",
            why: "A mirror that was updated in between, or a network that broke.",
            seen: .log(
                "pyanaconda.modules.common.errors.installation.PayloadInstallationError: Failed to download the following packages: "
                    + "Cannot set CURLOPT_MAX_RECV_SPEED_LARGE option: A libcurl function was given a bad argument",
                "https://github.com/rhinstaller/kickstart-tests/issues/1489"
            )
        ),
        FailurePattern(
            "wrong-package-checksum",
            .cause,
            .packages,
            ["Some packages from local repository have incorrect checksum"],
            says: "packages of the installation medium are damaged",
            next: "fetch the tree or the ISO image again: 'imagebake build --refresh tree'",
            means: "Packages do not have the checksum that the medium's own list gives.",
            why: "A medium that came only in part, or a list of another day than the packages.",
            seen: .log(
                "pyanaconda.modules.common.errors.general.AnacondaError: Some packages from local repository have incorrect checksum",
                "https://github.com/rhinstaller/kickstart-tests/issues/1217"
            )
        ),
        FailurePattern(
            "checksum-mismatch",
            .hint,
            .source,
            [
                "Downloading successful, but checksum doesn't match", "repomd.xml does not match metalink",
                "Package does not match intended download", "[Errno -1] Metadata file does not match checksum",
            ],
            says: "a download does not have the checksum that was promised",
            next: "try again; if it stays so, name another mirror in the recipe",
            means:
                "What a mirror gave out is not what the repository's list says. dnf and yum then ask the next mirror.",
            why: "A mirror that is being updated, a proxy that keeps old files, or files that were changed.",
            seen: .log(
                "[MIRROR] pyliblzma-0.5.3-24.fc29.x86_64.rpm: Downloading successful, but checksum doesn't match. Calculated: "
                    + "c65bd8891ab4e7a9a614e1c19c212801bca514da70fc75324f44d9bbdb059a12(sha256)",
                "https://github.com/CentOS-PaaS-SIG/ci-pipeline/pull/726"
            )
        ),
        FailurePattern(
            "signature-refused",
            .hint,
            .packages,
            ["Error: GPG check FAILED", "^GPG check FAILED"],
            says: "the signature of a package was refused",
            next: "give the repository's key in the recipe, or take the repository out",
            means:
                "A package is not signed by a key that belongs to its repository, or its key is of a kind no longer allowed. In a "
                + "script of the kickstart it may not matter.",
            why: "A missing key; a package from another repository; or, on RHEL 9, a signature made with SHA-1.",
            seen: .program(
                "Error: GPG check FAILED",
                "https://github.com/rpm-software-management/dnf/blob/master/dnf/cli/cli.py"
            )
        ),
        FailurePattern(
            "subscription-refused",
            .hint,
            .source,
            ["HTTP error ({}): Organization {organization:word} does not exist"],
            says: "the subscription was refused",
            next: "correct 'system.subscription' in the recipe: the organisation's number and the activation key",
            means: "Red Hat's subscription service does not know who asked, so there are no packages.",
            why: "A name instead of the organisation's number, or an activation key that was deleted.",
            seen: .log(
                "    HTTP error (400 - Bad Request): Organization nAvc8V?VvUN does not exist.",
                "https://github.com/Qubinode/qubinode-installer/issues/293"
            )
        ),
        FailurePattern(
            "scriptlet-failed",
            .hint,
            .packages,
            [
                "Error in {scriptlet:word} scriptlet in rpm package {package:word}",
                "Non-fatal {scriptlet:word} scriptlet failure in rpm package {package:word}",
            ],
            says: "the {scriptlet} script of the package {package} failed",
            next: "look further up for what the script printed; another version of the package may be needed",
            means: "A script inside a package ended with an error. Old releases go on, newer ones stop.",
            why:
                "A defect of the package, or something that it expects is not there yet in an install: a service, a mount.",
            seen: .log(
                "Error in POSTTRANS scriptlet in rpm package kernel-core",
                "https://github.com/rhinstaller/kickstart-tests/issues/1437"
            )
        ),
        FailurePattern(
            "transaction-retried",
            .hint,
            .packages,
            ["Error populating transaction, anaconda is retrying"],
            says: "packages cannot be read from the installation source",
            next: "see that the server answers requests for a range of bytes, and that the medium is whole",
            means: "Anaconda of RHEL 7 tries up to ten times to fetch what it needs for the transaction.",
            why: "A web server without support for byte ranges, a damaged medium, or a mirror that is being updated.",
            seen: .log(
                "Error populating transaction, anaconda is retrying",
                "https://github.com/eblot/pybootd/issues/19"
            )
        ),
        FailurePattern(
            "transaction-failed",
            .general,
            .packages,
            [
                "error populating transaction after {n:digits} retries: {detail}",
                "An error occurred during the transaction: {detail}",
                "The transaction process has ended abruptly: {detail}",
            ],
            says: "the packages could not be installed: {detail}",
            next: "look further up for the package that failed, and for a full disk",
            means: "rpm began to install and could not finish.",
            why: "A script of a package, two packages with the same file, a full disk, or a source that went away.",
            seen: .log(
                "00:56:08,447 WARNING org.fedoraproject.Anaconda.Modules.Payloads:"
                    + "pyanaconda.modules.common.errors.installation.PayloadInstallationError: An error occurred during the "
                    + "transaction: The transaction process has ended with errors.",
                "https://github.com/rhinstaller/kickstart-tests/issues/1618"
            )
        ),
        FailurePattern(
            "disk-too-small",
            .cause,
            .storage,
            [
                "At least {need:word} more space needed on the {mount:word} filesystem",
                "installing package {:word} needs {need:word} on the {mount:word} filesystem",
            ],
            place: (.mountPoint, "mount"),
            says: "the packages need {need} more than there is on {mount}",
            next: "give the partition or the disk more room in the recipe, or take packages out",
            means: "rpm counted before it began: the packages do not fit.",
            why: "A partition that is too small for the list of packages.",
            seen: .log(
                "At least 1722MB more space needed on the / filesystem.",
                "https://github.com/rpm-software-management/dnf5/issues/538"
            )
        ),
        FailurePattern(
            "payload-failed",
            .general,
            .packages,
            [
                "packaging: Installation failed: {detail}", "PayloadInstallationError: {detail}",
                "PayloadInstallError: {detail}", "The following error occurred while installing. ",
            ],
            detailFollows: true,
            says: "installing the packages failed: {detail}",
            next: "look further up for the package or the download that failed",
            means: "Anaconda's part that installs the packages stopped.",
            why: "A package that is missing or broken, a mirror that went away, or a full disk.",
            seen: .log(
                "ERR packaging: Installation failed: PayloadInstallError('DNF error: Non-fatal POSTIN scriptlet failure in rpm "
                    + "package mlocate',)",
                "https://github.com/weldr/lorax/pull/157"
            )
        ),
    ]
}
