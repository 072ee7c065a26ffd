extension Sysprep {
    /// The table of operations, in the order in which they run.
    ///
    /// Each of virt-sysprep's operations is here under its name, with its default or a reason for another.
    public static let operations: [SysprepOperation] = [
        .abrtData, .backupFiles, .bashHistory, .blkidTab, .bootEnvironment, .caCertificates, .cloudConfig,
        .cloudInitState, .crashData, .cronSpool, .customize, .dhcpClientState, .dhcpServerState, .dovecotData,
        .firewallRules, .flagReconfiguration, .fsUUIDs, .hostname, .installStamp, .installerFiles, .ipaClient,
        .kerberosData, .kerberosHostkeytab, .kernelArguments, .logfiles, .lvmSystemDevices, .lvmUUIDs, .machineID,
        .mailSpool, .netHostname, .netHwaddr, .netNmconn, .netplan, .networkManagerState, .networkd, .pacctLog,
        .packageManagerCache, .packageManagerHistory, .pamData, .passwdBackups, .puppetDataLog, .randomSeed,
        .resolvConf,
        .rhSubscriptionManager, .rhnSystemid, .rootPassword, .rpmDB, .runFiles, .sambaDBLog, .script, .shellHistory,
        .smoltUUID, .sshAuthorizedKeys, .sshHostkeys, .sshUserdir, .sssdDBLog, .storageIdentity, .suseRegistration,
        .systemdState, .tmpFiles, .ubuntuPro, .udevPersistentNet, .userAccount, .utmp, .yumUUID, .zshHistory,
    ].sorted { ($0.order, $0.name) < ($1.order, $1.name) }
}
