public import SystemPackage

/// The kernel of this machine that guests of our own are started with.
public enum HostKernel {
    /// Its image, the one that the appliance boots; nil where there is none that this user may read.
    public static func find() -> FilePath? { try? ApplianceKernel.find().image }
}
