# shellcheck shell=dash disable=SC2154
# The disk: choosing it, partitions, file systems, mounts.

target=/mnt/sysimage

# busybox' shell prefers its own applets to what PATH finds; these are the real ones.
mke2fs() { /usr/sbin/mke2fs "$@"; }
mkswap() { /usr/sbin/mkswap "$@"; }
sfdisk() { /usr/sbin/sfdisk "$@"; }
blkid() { /usr/sbin/blkid "$@"; }
tar() { /usr/bin/tar "$@"; }

# storage_check: what can be said without looking at a disk.
storage_check() {
    storage_root=
    storage_total=0
    for storage_record in $(each_record part); do
        storage_total=$((storage_total + 1))
        [ "$(wanted "$storage_record/mountpoint")" != / ] || storage_root=$storage_record
    done
    [ -n "$storage_root" ] || die "$ks_name has no root partition; add 'part / --fstype=ext4 --size=1024 --grow'"
    [ "$storage_total" -le 4 ] || die "$ks_name asks for $storage_total partitions; an MBR disk label has 4"
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
    storage_sum=1
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
        echo 'label: dos'
        storage_start=1
        storage_boot=$(storage_boot_record)
        for storage_record in $storage_order; do
            storage_size=$(wanted "$storage_record/size")
            storage_type=83
            [ "$(wanted "$storage_record/fstype")" != swap ] || storage_type=82
            storage_flag=
            [ "$storage_record" != "$storage_boot" ] || storage_flag=', bootable'
            echo "start=${storage_start}MiB, size=${storage_size}MiB, type=$storage_type$storage_flag"
            storage_start=$((storage_start + storage_size))
        done
    } >/run/imagebake/sfdisk.in
    sfdisk --quiet --wipe always --wipe-partitions always "/dev/$storage_disk" </run/imagebake/sfdisk.in \
        >>"$log_file" 2>&1 || die_log "the disk $storage_disk could not be partitioned"
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
        storage_uuid=$(cat /proc/sys/kernel/random/uuid)
        storage_label=$(wanted "$storage_record/label")
        storage_fstype=$(wanted "$storage_record/fstype")
        want "$storage_record/device" "$storage_device"
        want "$storage_record/uuid" "$storage_uuid"
        # There is no udev here; without this link GRUB's menu would name the root by its device, vda1.
        mkdir -p /dev/disk/by-uuid
        ln -sf "$storage_device" "/dev/disk/by-uuid/$storage_uuid"
        if [ "$storage_fstype" = swap ]; then
            mkswap -U "$storage_uuid" ${storage_label:+-L "$storage_label"} "$storage_device" >>"$log_file" 2>&1 ||
                die_log "swap on $storage_device could not be made"
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
        [ "$storage_point" = swap ] || printf '%s %s\n' "$storage_point" "$storage_record"
    done | sort | sed 's/.* //'
}

storage_mount() {
    mkdir -p "$target"
    for storage_record in $(storage_by_depth); do
        storage_point=$(wanted "$storage_record/mountpoint")
        mkdir -p "$target${storage_point%/}"
        # A failed install is thrown away whole, so nothing has to be safe before the end.
        mount -t "$(wanted "$storage_record/fstype")" -o noatime,nobarrier \
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
            printf 'UUID=%s %s %s %s 0 %s\n' "$(wanted "$storage_record/uuid")" "$storage_point" \
                "$(wanted "$storage_record/fstype")" "${storage_options:-defaults}" "$storage_pass"
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
