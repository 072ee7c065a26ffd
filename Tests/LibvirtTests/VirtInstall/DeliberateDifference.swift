/// A difference from virt-install that is meant.
struct DeliberateDifference {
    let difference: Difference
    let reason: String

    private init(_ path: String, ours: String, theirs: String, _ reason: String) {
        difference = Difference(path: path, ours: ours, theirs: theirs)
        self.reason = reason
    }

    static let all: [DeliberateDifference] = [
        .init(
            "clock/timer[hpet]",
            ours: "absent",
            theirs: "there",
            "virt-install tunes the clocks of guests that live for years. An installer lives for minutes, and "
                + "what libvirt takes by itself is what clouds run."
        ),
        .init(
            "clock/timer[pit]",
            ours: "absent",
            theirs: "there",
            "As `hpet`."
        ),
        .init(
            "clock/timer[rtc]",
            ours: "absent",
            theirs: "there",
            "As `hpet`."
        ),
        .init(
            "cpu/@match",
            ours: "absent",
            theirs: "exact",
            "Part of the model that virt-install leaves to QEMU; see `cpu/@mode`."
        ),
        .init(
            "cpu/@mode",
            ours: "maximum",
            theirs: "custom",
            "Under TCG virt-install leaves QEMU's default model, `qemu64` or `cortex-a15`. EL9 needs x86-64-v2 "
                + "and EL10 x86-64-v3, which only `maximum` gives."
        ),
        .init(
            "cpu/model",
            ours: "absent",
            theirs: "there",
            "Part of the model that virt-install leaves to QEMU; see `cpu/@mode`."
        ),
        .init(
            "currentMemory/text()",
            ours: "2097152",
            theirs: "3145728",
            "As `memory/text()`."
        ),
        .init(
            "memory/text()",
            ours: "2097152",
            theirs: "3145728",
            "virt-install raises the memory to libosinfo's minimum for a network install (3 GiB for EL8 and EL9). "
                + "A recipe's number is what its author wrote, and is not changed behind his back."
        ),
        .init(
            "devices/channel[org.qemu.guest_agent.0]",
            ours: "absent",
            theirs: "there",
            "The guest agent's port is of use to a guest that stays. Nobody talks to an installer."
        ),
        .init(
            "devices/channel[org.imagebake.outcome.0]",
            ours: "there",
            theirs: "absent",
            "The kickstart's last script says here that it ran; virt-install takes any guest that is shut off for an installed one."
        ),
        .init(
            "devices/channel[org.fedoraproject.anaconda.log.0]",
            ours: "there",
            theirs: "absent",
            "Anaconda copies its log to this port wherever it is there, so that the cause of a failure is known."
        ),
        .init(
            "devices/controller[usb]/@model",
            ours: "none",
            theirs: "qemu-xhci",
            "Nothing hangs on USB unless there is a screen; a controller less is a driver less to load."
        ),
        .init(
            "devices/controller[usb]/@ports",
            ours: "absent",
            theirs: "15",
            "One tablet needs no fifteen ports."
        ),
        .init(
            "devices/disk[sda]/driver/@cache",
            ours: "unsafe",
            theirs: "absent",
            "As with `vda`."
        ),
        .init(
            "devices/disk[sda]/driver/@discard",
            ours: "unmap",
            theirs: "absent",
            "As with `vda`."
        ),
        .init(
            "devices/disk[vda]/driver/@cache",
            ours: "unsafe",
            theirs: "absent",
            "A failed install is thrown away, so nothing is gained by flushing."
        ),
        .init(
            "devices/disk[vda]/driver/@discard",
            ours: "unmap",
            theirs: "absent",
            "What the installer trims is given back to the file."
        ),
        .init(
            "devices/memballoon/@model",
            ours: "none",
            theirs: "virtio",
            "Nobody takes memory back from an installer."
        ),
        .init(
            "devices/tpm",
            ours: "absent",
            theirs: "there",
            "virt-install adds a TPM wherever there is UEFI. No clone has this one, so it is there on request only."
        ),
        .init(
            "devices/video/model/@type",
            ours: "vga",
            theirs: "virtio",
            "VGA is shown from the firmware's first line on and by EL7's kernel too; virt-install asks libosinfo "
                + "what this very system can do."
        ),
        .init(
            "devices/video/model/@vram",
            ours: "16384",
            theirs: "absent",
            "The memory of a VGA card."
        ),
        .init(
            "features/smm",
            ours: "there",
            theirs: "absent",
            "Secure Boot on a PC is only as good as the guard of its variables. libvirt would add it when the "
                + "guest starts; said, it is in the document."
        ),
        .init(
            "os/firmware",
            ours: "there",
            theirs: "absent",
            "Left open, libvirt takes the first firmware that it finds, on Debian the one with Secure Boot on. "
                + "Plain UEFI is said to be plain."
        ),
        .init(
            "os/nvram",
            ours: "there",
            theirs: "absent",
            "The file that libvirt makes for itself stays when a transient guest goes; ours lies beside the disk "
                + "and goes with it."
        ),
        .init(
            "os/cmdline/inst.cmdline",
            ours: "there",
            theirs: "absent",
            "Anaconda must fail where something is missing, not ask and wait for ever."
        ),
        .init(
            "os/cmdline/ip",
            ours: "dhcp",
            theirs: "absent",
            "dracut brings the network up by DHCP before it fetches the second stage; virt-install leaves it to inst.repo to ask for that."
        ),
        .init(
            "os/cmdline/inst.text",
            ours: "there",
            theirs: "absent",
            "There is no screen."
        ),
        .init(
            "os/cmdline/inst.nosave",
            ours: "all_ks",
            theirs: "absent",
            "The kickstart, with root's hash in it, is not to be copied into the image."
        ),
        .init(
            "os/cmdline/rd.shell",
            ours: "0",
            theirs: "absent",
            "An initramfs that finds no installer must fail, not open a shell."
        ),
        .init(
            "os/cmdline/panic",
            ours: "1",
            theirs: "absent",
            "A panic becomes a reset, which ends the guest."
        ),
        .init(
            "os/cmdline/inst.repo",
            ours: "LOCATION",
            theirs: "absent",
            "virt-install passes no location to a Debian installer; the kickstart installer of imagebake reads "
                + "`inst.repo` for every system."
        ),
        .init(
            "os/cmdline/order()",
            ours: "inst.ks inst.repo console",
            theirs: "inst.ks console inst.repo",
            "virt-install puts the location behind the user's arguments, imagebake in front, so that the recipe's "
                + "prevail."
        ),
        .init(
            "os/cmdline/order()",
            ours: "inst.ks inst.repo console",
            theirs: "inst.ks console",
            "As above, where virt-install passes no location."
        ),
        .init(
            "pm",
            ours: "absent",
            theirs: "there",
            "virt-install forbids the guest to suspend itself, which no installer does."
        ),
    ]

    /// The list as docs/virt-install.md.
    ///
    /// - Parameter found: Where each difference occurs.
    static func document(_ found: [Difference: [Comparison]]) -> String {
        let everywhere = Comparison.allCases.count
        let rows = all.sorted { $0.difference < $1.difference }.map { deliberate in
            let difference = deliberate.difference
            let comparisons = found[difference] ?? []
            let places =
                comparisons.count == everywhere ? "everywhere" : comparisons.map(\.rawValue).joined(separator: "; ")
            return
                "| `\(difference.path)` | \(difference.ours) | \(difference.theirs) | \(deliberate.reason) | \(places) |"
        }
        return """
            # How imagebake's guest differs from virt-install's

            `make golden` writes this file; `make test` holds it against virt-install 4.1 (Tests/LibvirtTests/VirtInstall). It is asked for the
            installing guest (`--print-xml 1 --location URL --initrd-inject ks.cfg --extra-args 'inst.ks=file:/ks.cfg console=...'`) of the same
            machine and the same tree, with the capabilities of the QEMU that is here. libvirt completes both documents, so that two ways to say
            one thing are one. A difference that is not in the list fails the test, and so does one that occurs no longer. The guests are
            TCG's; what virt-install chooses under KVM is not compared.

            Compared: \(Comparison.allCases.map(\.rawValue).joined(separator: "; ")).

            | where | imagebake | virt-install | why | in |
            |---|---|---|---|---|
            \(rows.joined(separator: "\n"))

            """
    }
}
