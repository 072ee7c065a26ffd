extension Sysprep {
    /// The table of operations, in the order in which they run.
    ///
    /// Of virt-sysprep's operations these are left out: `customize`, `script` (the recipe's %post), `ca-certificates`,
    /// `fs-uuids`, `lvm-uuids`, `flag-reconfiguration`, `firewall-rules`, `kerberos-data`, `user-account` (what a recipe
    /// installs on purpose, or what can make a guest unbootable).
    public static let operations: [SysprepOperation] = [
        .abrtData, .backupFiles, .bashHistory, .blkidTab, .cloudConfig, .cloudInitState, .crashData, .cronSpool,
        .dhcpClientState, .dhcpServerState, .dovecotData, .installStamp, .installerFiles, .ipaClient,
        .kerberosHostkeytab, .logfiles, .lvmSystemDevices, .machineID, .mailSpool, .netHostname, .netHwaddr, .netNmconn,
        .networkManagerState, .pacctLog, .packageManagerCache, .pamData, .passwdBackups, .puppetDataLog, .randomSeed,
        .resolvConf, .rhSubscriptionManager, .rhnSystemid, .rootPassword, .rpmDB, .runFiles, .sambaDBLog, .shellHistory,
        .smoltUUID, .sshAuthorizedKeys, .sshHostkeys, .sshUserdir, .sssdDBLog, .storageIdentity, .systemdState,
        .tmpFiles,
        .udevPersistentNet, .utmp, .yumUUID, .zshHistory,
    ].sorted { ($0.order, $0.name) < ($1.order, $1.name) }
}
