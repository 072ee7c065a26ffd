# shellcheck shell=dash disable=SC2154
# GRUB for BIOS machines, in the MBR, talking to the screen and to the serial port.

bootloader_install() {
    bootloader_defaults
    if [ "$(wanted bootloader.location mbr)" = none ]; then
        say "no boot loader, as line $(wanted bootloader.line) asks"
        return
    fi
    phase "installing the boot loader on $storage_disk"
    # Where the partition can be found by its UUID, GRUB needs no device map.
    in_target grub-install --target=i386-pc --no-floppy "/dev/$storage_disk" >>"$log_file" 2>&1 ||
        die_log "grub-install failed"
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
        echo 'GRUB_TERMINAL="console serial"'
        echo 'GRUB_SERIAL_COMMAND="serial --unit=0 --speed=115200"'
        echo 'GRUB_DISABLE_OS_PROBER=true'
    } >"$target/etc/default/grub"
}
