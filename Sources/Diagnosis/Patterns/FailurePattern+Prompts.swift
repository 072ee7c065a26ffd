extension FailurePattern {
    static let prompts: [FailurePattern] = [
        FailurePattern(
            prompt: "interaction-required",
            ["kickstart installation stopped for info: {what}"],
            after: 0,
            weight: .general,
            topic: .kickstart,
            from: [.console, .anaconda],
            says: "the installer stopped to ask: {what}",
            next: "answer it in the recipe; for the software source, see that the repositories can be read",
            means: "Something that Anaconda needs is not in the kickstart, or does not work, so it waits for a person.",
            why: "A missing part of the kickstart, a network that did not come up, or a source that cannot be read.",
            seen: .log(
                "23:21:53,376 INFO anaconda:anaconda: ui.gui.helpers: kickstart installation stopped for info: User interaction "
                    + "required on standalone spoke NetworkStandaloneSpoke",
                "https://github.com/rhinstaller/kickstart-tests/issues/914"
            )
        ),
        FailurePattern(
            prompt: "anaconda-question",
            ["Please respond 'yes' or 'no'"],
            after: 3,
            says: "the installer asks a question and waits for yes or no",
            next: "read the question on the lines before; answer it in the recipe, so that it does not arise",
            means: "Anaconda met something that it can go on without, and asks whether to.",
            why: "Most often a package that is missing, or a boot loader that could not be written.",
            seen: .log(
                "Please respond 'yes' or 'no': \n[anaconda]1:main* 2:shell  3:log  4:storage-log >Switch tab: Alt+Tab | Help: F1 ",
                "https://github.com/virt-s1/rhel-edge/issues/8045"
            )
        ),
        FailurePattern(
            prompt: "anaconda-menu",
            ["Please make a selection from the above", "Please make your choice from above"],
            after: 10,
            says: "the installer shows its menu and waits for a person",
            next: "the entry marked [!] is what is missing or wrong: answer it in the recipe",
            means: "Anaconda's text mode has come to its menu with something open.",
            why: "A source, a disk, a password or a list of packages that is missing or does not work.",
            seen: .log(
                "Please make a selection from the above ['b' to begin installation, 'q' to quit,\n'r' to refresh]: ",
                "https://github.com/lavabit/robox/pull/180"
            )
        ),
        FailurePattern(
            prompt: "report-bug-menu",
            ["What do you want to do now?"],
            after: 0,
            says: "the installer crashed and asks what to do",
            next: "read the traceback on the lines before",
            means: "After an error that it does not know, Anaconda offers to report it, to look into it, or to quit.",
            why: "The traceback before it says why.",
            seen: .log(
                "What do you want to do now?\n1) Report Bug\n2) Debug\n3) Quit",
                "https://github.com/xcat2/xcat-core/issues/5509"
            )
        ),
        FailurePattern(
            prompt: "vnc-question",
            ["Text mode provides a limited set of installation options", "Would you like to use VNC mode instead"],
            after: 5,
            says: "the installer asks whether to use VNC",
            next: "put 'text' or 'cmdline' into the kickstart; imagebake's templates have it",
            means:
                "Anaconda could not start its graphical interface, or has none, and no kickstart tells it to use text.",
            why: "A kickstart without 'text', or none at all: see whether inst.ks is on the kernel command line.",
            seen: .log(
                "Text mode provides a limited set of installation options. It does not offer\ncustom partitioning for full control "
                    + "over the disk layout. Would you like to use\nVNC mode instead?",
                "https://github.com/open-power-host-os/builds/issues/291"
            )
        ),
        FailurePattern(
            prompt: "password-question",
            ["^Password:{}$", "^Password (confirm):{}$", "^Password for {}:$"],
            after: 10,
            says: "the guest asks for a password",
            next:
                "put the password into the recipe, as a secret; or see whether an installed system has started instead of the installer",
            means: "A program waits until somebody types a password.",
            why: "A VNC or root password that the kickstart leaves open, or a log-in.",
            seen: .log(
                "Password: ",
                "https://github.com/open-power-host-os/builds/issues/291"
            )
        ),
        FailurePattern(
            prompt: "passphrase-question",
            ["Please enter passphrase for disk {disk}", "Enter passphrase for {disk}"],
            after: 3,
            says: "the guest asks for the passphrase of a disk",
            next: "install without encryption, or give the passphrase in the kickstart",
            means: "A disk is encrypted, and whoever starts it must type its passphrase.",
            why: "An encrypted layout, or an encrypted disk that was there before.",
            seen: .program(
                "Please enter passphrase for disk QEMU_HARDDISK (luks-3f1c):",
                "https://github.com/systemd/systemd/blob/main/src/cryptsetup/cryptsetup.c"
            )
        ),
        FailurePattern(
            prompt: "emergency-mode",
            ["Entering emergency mode", "You are in emergency mode", "You are in rescue mode"],
            after: 0,
            topic: .boot,
            says: "the guest could not start and waits in an emergency shell",
            next: "look further up for the first warning: a download that failed, or a disk that is missing",
            means: "The initrd or systemd gave up and offers a shell.",
            why: "The installer's image did not come, or a file system of an installed system could not be mounted.",
            seen: .log(
                "Entering emergency mode. Exit the shell to continue.",
                "https://github.com/cobbler/cobbler/issues/1661"
            )
        ),
        FailurePattern(
            prompt: "dracut-shell",
            ["^dracut:/{}#$", "^dracut#$"],
            after: 1,
            topic: .boot,
            says: "the guest could not start and waits in the initrd's shell",
            next: "look further up for the first warning of the initrd",
            means: "The initrd has given up and waits for commands.",
            why: "The installer's image or the root file system did not come.",
            seen: .log(
                "dracut:/#",
                "https://github.com/openzfs/zfs/issues/4556"
            )
        ),
        FailurePattern(
            prompt: "initramfs-shell",
            ["^(initramfs){}$"],
            after: 1,
            topic: .boot,
            says: "the guest could not start and waits in the initrd's shell",
            next: "see that the disk named by root= is there and that its driver is in the initrd",
            means: "Debian's initrd did not find the root file system and waits for commands.",
            why: "A wrong root=, or a disk without its driver.",
            seen: .program(
                "(initramfs) ",
                "https://salsa.debian.org/kernel-team/initramfs-tools/-/blob/master/scripts/functions"
            )
        ),
        FailurePattern(
            prompt: "maintenance-shell",
            ["Give root password for maintenance", "Press Enter for maintenance"],
            after: 0,
            topic: .boot,
            says: "the guest could not start and waits for root to repair it",
            next: "look further up for the unit that failed",
            means: "systemd could not reach its goal and waits for the password of root.",
            why: "A file system of /etc/fstab that is not there or is damaged.",
            seen: .log(
                "Give root password for maintenance\n(or press Control-D to continue):",
                "https://github.com/dracutdevs/dracut/pull/1555"
            )
        ),
        FailurePattern(
            prompt: "login",
            ["^{host:word} login:$"],
            unless: ["last login"],
            after: 10,
            topic: .boot,
            says: "the guest shows a log-in prompt: a system has started, not the installer",
            next: "see that the guest boots the tree's kernel and initrd, and that the kickstart ends in 'poweroff'",
            means: "An installed system is running; nothing more of the install will come.",
            why: "A kickstart that ends in 'reboot', or a guest that boots its disk instead of the installer.",
            seen: .program(
                "localhost login: ",
                "https://github.com/util-linux/util-linux/blob/master/term-utils/agetty.c"
            )
        ),
        FailurePattern(
            prompt: "root-shell",
            ["^[anaconda root@{} /]#$", "^[root@{host:word} {}]#$", "^sh-{:word}#$", "^bash-{:word}#$"],
            after: 20,
            says: "the guest waits in a shell",
            next: "see that the kickstart and its scripts start no shell; inst.rescue and rd.break do",
            means: "A shell waits for commands on the console.",
            why: "A rescue or debug option on the kernel command line, or an installer that ended and left its shell.",
            seen: .log(
                "[anaconda root@localhost /]# ",
                "https://github.com/xcat2/xcat-core/issues/317"
            )
        ),
        FailurePattern(
            prompt: "grub-rescue",
            ["grub rescue>$"],
            after: 0,
            topic: .boot,
            says: "GRUB found neither its files nor its menu",
            next: "see that /boot is whole and where GRUB looks for it",
            means: "The first part of the boot loader runs but cannot find the rest.",
            why: "A boot loader that was installed for another layout, or only in part.",
            seen: .log(
                "grub rescue> ",
                "https://github.com/mynodebtc/mynode/issues/377"
            )
        ),
        FailurePattern(
            prompt: "grub-shell",
            ["^grub>$", "^grub2>$"],
            after: 3,
            topic: .boot,
            says: "GRUB waits for commands: it found no menu",
            next: "see that grub.cfg is where GRUB looks for it",
            means: "The boot loader runs but has no grub.cfg.",
            why: "A menu that was not written, or is on another partition than GRUB thinks.",
            seen: .log(
                "grub> ",
                "https://github.com/GoogleCloudPlatform/gce-rescue/issues/93"
            )
        ),
        FailurePattern(
            prompt: "boot-menu",
            [
                "^boot:$", "Use the {} keys to change the selection",
                "Use the {} keys to select which entry is highlighted",
            ],
            unless: ["executed automatically"],
            after: 60,
            topic: .boot,
            says: "the boot menu waits for a choice",
            next: "boot the tree's kernel directly, as imagebake does, or give the menu a timeout",
            means: "A boot loader shows its menu and counts no time.",
            why: "A medium whose menu has no timeout, or one where a key was pressed.",
            seen: .program(
                "Use the ^ and v keys to change the selection.",
                "https://git.savannah.gnu.org/cgit/grub.git/tree/grub-core/normal/menu_text.c"
            )
        ),
        FailurePattern(
            prompt: "uefi-shell",
            ["^Shell>$", "^UEFI Interactive Shell{}"],
            after: 5,
            topic: .boot,
            says: "the firmware found nothing to boot and waits in its shell",
            next: "see that the kernel and the initrd, or a medium for UEFI, were given to the guest",
            means: "The firmware tried every device and ended in its own shell.",
            why: "An empty disk, or a system that was installed for BIOS.",
            seen: .program(
                "Shell> ",
                "https://github.com/tianocore/edk2/tree/master/ShellPkg"
            )
        ),
        FailurePattern(
            prompt: "press-a-key",
            [
                "Press any key to continue", "Press [Enter] to continue", "Press Enter to continue",
                "Press <Enter> to continue",
                "Hit any key to {}", "Press any key to {}",
            ],
            unless: ["within", " seconds"],
            after: 10,
            says: "the guest waits for a key",
            next: "look at the lines before for what it says; nobody will press one",
            means: "A program shows something and waits until somebody has read it.",
            why: "An error that is shown to a person, or a menu.",
            seen: .log(
                "Press any key to continue ...",
                "https://github.com/opencomputeproject/onie/issues/656"
            )
        ),
    ]
}
