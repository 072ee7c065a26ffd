# shellcheck shell=dash disable=SC2154
# GRUB, for the firmware that started the installer: for a BIOS in the MBR (or in biosboot, on a GPT), for UEFI on the EFI
# system partition.

# Debian's packages of GRUB for the two firmwares exclude each other. The payload has the one for BIOS; those for UEFI lie in
# this directory of it, so that one payload serves both firmwares without a network, and a machine has what it boots with only.
bootloader_packages=/var/lib/imagebake-installer/uefi

# bootloader_package: leaves the packages for this firmware, so that "apt upgrade" renews the boot loader that is in use.
bootloader_package() {
    if [ "$firmware" = uefi ] && [ ! -e "$target/var/lib/dpkg/info/grub-efi-amd64.list" ]; then
        [ -d "$target$bootloader_packages" ] || die "the payload has no GRUB for UEFI"
        phase "installing GRUB for UEFI"
        # What grub-install is told below, said to the packages: an upgrade has to do the same again.
        printf 'grub-efi-amd64 grub2/%s boolean %s\n' force_efi_extra_removable true update_nvram false |
            in_target debconf-set-selections || die "debconf's answers for GRUB could not be set"
        # shellcheck disable=SC2016 # for the new system's shell
        in_target sh -ec 'dpkg --force-unsafe-io --purge grub-pc grub-pc-bin
            dpkg --force-unsafe-io --install "$1"/*.deb
            for package in "$1"/*.deb; do dpkg-deb --field "$package" Package; done |
                grep -vxE "grub-efi-amd64|grub-efi-amd64-signed|shim-signed|efibootmgr|dosfstools" | xargs apt-mark auto' \
            sh "$bootloader_packages" >>"$log_file" 2>&1 || die_log "GRUB for UEFI could not be installed"
    fi
    rm -rf "${target:?}${bootloader_packages%/*}"
}

bootloader_install() {
    bootloader_defaults
    if [ "$(wanted bootloader.location mbr)" = none ]; then
        say "no boot loader, as line $(wanted bootloader.line) asks"
        return
    fi
    phase "installing the boot loader on $storage_disk"
    # Where the partition can be found by its UUID, GRUB needs no device map.
    if [ "$firmware" = uefi ]; then
        # A golden image travels without the variables (NVRAM) of the machine that it was installed on, so an entry there is no
        # use to any clone: each starts what lies at the removable path, EFI/BOOT/BOOTX64.EFI. The signed shim and GRUB go
        # there as well as to EFI/debian, where signed GRUB looks for its grub.cfg wherever it lies itself.
        set -- --target=x86_64-efi --efi-directory=/boot/efi --bootloader-id=debian --force-extra-removable --no-nvram
    else
        set -- --target=i386-pc --no-floppy "/dev/$storage_disk"
    fi
    in_target grub-install "$@" >>"$log_file" 2>&1 || die_log "grub-install failed"
    phase "writing the boot menu"
    in_target grub-mkconfig -o /boot/grub/grub.cfg >>"$log_file" 2>&1 ||
        die_log "grub-mkconfig failed"
    grep -q '^[[:space:]]*linux' "$target/boot/grub/grub.cfg" || die "the payload has no kernel: the boot menu is empty"
}

# bootloader_arguments: the new system's kernel command line.
bootloader_arguments() {
    bootloader_append=$(wanted bootloader.append)
    # A card that the kickstart calls ethN keeps that name only without udev's own naming.
    for bootloader_record in $(each_record network); do
        case "$(wanted "$bootloader_record/device") $bootloader_append" in
            *net.ifnames=*) ;;
            eth[0-9]*) bootloader_append="net.ifnames=0${bootloader_append:+ $bootloader_append}" ;;
        esac
    done
    case " $bootloader_append " in
        *" console="*) ;;
        *) bootloader_append="console=tty0 console=ttyS0,115200n8${bootloader_append:+ $bootloader_append}" ;;
    esac
    printf '%s' "$bootloader_append"
}

bootloader_defaults() {
    # /etc/default/grub is read by a shell.
    bootloader_line=$(bootloader_arguments | sed 's/[\\"$`]/\\&/g')
    {
        echo '# Written by imagebake-installer; "update-grub" makes /boot/grub/grub.cfg from it.'
        echo 'GRUB_DEFAULT=0'
        echo "GRUB_TIMEOUT=$(wanted bootloader.timeout 5)"
        # shellcheck disable=SC2016
        echo 'GRUB_DISTRIBUTOR=`lsb_release -i -s 2> /dev/null || echo Debian`'
        echo 'GRUB_CMDLINE_LINUX_DEFAULT=""'
        echo "GRUB_CMDLINE_LINUX=\"$bootloader_line\""
        if [ "$firmware" = uefi ]; then
            # UEFI has its own console on the serial port too; GRUB's driver beside it would write every line twice.
            echo 'GRUB_TERMINAL=console'
        else
            echo 'GRUB_TERMINAL="console serial"'
            echo 'GRUB_SERIAL_COMMAND="serial --unit=0 --speed=115200"'
        fi
        echo 'GRUB_DISABLE_OS_PROBER=true'
    } >"$target/etc/default/grub"
}
