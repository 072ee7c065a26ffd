extension FailurePattern {
    /// The kernel speaks on the console; Anaconda's log port passes its words on.
    private static let ofKernel: [LogSource] = [.console, .anaconda]

    static let kernel: [FailurePattern] = [
        FailurePattern(
            "no-root-file-system",
            .cause,
            .kernel,
            from: ofKernel,
            ["^Kernel panic - not syncing: VFS: Unable to mount root fs on {device}"],
            says: "the kernel has no root file system: unable to mount root fs on {device}",
            next:
                "see that the guest gets an initrd and has memory enough to unpack it; 'machine.memory' in the recipe",
            means: "The kernel found neither an initrd that it can use nor a disk named by root=.",
            why:
                "No initrd, a damaged one, too little memory to unpack it, or an installed system whose initrd lacks the disk's driver.",
            seen: .log(
                "[    0.987030] Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)",
                "https://github.com/Ultramarine-Linux/bootc/issues/4"
            )
        ),
        FailurePattern(
            "init-killed",
            .symptom,
            .kernel,
            from: ofKernel,
            ["^Kernel panic - not syncing: Attempted to kill init!{}"],
            says: "the kernel panicked because init, its first program, ended",
            next: "look at the lines before for what ended it",
            means:
                "The first program must never end. In an installer it ends because of an error that stands further up.",
            why:
                "An error of the installer, a processor that is too old for the system, or an initrd that is not complete.",
            seen: .log(
                "[    6.315461] Kernel panic - not syncing: Attempted to kill init! exitcode=0x00007f00",
                "https://github.com/canonical/packer-maas/issues/54"
            )
        ),
        FailurePattern(
            "no-init",
            .cause,
            .kernel,
            from: ofKernel,
            [
                "^Kernel panic - not syncing: No working init found",
                "^Kernel panic - not syncing: Requested init {} failed",
            ],
            says: "the kernel found no init to start",
            next: "take the initrd from the same tree as the kernel; see that it is for the guest's architecture",
            means: "The root file system is there, but has no program that the kernel can start.",
            why: "An initrd of another architecture, or one without init.",
            seen: .log(
                "Kernel panic - not syncing: No working init found.",
                "https://github.com/utmapp/UTM/issues/317"
            )
        ),
        FailurePattern(
            "out-of-memory",
            .cause,
            .memory,
            from: ofKernel,
            [
                "^Out of memory: Kill process {pid:digits} ({process})",
                "^Out of memory: Killed process {pid:digits} ({process})",
            ],
            unless: ["cgroup"],
            says: "the guest ran out of memory and the kernel ended {process}",
            next:
                "give the guest more memory: 'machine.memory' in the recipe, 2 GiB for RHEL 7, 4 GiB for RHEL 9 and Fedora",
            means: "There was no memory left, so the kernel ended a program; what is left of the install is of no use.",
            why: "Too little memory for the installer's image, the list of packages and the packages themselves.",
            seen: .log(
                "[   49.957214] Out of memory: Killed process 472 (whiptail) total-vm:10276kB, anon-rss:1028kB, file-rss:1276kB",
                "https://github.com/linuxboot/heads/pull/1626"
            )
        ),
        FailurePattern(
            "panic-out-of-memory",
            .cause,
            .memory,
            from: ofKernel,
            [
                "^Kernel panic - not syncing: System is deadlocked on memory",
                "^Kernel panic - not syncing: Out of memory{}",
            ],
            says: "the guest has too little memory to start",
            next: "give the guest more memory: 'machine.memory' in the recipe",
            means: "There was no memory left and no program to end, so the kernel panicked.",
            why: "Too little memory to unpack the initrd.",
            seen: .log(
                "Kernel panic - not syncing: System is deadlocked on memory",
                "https://github.com/o8vm/krabs/issues/8"
            )
        ),
        FailurePattern(
            "kernel-panic",
            .general,
            .kernel,
            from: ofKernel,
            ["^Kernel panic - not syncing: {reason}"],
            unless: [
                "unable to mount root fs", "attempted to kill init", "no working init", "requested init",
                "out of memory", "deadlocked",
            ],
            says: "the guest's kernel panicked: {reason}",
            next: "look at the lines before; try another machine type or accelerator if they say nothing",
            means: "The kernel met an error after which it cannot go on.",
            why:
                "A defect of the kernel or of the virtual machine, or a machine type that is too new for an old kernel.",
            seen: .program(
                "[    2.867237] Kernel panic - not syncing: Fatal exception in interrupt",
                "https://github.com/torvalds/linux/blob/master/arch/x86/kernel/dumpstack.c"
            )
        ),
        FailurePattern(
            "kernel-oops",
            .hint,
            .kernel,
            from: ofKernel,
            [
                "^BUG: unable to handle {what}", "^BUG: {what} pointer dereference", "^kernel BUG at {what}",
                "^general protection fault{what}",
            ],
            says: "the guest's kernel met an error of its own: {what}",
            next: "try another machine type or accelerator, or another kernel",
            means: "The kernel stopped a program because of an error in the kernel itself. It may go on, or panic.",
            why: "A defect of the kernel or of the virtual machine.",
            seen: .log(
                "[    6.572893] BUG: kernel NULL pointer dereference, address: 0000000000000010",
                "https://github.com/coreos/fedora-coreos-tracker/issues/1308"
            )
        ),
        FailurePattern(
            "oom-killer",
            .hint,
            .memory,
            from: ofKernel,
            ["^{process:word} invoked oom-killer:"],
            unless: ["cgroup"],
            says: "the guest ran out of memory while {process} asked for more",
            next: "give the guest more memory: 'machine.memory' in the recipe",
            means: "There was no memory left for a program; the kernel then ends one.",
            why: "Too little memory for what the installer does.",
            seen: .log(
                "[  380.090748] dnf invoked oom-killer: gfp_mask=0x14201ca(GFP_HIGHUSER_MOVABLE|__GFP_COLD), nodemask=(null),  "
                    + "order=0, oom_score_adj=0",
                "https://github.com/coreos/bugs/issues/2237"
            )
        ),
        FailurePattern(
            "no-memory",
            .hint,
            .memory,
            ["[Errno 12] Cannot allocate memory", "OSError: [Errno 12]", "fork: Cannot allocate memory"],
            says: "a program of the installer got no memory",
            next: "give the guest more memory: 'machine.memory' in the recipe",
            means: "A program asked for memory and got none.",
            why: "Too little memory for what the installer does.",
            seen: .program(
                "OSError: [Errno 12] Cannot allocate memory",
                "https://docs.python.org/3/library/exceptions.html#OSError"
            )
        ),
        FailurePattern(
            "hung-task",
            .cause,
            .kernel,
            from: ofKernel,
            ["^INFO: task {task:word} blocked for more than {seconds:digits} seconds"],
            times: 2,
            repeating: "task",
            says: "the guest hangs: {task} has waited for more than {seconds} seconds",
            next: "see whether the host's disk is overloaded or full",
            means:
                "The kernel reports a program that has not run for two minutes while it waited for a disk, and looks again two minutes later. A slow disk, or a guest under TCG, makes one wait that long and go on, so one report is a warning; a second one of the same program ends the install.",
            why: "A host whose disk is far too slow, full or broken.",
            seen: .log(
                "[  240.] INFO: task kinteractiveup:64 blocked for more than 120 seconds.\n"
                    + "[  360.] INFO: task kinteractiveup:64 blocked for more than 120 seconds.",
                "https://github.com/MIPS/CI20_linux/issues/8"
            )
        ),
        FailurePattern(
            "soft-lockup",
            .clue,
            .kernel,
            from: ofKernel,
            ["BUG: soft lockup - CPU#{cpu:digits} stuck for {seconds:digits}s!"],
            says: "the guest's processor stood still for {seconds} seconds",
            next: "see whether the host is overloaded; without KVM give the guest one processor",
            means: "A processor of the guest did nothing else for a long time. On a slow host it passes.",
            why: "A host with more guests than it has processors for, or a guest without KVM.",
            seen: .log(
                "[   32.052024] NMI watchdog: BUG: soft lockup - CPU#0 stuck for 22s! [systemd:1]",
                "https://github.com/systemd/systemd/issues/6614"
            )
        ),
    ]
}
