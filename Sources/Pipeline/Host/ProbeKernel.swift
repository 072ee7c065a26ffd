import Foundation
import Guestfs
import Libvirt
import SystemPackage

/// The files of the guest that is started to see whether KVM works.
enum ProbeKernel {
    /// Copies this machine's kernel into a directory, beside an empty archive; nil where there is no kernel that may be read.
    ///
    /// A copy, since libvirt gives what a guest starts from to QEMU's user.
    static func prepare(in directory: FilePath) throws -> AcceleratorProbe.Kernel? {
        guard let kernel = HostKernel.find() else { return nil }
        let (copy, initrd) = (directory.appending("probe-vmlinuz"), directory.appending("probe-initrd"))
        try Files.write(Files.read(kernel), to: copy)
        // The last entry of a cpio archive (initramfs buffer format, "newc"): magic, thirteen numbers, the name.
        let numbers = [0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 11, 0].map { String(format: "%08X", $0) }.joined()
        var archive = Data("070701\(numbers)TRAILER!!!\0".utf8)
        archive.append(Data(count: 512 - archive.count))
        try Files.write(archive, to: initrd)
        return AcceleratorProbe.Kernel(kernel: copy, initrd: initrd)
    }
}
