# shellcheck shell=dash disable=SC2154
# The disk: choosing it, partitions, file systems, mounts.

target=/mnt/sysimage

# busybox' shell prefers its own applets to what PATH finds; these are the real ones.
mke2fs() { /usr/sbin/mke2fs "$@"; }
mkswap() { /usr/sbin/mkswap "$@"; }
sfdisk() { /usr/sbin/sfdisk "$@"; }
blkid() { /usr/sbin/blkid "$@"; }
mkfs_fat() { /usr/sbin/mkfs.fat "$@"; }
tar() { /usr/bin/tar "$@"; }

# firmware_found: uefi or bios, whichever started this machine.
firmware_found() {
    if [ -d /sys/firmware/efi ]; then echo uefi; else echo bios; fi
}

# storage_check: what can be said without looking at a disk. $firmware is bios or uefi.
storage_check() {
    storage_table_choose
    storage_root=
    storage_esp=
    storage_core=
    storage_total=0
    for storage_record in $(each_record part); do
        storage_total=$((storage_total + 1))
        case $(wanted "$storage_record/mountpoint") in
            /) storage_root=$storage_record ;;
            /boot/efi) storage_esp=$storage_record ;;
            biosboot) storage_core=$storage_record ;;
        esac
    done
    [ -n "$storage_root" ] || die "$ks_name has no root partition; add 'part / --fstype=ext4 --size=1024 --grow'"
    if [ "$storage_table" = msdos ]; then
        [ "$storage_total" -le 4 ] || die "$ks_name asks for $storage_total partitions; an MBR disk label has 4"
    else
        [ "$storage_total" -le 128 ] || die "$ks_name asks for $storage_total partitions; a GPT disk label has 128"
    fi
    storage_check_boot
}

# storage_table_choose: UEFI boots from a GPT, which a BIOS gets only where the kickstart says so.
storage_table_choose() {
    storage_table=$(wanted clearpart.disklabel)
    if [ "$firmware" = uefi ] && [ "$storage_table" = msdos ]; then
        die_at "$(wanted clearpart.line)" "clearpart: this machine has UEFI, which boots from a GPT, not from msdos"
    fi
    [ -n "$storage_table" ] || case $firmware in uefi) storage_table=gpt ;; *) storage_table=msdos ;; esac
}

# storage_check_boot: whether firmware and boot loader find what they need, and nothing is there in vain.
storage_check_boot() {
    if [ -n "$storage_esp" ] && [ "$firmware" != uefi ]; then
        die_at "$(wanted "$storage_esp/line")" "part: this machine has a BIOS, which has no use for /boot/efi"
    fi
    if [ -n "$storage_core" ] && [ "$firmware/$storage_table" != bios/gpt ]; then
        die_at "$(wanted "$storage_core/line")" "part: only a BIOS that boots from a GPT has a use for biosboot"
    fi
    [ "$(wanted bootloader.location mbr)" != none ] || return 0
    storage_at=$(wanted bootloader.line)
    [ -n "$storage_at" ] || storage_at=$(wanted "$storage_root/line")
    if [ "$firmware" = uefi ] && [ -z "$storage_esp" ]; then
        die_at "$storage_at" "UEFI boots from a partition for /boot/efi; add 'part /boot/efi --fstype=efi --size=200'"
    fi
    if [ "$firmware/$storage_table" = bios/gpt ] && [ -z "$storage_core" ]; then
        die_at "$storage_at" "a BIOS boots from a GPT through biosboot; add 'part biosboot --fstype=biosboot --size=1'"
    fi
    storage_at=
}

# storage_choose: the disk to install on: the one the kickstart names, or the first that is neither read-only nor the
# repository.
storage_choose() {
    storage_disk=$(wanted disk)
    [ -n "$storage_disk" ] || storage_disk=$(wanted bootloader.drive)
    if [ -n "$storage_disk" ]; then
        storage_disk=${storage_disk#/dev/}
        [ -b "/dev/$storage_disk" ] || die "${storage_at-}there is no disk '$storage_disk'"
    else
        for storage_path in /sys/block/vd* /sys/block/sd* /sys/block/nvme*; do
            [ -e "$storage_path/ro" ] || continue
            [ "$(cat "$storage_path/ro")" = 0 ] && [ "$(cat "$storage_path/removable")" = 0 ] || continue
            [ "/dev/${storage_path##*/}" != "${repository_device_found-}" ] || continue
            case "$(blkid -p -o value -s TYPE "/dev/${storage_path##*/}" 2>/dev/null)" in iso9660) continue ;; esac
            storage_disk=${storage_path##*/}
            break
        done
        [ -n "$storage_disk" ] || die "there is no disk to install on"
    fi
    [ "$(cat "/sys/block/$storage_disk/ro")" = 0 ] || die "the disk $storage_disk is read-only"
    storage_mib=$(($(cat "/sys/block/$storage_disk/size") / 2048))
    storage_has=$(blkid -p -o value -s PTTYPE -s TYPE "/dev/$storage_disk" 2>/dev/null | tr '\n' ' ')
    if [ -n "$storage_has" ] && [ "$(wanted clearpart none)" = none ]; then
        die "the disk $storage_disk is not empty (${storage_has% }) and the kickstart has no 'clearpart --all'"
    fi
}

# storage_layout: gives every partition its size in MiB and their order: fixed ones first, those that grow after them,
# a growing root last, so that a clone on a larger disk can grow it further.
storage_layout() {
    storage_fixed=
    storage_growing=
    storage_last=
    # The table, and what the first partition is aligned to; a GPT has a second copy at the end.
    storage_sum=1
    [ "$storage_table" != gpt ] || storage_sum=2
    for storage_record in $(each_record part); do
        storage_sum=$((storage_sum + $(wanted "$storage_record/size")))
        if [ -z "$(wanted "$storage_record/grow")" ]; then
            storage_fixed="$storage_fixed $storage_record"
        elif [ "$(wanted "$storage_record/mountpoint")" = / ]; then
            storage_last=$storage_record
        else
            storage_growing="$storage_growing $storage_record"
        fi
    done
    [ "$storage_sum" -le "$storage_mib" ] ||
        die "the partitions need $storage_sum MiB; the disk $storage_disk has $storage_mib MiB"
    storage_order="$storage_fixed $storage_growing $storage_last"
    storage_free=$((storage_mib - storage_sum))
    # shellcheck disable=SC2086
    set -- $storage_growing $storage_last
    storage_share=$#
    for storage_record in "$@"; do
        storage_more=$((storage_free / storage_share))
        storage_size=$(wanted "$storage_record/size")
        storage_max=$(wanted "$storage_record/maxsize")
        if [ -n "$storage_max" ] && [ $((storage_size + storage_more)) -gt "$storage_max" ]; then
            storage_more=$((storage_max > storage_size ? storage_max - storage_size : 0))
        fi
        want "$storage_record/size" $((storage_size + storage_more))
        storage_free=$((storage_free - storage_more))
        storage_share=$((storage_share - 1))
    done
}

storage_partition() {
    phase "partitioning $storage_disk ($storage_mib MiB)"
    {
        case $storage_table in msdos) echo 'label: dos' ;; *) echo "label: $storage_table" ;; esac
        storage_start=1
        storage_boot=$(storage_boot_record)
        for storage_record in $storage_order; do
            storage_size=$(wanted "$storage_record/size")
            storage_type=$(storage_partition_type "$(wanted "$storage_record/fstype")")
            storage_flag=
            [ "$storage_table/$storage_record" != "msdos/$storage_boot" ] || storage_flag=', bootable'
            echo "start=${storage_start}MiB, size=${storage_size}MiB, type=$storage_type$storage_flag"
            storage_start=$((storage_start + storage_size))
        done
    } >/run/imagebake/sfdisk.in
    sfdisk --quiet --wipe always --wipe-partitions always "/dev/$storage_disk" </run/imagebake/sfdisk.in \
        >>"$log_file" 2>&1 || die_log "the disk $storage_disk could not be partitioned"
}

# storage_partition_type FSTYPE: the partition's type, as sfdisk and the UEFI specification (5.3.3) call it.
storage_partition_type() {
    case $storage_table/$1 in
        msdos/swap) echo 82 ;;
        msdos/*) echo 83 ;;
        */efi) echo C12A7328-F81F-11D2-BA4B-00A0C93EC93B ;;
        */biosboot) echo 21686148-6449-6E6F-744E-656564454649 ;;
        */swap) echo 0657FD6D-A4AB-43C4-84E5-0933C84B4F4F ;;
        *) echo 0FC63DAF-8483-4772-8E79-3D69D8477DE4 ;;
    esac
}

# The partition that holds /boot gets the MBR's boot flag.
storage_boot_record() {
    storage_found=$storage_root
    for storage_record in $storage_order; do
        [ "$(wanted "$storage_record/mountpoint")" != /boot ] || storage_found=$storage_record
    done
    echo "$storage_found"
}

storage_format() {
    phase "making file systems"
    storage_number=0
    for storage_record in $storage_order; do
        storage_number=$((storage_number + 1))
        case $storage_disk in
            *[0-9]) storage_device=/dev/${storage_disk}p$storage_number ;;
            *) storage_device=/dev/$storage_disk$storage_number ;;
        esac
        storage_tries=0
        while [ ! -b "$storage_device" ]; do
            storage_tries=$((storage_tries + 1))
            [ "$storage_tries" -le 50 ] || die "the partition $storage_device did not appear"
            usleep 100000
        done
        storage_fstype=$(wanted "$storage_record/fstype")
        # GRUB writes itself there; it is no file system.
        [ "$storage_fstype" != biosboot ] || continue
        storage_uuid=$(cat /proc/sys/kernel/random/uuid)
        # FAT has a number of 32 bits, which Linux writes as 1A2B-3C4D.
        [ "$storage_fstype" != efi ] ||
            storage_uuid=$(printf '%s' "$storage_uuid" | sed -E 's/^(....)(....).*/\1-\2/' | tr a-f A-F)
        storage_label=$(wanted "$storage_record/label")
        want "$storage_record/device" "$storage_device"
        want "$storage_record/uuid" "$storage_uuid"
        # There is no udev here; without this link GRUB's menu would name the root by its device, vda1.
        mkdir -p /dev/disk/by-uuid
        ln -sf "$storage_device" "/dev/disk/by-uuid/$storage_uuid"
        if [ "$storage_fstype" = swap ]; then
            mkswap -U "$storage_uuid" ${storage_label:+-L "$storage_label"} "$storage_device" >>"$log_file" 2>&1 ||
                die_log "swap on $storage_device could not be made"
        elif [ "$storage_fstype" = efi ]; then
            # FAT32 whatever the size: the only kind that every firmware has to read on a fixed disk (UEFI 13.3).
            # shellcheck disable=SC2046
            mkfs_fat -F 32 -i "$(printf '%s' "$storage_uuid" | tr -d -)" ${storage_label:+-n "$storage_label"} \
                $(wanted "$storage_record/mkfsoptions") "$storage_device" >>"$log_file" 2>&1 ||
                die_log "the EFI system partition on $storage_device could not be made"
        else
            # --mkfsoptions is a list of words by its nature.
            # shellcheck disable=SC2046
            mke2fs -q -F -t "$storage_fstype" -U "$storage_uuid" ${storage_label:+-L "$storage_label"} \
                $(wanted "$storage_record/mkfsoptions") "$storage_device" >>"$log_file" 2>&1 ||
                die_log "the $storage_fstype file system on $storage_device could not be made"
        fi
    done
}

# storage_by_depth: the records with a mount point, parents before children.
storage_by_depth() {
    for storage_record in $storage_order; do
        storage_point=$(wanted "$storage_record/mountpoint")
        case $storage_point in /*) printf '%s %s\n' "$storage_point" "$storage_record" ;; esac
    done | sort | sed 's/.* //'
}

storage_mount() {
    mkdir -p "$target"
    for storage_record in $(storage_by_depth); do
        storage_point=$(wanted "$storage_record/mountpoint")
        mkdir -p "$target${storage_point%/}"
        # A failed install is thrown away whole, so nothing has to be safe before the end.
        storage_type=$(wanted "$storage_record/fstype")
        storage_options=noatime,nobarrier
        if [ "$storage_type" = efi ]; then
            storage_type=vfat
            storage_options=noatime,umask=0077
            # The kernel finds no modprobe to call, so its two character sets are loaded by hand.
            modprobe -a -q vfat nls_cp437 nls_ascii
        fi
        mount -t "$storage_type" -o "$storage_options" \
            "$(wanted "$storage_record/device")" "$target${storage_point%/}" 2>>"$log_file" ||
            mount -o noatime "$(wanted "$storage_record/device")" "$target${storage_point%/}" ||
            die "$storage_point could not be mounted"
    done
    # Newer kickstarts call the same place /mnt/sysroot.
    ln -sfn sysimage /mnt/sysroot
}

storage_fstab() {
    {
        echo '# Written by imagebake-installer: device, mount point, type, options, dump, pass'
        for storage_record in $(storage_by_depth); do
            storage_point=$(wanted "$storage_record/mountpoint")
            storage_options=$(wanted "$storage_record/fsoptions")
            storage_pass=2
            if [ "$storage_point" = / ]; then
                storage_pass=1
                : "${storage_options:=errors=remount-ro}"
            fi
            storage_type=$(wanted "$storage_record/fstype")
            if [ "$storage_type" = efi ]; then
                # As Debian's own installer has it (partman-efi): nobody but root reads what the machine boots from.
                storage_type=vfat
                storage_pass=1
                : "${storage_options:=umask=0077}"
            fi
            printf 'UUID=%s %s %s %s 0 %s\n' "$(wanted "$storage_record/uuid")" "$storage_point" \
                "$storage_type" "${storage_options:-defaults}" "$storage_pass"
        done
        for storage_record in $storage_order; do
            [ "$(wanted "$storage_record/fstype")" = swap ] || continue
            printf 'UUID=%s none swap sw 0 0\n' "$(wanted "$storage_record/uuid")"
        done
    } >"$target/etc/fstab"
}

# chroot_open, in_target COMMAND...: the new system as a place where its own programs run.
chroot_open() {
    for chroot_directory in dev proc sys run; do
        mkdir -p "$target/$chroot_directory"
    done
    run mount -t proc proc "$target/proc"
    run mount -t sysfs sysfs "$target/sys"
    run mount -o bind /dev "$target/dev"
    run mount -o bind /dev/pts "$target/dev/pts"
    run mount -t tmpfs -o mode=0755 tmpfs "$target/run"
    # For scripts that want to know, such as whether Secure Boot is on; the installer itself writes no variables.
    [ "$firmware" != uefi ] || ! modprobe -q efivarfs ||
        mount -t efivarfs efivarfs "$target/sys/firmware/efi/efivars" 2>>"$log_file" || true
}

# By env's full path and through the system's own PATH: busybox' chroot would run its own applet for any name it knows.
in_target() {
    chroot "$target" /usr/bin/env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
        TERM=dumb LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"
}

# storage_trim: tells the disk which blocks hold nothing any more, so that they take no room in the image.
storage_trim() {
    for storage_record in $(storage_by_depth); do
        storage_point=$(wanted "$storage_record/mountpoint")
        fstrim "$target${storage_point%/}" >>"$log_file" 2>&1
    done
}

# storage_unmount: everything under the target, deepest first.
storage_unmount() {
    awk -v top="$target" '$2 == top || index($2, top "/") == 1 { print $2 }' /proc/mounts | sort -r |
        while IFS= read -r storage_point; do
            umount "$storage_point" || umount -l "$storage_point"
        done
    sync
}
