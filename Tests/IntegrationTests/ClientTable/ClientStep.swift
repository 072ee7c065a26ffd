/// A command of `openstack image` that imagebake has too, word for word.
struct ClientStep: Sendable, CustomStringConvertible {
    /// What follows `image`; `NAME`, `IMAGE`, `FILE`, `OTHER`, `BLUE` and `UUID` stand for what is another each time.
    let command: String
    /// Who types it: a user of the lab.
    var user = "red-member"
    /// Whether it is to be refused.
    var isRefused = false
    /// Whether the openstack client ends with 0 although it was refused.
    var isSwallowed = false

    init(_ command: String, user: String = "red-member", isRefused: Bool = false, isSwallowed: Bool = false) {
        (self.command, self.user, self.isRefused, self.isSwallowed) = (command, user, isRefused, isSwallowed)
    }

    var description: String { command }
}

extension ClientStep {
    /// The ways to make an image, each with what the rest of its line is.
    static let creations = [
        ClientStep("create NAME --file FILE"),
        ClientStep("create NAME --file FILE --disk-format raw --container-format bare --private --protected"),
        ClientStep("create NAME --file FILE --shared --unprotected --container-format ova --tag a --tag b"),
        ClientStep(
            "create NAME --file FILE --community --min-disk 3 --min-ram 64 --property os_distro=debian --property x=y=z"
        ),
        ClientStep("create NAME --file QCOW2 --disk-format qcow2 --tag one --property hw_disk_bus=virtio"),
        ClientStep("create NAME --file FILE --id UUID"),
        ClientStep("create NAME --file FILE --import"),
        ClientStep("create NAME --file FILE --public", user: "admin"),
        ClientStep("create NAME --file FILE --project blue --project-domain Default", user: "admin"),
        ClientStep("create NAME --file FILE --public", isRefused: true),
        ClientStep("create NAME --file QCOW2 --disk-format vmdk", isRefused: true),
        ClientStep("create NAME --file FILE.missing", isRefused: true),
    ]

    /// What is done one after the other with an image that has its bytes.
    static let life = [
        ClientStep("set IMAGE --min-disk 5 --min-ram 128"),
        ClientStep("set IMAGE --property os_type=linux --property hw_disk_bus=scsi --property a/b=c"),
        ClientStep("set IMAGE --property os_type=windows --tag c --tag d"),
        ClientStep("unset IMAGE --property a/b --property hw_disk_bus --tag c"),
        ClientStep("unset IMAGE --property nothing", isRefused: true),
        ClientStep("set IMAGE --architecture aarch64 --os-distro debian --os-version 12"),
        ClientStep("set IMAGE --instance-id UUID --kernel-id UUID --ramdisk-id UUID"),
        ClientStep("set IMAGE --hidden"),
        ClientStep("set IMAGE --unhidden"),
        ClientStep("set IMAGE --protected"),
        ClientStep("delete IMAGE", isRefused: true),
        ClientStep("set IMAGE --unprotected"),
        ClientStep("set IMAGE --private"),
        ClientStep("set IMAGE --community"),
        ClientStep("set IMAGE --public", isRefused: true),
        ClientStep("set IMAGE --public", user: "admin"),
        ClientStep("set IMAGE --shared"),
        ClientStep("set IMAGE --disk-format qcow2", isRefused: true),
        ClientStep("add project IMAGE BLUE"),
        ClientStep("add project IMAGE BLUE", isRefused: true),
        ClientStep("set IMAGE --accept", user: "blue-member"),
        ClientStep("set IMAGE --reject", user: "blue-member"),
        ClientStep("set IMAGE --pending", user: "blue-member"),
        ClientStep("set IMAGE --name mine", user: "blue-member", isRefused: true),
        ClientStep("remove project IMAGE BLUE"),
        ClientStep("remove project IMAGE BLUE", isRefused: true, isSwallowed: true),
        ClientStep("set IMAGE --deactivate"),
        ClientStep("set IMAGE --activate"),
        ClientStep("set IMAGE --public", user: "admin"),
        ClientStep("set IMAGE --deactivate", user: "blue-member", isRefused: true, isSwallowed: true),
        ClientStep("set IMAGE --shared"),
        ClientStep("import IMAGE --method copy-image --store cheap", user: "admin"),
        ClientStep("delete IMAGE --store cheap", user: "admin"),
        ClientStep("delete IMAGE --store fast", user: "admin", isRefused: true),
        ClientStep("set IMAGE --name other-NAME"),
    ]
}
