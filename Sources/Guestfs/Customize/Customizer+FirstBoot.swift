/// The step that leaves a script for the first boot.
extension Customizer {
    private static let directory = "/usr/lib/imagebake/firstboot"
    private static let unit = "/etc/systemd/system/imagebake-firstboot.service"
    private static let wants = "/etc/systemd/system/multi-user.target.wants/imagebake-firstboot.service"
    private static let initScript = "/etc/rc.d/init.d/imagebake-firstboot"

    func addFirstBoot(_ name: String, _ contents: [UInt8], _ interpreter: String?) throws {
        let hasSystemd = try session.status("/etc/systemd/system")?.kind == .directory
        let hasInit = try session.status("/etc/rc.d/init.d")?.kind == .directory
        guard hasSystemd || hasInit else {
            throw Refusal("the guest has neither systemd nor /etc/rc.d/init.d, so nothing would run the script")
        }
        let top = GuestPath(Self.directory)
        let present = try session.status(top) == nil ? [] : session.names(in: top)
        let number = present.count { $0.first.map { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? false }
        let digits = String(number + 1)
        let file = "\(Self.directory)/\(String(repeating: "0", count: max(0, 4 - digits.count)))\(digits)-\(name)"
        let hasProgram = contents.starts(with: "#!".utf8)
        let first = interpreter.map { "#!\($0)\n" } ?? (hasProgram ? "" : "#!/bin/sh\n")
        // They may hold secrets, and nobody but root runs them.
        try write(Array(first.utf8) + contents, to: file, Customization.Access(mode: 0o700))
        try write(Array(Self.runner.utf8), to: "\(Self.directory)/run", Customization.Access(mode: 0o755))
        if hasSystemd {
            try write(Array(Self.unitText.utf8), to: Self.unit, Customization.Access(mode: 0o644))
            try link(Self.wants, to: Array("../imagebake-firstboot.service".utf8))
        } else {
            try write(Array(Self.initText.utf8), to: Self.initScript, Customization.Access(mode: 0o755))
            for level in [2, 3, 4, 5] {
                let link = "/etc/rc.d/rc\(level).d/S99imagebake-firstboot"
                try self.link(link, to: Array("../init.d/imagebake-firstboot".utf8))
            }
        }
    }

    /// Runs each script once, in order, and then removes itself.
    ///
    /// A script is moved aside before it runs, so that one which reboots the machine is not run again and the next one is.
    static let runner = """
        #!/bin/sh
        # Written by imagebake: runs what an image leaves for its first boot.
        directory=\(directory)
        umask 077
        exec >>/var/log/imagebake-firstboot.log 2>&1 </dev/null
        status=0
        for script in "$directory"/[0-9]*; do
            [ -f "$script" ] || continue
            name=${script##*/}
            mkdir -p "$directory/done"
            mv "$script" "$directory/done/$name"
            echo "=== $name"
            "$directory/done/$name"
            ended=$?
            rm -f "$directory/done/$name"
            echo "=== $name ended with status $ended"
            [ "$ended" -eq 0 ] || status=1
        done
        rm -rf "$directory"
        rmdir /usr/lib/imagebake 2>/dev/null
        rm -f \(unit) \(wants)
        rm -f \(initScript) /etc/rc.d/rc[2-5].d/S99imagebake-firstboot
        exit $status

        """

    static let unitText = """
        # Written by imagebake; removed by what it starts.
        [Unit]
        Description=Scripts of the image for its first boot
        Wants=network-online.target
        After=network-online.target
        ConditionPathExists=\(directory)/run

        [Service]
        Type=oneshot
        RemainAfterExit=yes
        ExecStart=/bin/sh \(directory)/run
        TimeoutStartSec=infinity

        [Install]
        WantedBy=multi-user.target

        """

    static let initText = """
        #!/bin/sh
        # Written by imagebake; removed by what it starts.
        # chkconfig: 2345 99 01
        # description: Scripts of the image for its first boot
        if [ "$1" = start ]; then exec /bin/sh \(directory)/run; fi

        """
}
