import DiskImages
import Guestfs
import SystemPackage

/// Runs the installer, reads the stamp off the disk without changing it, and keeps the disk: for a bake that stops there.
///
/// A bake that goes on reads the stamp when sysprep opens the disk, which saves a start of the appliance.
struct ProvenInstallStage: Stage {
    static let name = StageName.install

    let fingerprint: Fingerprint

    func run(_ located: LocatedTree, _ bake: BakeContext, _ channel: StageChannel) async throws -> InstalledDisk {
        let installed = try await InstallStage(fingerprint: fingerprint).run(located, bake, channel)
        channel.activity("reading the installer's stamp off the disk")
        let options = bake.guestfsOptions(await bake.localAccelerator(channel))
        do {
            try await Sysprep.prove(
                SysprepRequest.Stamp(expected: installed.stamp),
                on: installed.disk,
                format: .qcow2,
                options: options
            )
        } catch let error as GuestfsError where InstallProof.isRefuted(by: error) {
            throw InstallProof.failure(error, bake)
        }
        let entry = try await installed.keep(in: bake)
        return InstalledDisk(entry, InstallRecord(stamp: installed.stamp, seconds: installed.seconds), fingerprint)
    }
}
