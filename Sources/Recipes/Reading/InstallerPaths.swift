/// The paths at which a recipe can put no file into the installer's environment.
///
/// dracut copies what lies below /updates in Anaconda's initrd over the root of the installer's system before it starts it, and what is
/// for /run into the real one (apply-live-updates.sh of its module dmsquash-live, a pre-pivot hook that the module anaconda pulls in
/// through livenet; so in EL7's dracut 033 and in every later one). What is mounted over a directory later hides what was put there.
enum InstallerPaths {
    /// Files that are the kickstart, the first program, or what all others need.
    private static let files: Set<String> = [
        "/ks.cfg", "/init", "/.buildstamp", "/usr/bin/sh", "/usr/bin/bash", "/usr/bin/busybox", "/usr/bin/python3",
        "/usr/bin/systemctl", "/usr/sbin/init", "/usr/sbin/anaconda", "/etc/passwd", "/etc/shadow", "/etc/group",
        "/etc/gshadow", "/etc/fstab", "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.preload",
    ]

    /// Directories that other things are mounted over, that are links, or whose files belong to the installer.
    private static let trees: Set<String> = [
        "/proc", "/sys", "/dev", "/tmp", "/mnt", "/boot", "/bin", "/sbin", "/lib", "/lib32", "/lib64",
        "/usr/lib/systemd",
        "/usr/lib/modules", "/usr/lib64", "/etc/systemd", "/etc/udev", "/run/install", "/run/initramfs",
        "/run/anaconda",
        "/run/systemd", "/run/udev",
    ]

    /// Directories of every system, which cannot be a file.
    private static let directories: Set<String> = [
        "/", "/etc", "/usr", "/var", "/run", "/root", "/home", "/opt", "/srv", "/media", "/updates", "/usr/bin",
        "/usr/sbin", "/usr/lib", "/usr/libexec", "/usr/share", "/usr/local", "/var/lib", "/var/log", "/var/run",
        "/var/tmp", "/usr/share/anaconda", "/usr/libexec/anaconda",
    ]

    /// Whether a file can be put at a path without breaking the installer.
    static func isFree(_ path: String) -> Bool {
        guard !files.contains(path), !directories.contains(path) else { return false }
        return !trees.contains { path == $0 || path.hasPrefix($0 + "/") }
    }
}
