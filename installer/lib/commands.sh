# shellcheck shell=dash disable=SC2154,SC2034
# The kickstart commands, one function each, in the words of pykickstart's documentation. They only note (want) what
# is asked for; storage.sh, system.sh and their kin do it later. SC2154: the opt_ variables come from ks_options.

# How the installer talks: it only knows the one way.
ks_do_text() { ks_options 'non-interactive' "$@"; ks_takes_none; }
ks_do_cmdline() { ks_options '' "$@"; ks_takes_none; }
ks_do_skipx() { ks_options '' "$@"; ks_takes_none; }
ks_do_eula() { ks_options 'agreed' "$@"; ks_takes_none; }

ks_do_firstboot() {
    ks_options 'disable disabled' "$@"
    ks_takes_none
    [ -n "$given_disable$given_disabled" ] || ks_unsupported "only '--disable' is supported"
}

ks_do_lang() {
    ks_options 'addsupport=' "$@"
    ks_takes_one "a locale"
    ks_plain locale "$ks_word"
    want lang "$ks_word"
    want lang.line "$ks_line"
    [ -z "$given_addsupport" ] || { ks_plain locale "$opt_addsupport"; want lang.more "$opt_addsupport"; }
}

ks_do_keyboard() {
    ks_options 'vckeymap= xlayouts=' "$@"
    if [ "$ks_count" -gt 0 ] || [ -z "$given_vckeymap$given_xlayouts" ]; then
        ks_takes_one "a layout"
        : "${opt_vckeymap:=$ks_word}"
    fi
    # --xlayouts='us','de' (pykickstart's own way of writing it): the first one counts, "de (nodeadkeys)" has a variant.
    opt_xlayouts=${opt_xlayouts%%,*}
    keyboard_layout=${opt_xlayouts%% *}
    keyboard_variant=
    case $opt_xlayouts in
        *" ("*")") keyboard_variant=${opt_xlayouts#*"("} keyboard_variant=${keyboard_variant%")"} ;;
    esac
    : "${opt_vckeymap:=$keyboard_layout}"
    ks_plain layout "$opt_vckeymap"
    [ -z "$keyboard_layout" ] || ks_plain layout "$keyboard_layout"
    [ -z "$keyboard_variant" ] || ks_plain variant "$keyboard_variant"
    want keyboard.line "$ks_line"
    want keyboard.console "$opt_vckeymap"
    want keyboard.layout "$keyboard_layout"
    want keyboard.variant "$keyboard_variant"
}

ks_do_timezone() {
    ks_options 'utc isUtc nontp ntpservers=' "$@"
    [ -z "$given_ntpservers" ] || ks_unsupported "option '--ntpservers' is not supported"
    [ -n "$opt_utc$opt_isUtc" ] && want timezone.utc 1
    if [ "$ks_count" -eq 0 ] && [ -n "$opt_utc$opt_isUtc" ]; then return; fi
    ks_takes_one "a time zone"
    ks_plain "time zone" "$ks_word"
    case /$ks_word/ in
        */../* | */./* | *//*) ks_error "timezone: '$ks_word' is not a valid time zone" ;;
    esac
    want timezone "$ks_word"
    want timezone.line "$ks_line"
}

network_bootproto() {
    case $1 in
        dhcp | static) ;;
        *) ks_unsupported "option '--bootproto' is dhcp or static, not '$1'" ;;
    esac
}

ks_do_network() {
    ks_options 'device= hostname= bootproto= ip= netmask= gateway= nameserver= onboot= mtu= ipv6= noipv6 activate' "$@"
    ks_takes_none
    if [ -n "$given_hostname" ]; then
        case $opt_hostname in
            '' | -* | .* | *. | *..* | *[!A-Za-z0-9.-]*) ks_error "network: '$opt_hostname' is not a valid host name" ;;
        esac
        [ "${#opt_hostname}" -le 64 ] || ks_error "network: the host name is longer than 64 characters"
        want hostname "$opt_hostname"
        # "network --hostname=NAME" alone sets the name only.
        if [ -z "$given_device$given_bootproto$given_ip$given_onboot$given_noipv6$given_activate" ]; then return; fi
    fi
    : "${opt_device:=link}" "${opt_bootproto:=dhcp}" "${opt_onboot:=yes}"
    network_bootproto "$opt_bootproto"
    case $opt_device in
        *:*) ks_unsupported "an image cannot be tied to the hardware address '$opt_device'" ;;
        *[!A-Za-z0-9._-]*) ks_error "network: '$opt_device' is not a valid device" ;;
    esac
    [ "${#opt_device}" -le 15 ] || ks_error "network: '$opt_device' is not a valid device"
    case $opt_onboot in
        yes | on | true | 1) opt_onboot=yes ;;
        no | off | false | 0) opt_onboot=no ;;
        *) ks_error "network: option '--onboot' is yes or no, not '$opt_onboot'" ;;
    esac
    [ -z "$given_mtu" ] || ks_number mtu "$opt_mtu"
    case $opt_ipv6 in
        '' | auto) ;;
        *) ks_unsupported "option '--ipv6' is not supported beyond 'auto'" ;;
    esac
    if [ "$opt_bootproto" = static ]; then
        [ -n "$opt_ip" ] || ks_error "network: '--bootproto=static' needs '--ip'"
        [ -n "$opt_netmask" ] || ks_error "network: '--bootproto=static' needs '--netmask'"
    fi
    for network_value in "ip=$opt_ip" "netmask=$opt_netmask" "gateway=$opt_gateway"; do
        case ${network_value#*=} in
            '') ;;
            *[!0-9.]*) ks_error "network: option '--${network_value%%=*}' needs an IPv4 address, not '${network_value#*=}'" ;;
        esac
    done
    case $opt_nameserver in
        *[!0-9a-fA-F.:,]*) ks_error "network: option '--nameserver' needs addresses, not '$opt_nameserver'" ;;
    esac
    want_record network
    want "$record/device" "$opt_device"
    want "$record/bootproto" "$opt_bootproto"
    want "$record/onboot" "$opt_onboot"
    want "$record/ip" "$opt_ip"
    want "$record/netmask" "$opt_netmask"
    want "$record/gateway" "$opt_gateway"
    want "$record/nameserver" "$opt_nameserver"
    want "$record/mtu" "$opt_mtu"
    want "$record/noipv6" "$opt_noipv6"
    want "$record/activate" "$opt_activate"
}

ks_do_zerombr() {
    ks_options '' "$@"
    # "zerombr yes" was right until RHEL 5.
    [ "$ks_words" = yes ] || ks_takes_none
    want zerombr 1
}

ks_do_clearpart() {
    ks_options 'all linux none initlabel drives= disklabel= cdl' "$@"
    ks_takes_none
    [ -z "$given_cdl" ] || ks_unsupported "option '--cdl' is not supported"
    case $opt_disklabel in
        '' | msdos | gpt) ;;
        mbr) opt_disklabel=msdos ;;
        *) ks_unsupported "the disk label is msdos or gpt; '$opt_disklabel' is not supported" ;;
    esac
    want clearpart.disklabel "$opt_disklabel"
    want clearpart.line "$ks_line"
    [ -z "$opt_drives" ] || { ks_plain drive "$opt_drives"; want clearpart.drives "$opt_drives"; }
    if [ -n "$opt_all" ]; then
        want clearpart all
    elif [ -n "$opt_linux" ]; then
        want clearpart linux
    else
        want clearpart none
    fi
}

ks_do_ignoredisk() {
    ks_options 'only-use= drives= interactive' "$@"
    ks_takes_none
    [ -z "$given_drives$given_interactive" ] || ks_unsupported "only '--only-use' is supported"
    ks_plain drive "$opt_only_use"
    want disk "$opt_only_use"
    want disk.line "$ks_line"
}

ks_do_partition() { ks_do_part "$@"; }

ks_do_part() {
    ks_options 'fstype= size= grow maxsize= asprimary label= ondisk= ondrive= fsoptions= mkfsoptions= recommended
        hibernation' "$@"
    ks_takes_one "a mount point"
    case $ks_word in
        swap)
            part_type=swap
            case $opt_fstype in '' | swap) ;; *) ks_error "$ks_verb: swap has no file system '$opt_fstype'" ;; esac
            ;;
        biosboot)
            part_type=biosboot
            case $opt_fstype in '' | biosboot) ;; *) ks_error "$ks_verb: biosboot has no file system '$opt_fstype'" ;; esac
            ;;
        /boot/efi)
            part_type=efi
            [ "$opt_fstype" = efi ] ||
                ks_error "$ks_verb: /boot/efi is made with '--fstype=efi', not '${opt_fstype:-ext4}'"
            ;;
        /*)
            ks_plain "mount point" "$ks_word"
            part_type=${opt_fstype:-ext4}
            case $part_type in
                ext2 | ext3 | ext4) ;;
                efi) ks_error "$ks_verb: '--fstype=efi' is for /boot/efi, not for '$ks_word'" ;;
                *) ks_unsupported "file system '$part_type' is not supported; it is ext4, ext3 or ext2" ;;
            esac
            case $ks_word in
                / | /boot | /home | /home/* | /opt | /opt/* | /srv | /srv/* | /tmp | /var | /var/* | /data | /data/* | \
                    /mnt/* | /usr/local) ;;
                *) ks_unsupported "a mount point '$ks_word' is not supported" ;;
            esac
            ;;
        *) ks_unsupported "'$ks_word' is not a mount point, 'swap' or 'biosboot'" ;;
    esac
    for part_name in $(each_record part); do
        if [ "$ks_word" != swap ] && [ "$(wanted "$part_name/mountpoint")" = "$ks_word" ]; then
            ks_error "$ks_verb: there is a '$ks_word' already, on line $(wanted "$part_name/line")"
        fi
    done
    if [ -n "$opt_recommended$opt_hibernation" ]; then
        [ "$part_type" = swap ] || ks_unsupported "options '--recommended' and '--hibernation' are for swap"
        : "${opt_size:=1024}"
    fi
    [ -n "$opt_size$opt_grow" ] || ks_error "$ks_verb: '--size' is missing"
    : "${opt_size:=1}"
    ks_number size "$opt_size"
    [ "$opt_size" -gt 0 ] || ks_error "$ks_verb: '--size' is in MiB and more than 0"
    # Anaconda's own least (blivet, EFIFS); below 33 MiB it would be no FAT32.
    [ "$part_type" != efi ] || [ "$opt_size" -ge 50 ] || ks_error "$ks_verb: /boot/efi needs at least 50 MiB"
    [ -z "$given_maxsize" ] || ks_number maxsize "$opt_maxsize"
    [ -z "$given_label" ] || {
        ks_plain label "$opt_label"
        case $part_type in efi) part_limit=11 ;; *) part_limit=16 ;; esac
        [ "${#opt_label}" -le "$part_limit" ] ||
            ks_error "$ks_verb: the label '$opt_label' is longer than $part_limit characters"
    }
    [ -z "$opt_fsoptions" ] || ks_plain "list of mount options" "$opt_fsoptions"
    : "${opt_ondisk:=$opt_ondrive}"
    if [ -n "$opt_ondisk" ]; then
        ks_plain disk "$opt_ondisk"
        if wants_any disk && [ "$(wanted disk)" != "$opt_ondisk" ]; then
            ks_unsupported "the system goes on one disk, '$(wanted disk)' (line $(wanted disk.line)), not also '$opt_ondisk'"
        fi
        want disk "$opt_ondisk"
        want disk.line "$ks_line"
    fi
    want_record part
    want "$record/mountpoint" "$ks_word"
    want "$record/fstype" "$part_type"
    want "$record/size" "$opt_size"
    want "$record/maxsize" "$opt_maxsize"
    want "$record/grow" "$opt_grow"
    want "$record/label" "$opt_label"
    want "$record/fsoptions" "$opt_fsoptions"
    want "$record/mkfsoptions" "$opt_mkfsoptions"
}

ks_do_bootloader() {
    ks_options 'append= timeout= location= boot-drive= driveorder= disabled' "$@"
    ks_takes_none
    case $opt_location in
        '' | mbr | none) ;;
        *) ks_unsupported "option '--location' is mbr or none; '$opt_location' is not supported" ;;
    esac
    if [ -n "$opt_disabled" ]; then opt_location=none; fi
    want bootloader.location "${opt_location:-mbr}"
    [ -z "$given_timeout" ] || { ks_number timeout "$opt_timeout"; want bootloader.timeout "$opt_timeout"; }
    [ -z "$given_append" ] || want bootloader.append "$opt_append"
    : "${opt_boot_drive:=${opt_driveorder%%,*}}"
    [ -z "$opt_boot_drive" ] || ks_plain drive "$opt_boot_drive"
    want bootloader.drive "$opt_boot_drive"
    want bootloader.line "$ks_line"
}

ks_do_rootpw() {
    ks_options 'iscrypted plaintext lock allow-ssh' "$@"
    [ -z "$opt_allow_ssh" ] || ks_unsupported "option '--allow-ssh' is not supported"
    want rootpw.lock "$opt_lock"
    if [ "$ks_count" -eq 0 ] && [ -n "$opt_lock" ]; then return; fi
    ks_takes_one "a password"
    password_checked "$opt_iscrypted" "$ks_word"
    want rootpw.iscrypted "$opt_iscrypted"
    want rootpw "$ks_word"
}

# password_checked ISCRYPTED PASSWORD: what goes to chpasswd has to be one line, and a hash has to be one.
password_checked() {
    if [ -n "$1" ]; then
        case $2 in
            *:* | *[!\ -~]*) ks_error "$ks_verb: the password is not a crypt(5) hash" ;;
            \$*\$*\$* | '*' | '!' | '!!' | '!'\$*) ;;
            *) ks_error "$ks_verb: the password is not a crypt(5) hash" ;;
        esac
    fi
}

ks_do_user() {
    ks_options 'name= groups= shell= iscrypted plaintext password= lock gecos= uid= gid= homedir=' "$@"
    ks_takes_none
    user_name_checked "$opt_name"
    [ -z "$opt_groups" ] || case $opt_groups in
        *[!a-z0-9_,\ -]*) ks_error "user: '$opt_groups' is not a valid list of groups" ;;
    esac
    [ -z "$opt_shell" ] || case $opt_shell in
        /*) ks_plain shell "$opt_shell" ;;
        *) ks_error "user: '$opt_shell' is not a valid shell" ;;
    esac
    [ -z "$opt_homedir" ] || case $opt_homedir in
        /*) ks_plain "home directory" "$opt_homedir" ;;
        *) ks_error "user: '$opt_homedir' is not a valid home directory" ;;
    esac
    case $opt_gecos in
        *:*) ks_error "user: '--gecos' cannot hold a colon" ;;
    esac
    [ -z "$given_uid" ] || ks_number uid "$opt_uid"
    [ -z "$given_gid" ] || ks_number gid "$opt_gid"
    [ -z "$given_password" ] || password_checked "$opt_iscrypted" "$opt_password"
    want_record user
    want "$record/name" "$opt_name"
    want "$record/groups" "$opt_groups"
    want "$record/shell" "$opt_shell"
    want "$record/homedir" "$opt_homedir"
    want "$record/gecos" "$opt_gecos"
    want "$record/uid" "$opt_uid"
    want "$record/gid" "$opt_gid"
    want "$record/password" "$opt_password"
    want "$record/iscrypted" "$opt_iscrypted"
    want "$record/lock" "$opt_lock"
}

user_name_checked() {
    case $1 in
        '') ks_error "$ks_verb: '--name' is missing" ;;
        [!a-z_]* | *[!a-z0-9_-]*) ks_error "$ks_verb: '$1' is not a valid name" ;;
    esac
    [ "${#1}" -le 32 ] || ks_error "$ks_verb: '$1' is not a valid name"
}

ks_do_group() {
    ks_options 'name= gid=' "$@"
    ks_takes_none
    user_name_checked "$opt_name"
    [ -z "$given_gid" ] || ks_number gid "$opt_gid"
    want_record group
    want "$record/name" "$opt_name"
    want "$record/gid" "$opt_gid"
}

ks_do_sshkey() {
    ks_options 'username=' "$@"
    [ -n "$opt_username" ] || ks_error "sshkey: '--username' is missing"
    [ "$opt_username" = root ] || user_name_checked "$opt_username"
    # A key is "TYPE BASE64 COMMENT"; written without quotes it comes as several words.
    [ "$ks_count" -ge 1 ] && [ -n "$ks_words" ] || ks_error "sshkey: the key is missing"
    want_record sshkey
    want "$record/username" "$opt_username"
    want "$record/key" "$ks_words"
}

ks_do_services() {
    ks_options 'enabled= disabled=' "$@"
    ks_takes_none
    for services_names in "$opt_enabled" "$opt_disabled"; do
        case $services_names in
            -* | *[!A-Za-z0-9@._:,\ -]*) ks_error "services: '$services_names' is not a valid list of services" ;;
        esac
    done
    want_record services
    want "$record/enabled" "$opt_enabled"
    want "$record/disabled" "$opt_disabled"
}

ks_do_firewall() {
    ks_options 'disable disabled enable enabled service= port= ssh trust= use-system-defaults' "$@"
    ks_takes_none
    if [ -n "$given_disable$given_disabled" ] && [ -z "$given_enable$given_enabled$given_service$given_port" ]; then
        return
    fi
    ks_unsupported "only '--disabled' is supported"
}

ks_do_selinux() {
    ks_options 'disabled enforcing permissive' "$@"
    ks_takes_none
    [ -n "$opt_disabled" ] && [ -z "$opt_enforcing$opt_permissive" ] ||
        ks_unsupported "only '--disabled' is supported"
}

ks_do_liveimg() {
    ks_options 'url= checksum= proxy= noverifyssl' "$@"
    ks_takes_none
    [ -n "$opt_url" ] || ks_error "liveimg: '--url' is missing"
    [ -z "$given_proxy" ] || ks_unsupported "option '--proxy' is not supported"
    payload_url_checked "$opt_url"
    opt_checksum=${opt_checksum#sha256:}
    [ -z "$given_checksum" ] || payload_checksum_checked "$opt_checksum"
    want payload.url "$opt_url"
    want payload.checksum "$opt_checksum"
    want payload.line "$ks_line"
}

payload_url_checked() {
    case $1 in
        *[!!-~]*) ks_error "$ks_verb: '$1' is not a valid URL" ;;
        https://*) ks_unsupported "https is not supported; use http and '--checksum', or the attached repository" ;;
        http://?* | file:///?* | cdrom:/?*) ;;
        *) ks_error "$ks_verb: '$1' is not an http, file or cdrom URL" ;;
    esac
}

payload_checksum_checked() {
    case $1 in
        *[!0-9a-f]*) ks_error "$ks_verb: the checksum is not a sha256 in hexadecimal" ;;
    esac
    [ "${#1}" -eq 64 ] || ks_error "$ks_verb: the checksum is not a sha256 in hexadecimal"
}

ks_end() {
    ks_takes_none
    want action "$1"
}

ks_do_poweroff() { ks_options '' "$@"; ks_end poweroff; }
ks_do_shutdown() { ks_options '' "$@"; ks_end poweroff; }
# A halted guest would stand there for ever, so it is switched off.
ks_do_halt() { ks_options '' "$@"; ks_end poweroff; }
ks_do_reboot() {
    ks_options 'eject kexec' "$@"
    [ -z "$opt_kexec" ] || ks_unsupported "option '--kexec' is not supported"
    ks_end reboot
}
