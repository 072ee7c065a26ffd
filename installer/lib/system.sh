# shellcheck shell=dash disable=SC2154
# The new system's own settings, written after the payload is there.

system_configure() {
    phase "configuring the system"
    [ -e "$target/etc/os-release" ] || die "the payload is not a root file system: it has no /etc/os-release"
    storage_fstab
    system_hostname
    system_locale
    system_keyboard
    system_timezone
    system_network
    system_groups
    system_users
    system_root_password
    system_keys
}

system_hostname() {
    system_name=$(wanted hostname localhost)
    echo "$system_name" >"$target/etc/hostname"
    {
        echo '127.0.0.1 localhost'
        [ "$system_name" = localhost ] || echo "127.0.1.1 $system_name $(system_short_name)"
        echo '::1 localhost ip6-localhost ip6-loopback'
        echo 'ff02::1 ip6-allnodes'
        echo 'ff02::2 ip6-allrouters'
    } >"$target/etc/hosts"
}

system_short_name() {
    [ "${system_name%%.*}" = "$system_name" ] || echo "${system_name%%.*}"
}

system_locale() {
    wants_any lang || return 0
    system_lang=$(wanted lang)
    for system_one in "$system_lang" $(wanted lang.more | tr ',' ' '); do
        case $system_one in C | C.* | POSIX) continue ;; esac
        [ -e "$target/usr/share/i18n/SUPPORTED" ] || continue
        system_entry=$(awk -v name="$system_one" '$1 == name { print; exit }' "$target/usr/share/i18n/SUPPORTED")
        [ -n "$system_entry" ] || die_at "$(wanted lang.line)" "lang: the payload has no locale '$system_one'"
        grep -qxF "$system_entry" "$target/etc/locale.gen" 2>/dev/null || echo "$system_entry" >>"$target/etc/locale.gen"
        system_short=$(printf '%s' "$system_one" | sed 's/UTF-8/utf8/')
        in_target locale -a 2>/dev/null | grep -qxF "$system_short" && continue
        say "generating the locale $system_one"
        in_target locale-gen --keep-existing >>"$log_file" 2>&1 ||
            die_log_at "$(wanted lang.line)" "lang: the locale '$system_one' could not be generated"
    done
    echo "LANG=$system_lang" >"$target/etc/default/locale"
    ln -sf default/locale "$target/etc/locale.conf"
}

# system_keyboard: Debian's console is set up from /etc/default/keyboard, in X's words. What the kickstart calls
# de-latin1, a console keymap, has its layout in systemd's table of them.
system_keyboard() {
    wants_any keyboard.console || return 0
    system_layout=$(wanted keyboard.layout)
    system_variant=$(wanted keyboard.variant)
    if [ -z "$system_layout" ]; then
        system_layout=$(wanted keyboard.console)
        # shellcheck disable=SC2046
        set -- $(awk -v name="$system_layout" '$1 == name { print $2, $4; exit }' \
            "$target/usr/share/systemd/kbd-model-map" 2>/dev/null)
        [ $# -lt 2 ] || { system_layout=${1%%,*} system_variant=${2%%,*}; }
        [ "$system_variant" != - ] || system_variant=
    fi
    [ ! -d "$target/usr/share/X11/xkb/symbols" ] || [ -f "$target/usr/share/X11/xkb/symbols/$system_layout" ] ||
        die_at "$(wanted keyboard.line)" "keyboard: there is no layout '$system_layout'"
    {
        echo '# Written by imagebake-installer; see keyboard(5).'
        echo 'XKBMODEL="pc105"'
        echo "XKBLAYOUT=\"$system_layout\""
        echo "XKBVARIANT=\"$system_variant\""
        echo 'XKBOPTIONS=""'
        echo 'BACKSPACE="guess"'
    } >"$target/etc/default/keyboard"
    echo "KEYMAP=$(wanted keyboard.console)" >"$target/etc/vconsole.conf"
    # The console loads a keymap made beforehand; the payload's is for "us".
    [ "$system_layout/$system_variant" != us/ ] && [ -x "$target/bin/setupcon" ] || return 0
    in_target setupcon --save-only >>"$log_file" 2>&1 ||
        die_log_at "$(wanted keyboard.line)" "keyboard: the console's keymap for '$system_layout' could not be made"
}

system_timezone() {
    system_zone=$(wanted timezone Etc/UTC)
    [ -f "$target/usr/share/zoneinfo/$system_zone" ] ||
        die_at "$(wanted timezone.line 0)" "timezone: there is no time zone '$system_zone'"
    ln -sf "/usr/share/zoneinfo/$system_zone" "$target/etc/localtime"
    echo "$system_zone" >"$target/etc/timezone"
    system_clock=LOCAL
    if wants_any timezone.utc || ! wants_any timezone; then system_clock=UTC; fi
    printf '0.0 0 0.0\n0\n%s\n' "$system_clock" >"$target/etc/adjtime"
}

# system_network: Debian's ifupdown. A card that gets its address by DHCP has its stanza in the very file that
# cloud-init writes on first boot, so that the two never both configure it. What else the kickstart asks for would be
# lost there, so it has a file of its own, and cloud-init is told to leave the network alone.
system_network() {
    mkdir -p "$target/etc/network/interfaces.d"
    {
        echo '# Written by imagebake-installer; see interfaces(5).'
        echo 'source /etc/network/interfaces.d/*'
        echo
        echo 'auto lo'
        echo 'iface lo inet loopback'
    } >"$target/etc/network/interfaces"
    rm -f "$target/etc/network/interfaces.d/50-cloud-init"
    system_cards=$target/etc/network/interfaces.d/50-cloud-init
    for system_record in $(each_record network); do
        case "$(wanted "$system_record/bootproto") $(wanted "$system_record/onboot")" in 'dhcp yes') continue ;; esac
        system_cards=$target/etc/network/interfaces.d/10-imagebake
        mkdir -p "$target/etc/cloud/cloud.cfg.d"
        {
            echo '# Written by imagebake-installer: the cards are in /etc/network/interfaces.d/10-imagebake.'
            echo 'network: {config: disabled}'
        } >"$target/etc/cloud/cloud.cfg.d/99-imagebake-network.cfg"
    done
    for system_record in $(each_record network); do
        system_device=$(wanted "$system_record/device")
        case $system_device in
            link | bootif | ibft)
                # Whatever the first card is called on the machine that boots the image.
                system_pattern='/en*=card /eth*=card'
                system_device=card
                ;;
            *) system_pattern=$system_device ;;
        esac
        {
            [ "$(wanted "$system_record/onboot")" = no ] || echo "auto $system_pattern"
            echo "iface $system_device inet $(wanted "$system_record/bootproto")"
            if [ "$(wanted "$system_record/bootproto")" = static ]; then
                echo "    address $(wanted "$system_record/ip")"
                echo "    netmask $(wanted "$system_record/netmask")"
                system_value=$(wanted "$system_record/gateway")
                [ -z "$system_value" ] || echo "    gateway $system_value"
                system_value=$(wanted "$system_record/nameserver" | tr ',' ' ')
                [ -z "$system_value" ] || echo "    dns-nameservers $system_value"
            fi
            system_value=$(wanted "$system_record/mtu")
            [ -z "$system_value" ] || echo "    mtu $system_value"
        } >>"$system_cards"
        if [ -n "$(wanted "$system_record/nameserver")" ]; then
            for system_value in $(wanted "$system_record/nameserver" | tr ',' ' '); do
                echo "nameserver $system_value"
            done >"$target/etc/resolv.conf"
        fi
        if [ -n "$(wanted "$system_record/noipv6")" ]; then
            {
                echo '# network --noipv6'
                echo 'net.ipv6.conf.all.disable_ipv6 = 1'
                echo 'net.ipv6.conf.default.disable_ipv6 = 1'
                echo 'net.ipv6.conf.lo.disable_ipv6 = 0'
            } >"$target/etc/sysctl.d/60-imagebake-noipv6.conf"
        fi
    done
}

system_groups() {
    for system_record in $(each_record group); do
        system_value=$(wanted "$system_record/gid")
        in_target groupadd ${system_value:+--gid "$system_value"} "$(wanted "$system_record/name")" 2>>"$log_file" ||
            die_log_at "$(wanted "$system_record/line")" "group '$(wanted "$system_record/name")' could not be made"
    done
}

system_users() {
    for system_record in $(each_record user); do
        system_name=$(wanted "$system_record/name")
        set --
        system_list=$(wanted "$system_record/groups" | tr -d ' ')
        for system_group in $(printf '%s' "$system_list" | tr ',' ' '); do
            in_target getent group "$system_group" >/dev/null || in_target groupadd "$system_group" ||
                die_at "$(wanted "$system_record/line")" "group '$system_group' could not be made"
        done
        [ -z "$system_list" ] || set -- "$@" --groups "$system_list"
        system_value=$(wanted "$system_record/shell")
        set -- "$@" --shell "${system_value:-/bin/bash}"
        system_value=$(wanted "$system_record/homedir")
        [ -z "$system_value" ] || set -- "$@" --home-dir "$system_value"
        system_value=$(wanted "$system_record/gecos")
        [ -z "$system_value" ] || set -- "$@" --comment "$system_value"
        system_value=$(wanted "$system_record/uid")
        [ -z "$system_value" ] || set -- "$@" --uid "$system_value"
        system_value=$(wanted "$system_record/gid")
        if [ -n "$system_value" ]; then
            in_target groupadd --gid "$system_value" "$system_name" 2>>"$log_file"
            set -- "$@" --gid "$system_value"
        fi
        in_target useradd --create-home "$@" "$system_name" 2>>"$log_file" ||
            die_log_at "$(wanted "$system_record/line")" "user '$system_name' could not be made"
        system_password "$system_name" "$(wanted "$system_record/password")" "$(wanted "$system_record/iscrypted")" \
            "$(wanted "$system_record/lock")" "$(wanted "$system_record/line")"
    done
}

# system_password NAME PASSWORD ISCRYPTED LOCK LINE: the password travels by standard input only.
system_password() {
    if [ -n "$2" ]; then
        printf '%s:%s\n' "$1" "$2" | in_target chpasswd ${3:+--encrypted} >>"$log_file" 2>&1 ||
            die_log_at "$5" "the password of '$1' could not be set"
    fi
    if [ -n "$4" ]; then
        in_target usermod --lock "$1" >>"$log_file" 2>&1 || die_log_at "$5" "the password of '$1' could not be locked"
    fi
}

system_root_password() {
    system_value=$(wanted rootpw.lock)
    # Without a rootpw nobody logs in as root.
    if ! wants_any rootpw && ! wants_any rootpw.lock; then system_value=1; fi
    system_password root "$(wanted rootpw)" "$(wanted rootpw.iscrypted)" "$system_value" 0
}

system_keys() {
    for system_record in $(each_record sshkey); do
        system_name=$(wanted "$system_record/username")
        system_entry=$(in_target getent passwd "$system_name") ||
            die_at "$(wanted "$system_record/line")" "sshkey: there is no user '$system_name'"
        system_home=$(printf '%s' "$system_entry" | cut -d : -f 6)
        mkdir -p "$target$system_home/.ssh"
        wanted "$system_record/key" >>"$target$system_home/.ssh/authorized_keys"
        chmod 0700 "$target$system_home/.ssh"
        chmod 0600 "$target$system_home/.ssh/authorized_keys"
        system_value=$(printf '%s' "$system_entry" | cut -d : -f 3,4)
        chown -R "$system_value" "$target$system_home/.ssh"
    done
}

system_services() {
    for system_record in $(each_record services); do
        for system_value in $(wanted "$system_record/disabled" | tr ',' ' '); do
            in_target systemctl --quiet disable "$system_value" >>"$log_file" 2>&1 ||
                die_log_at "$(wanted "$system_record/line")" "services: '$system_value' could not be disabled"
        done
        for system_value in $(wanted "$system_record/enabled" | tr ',' ' '); do
            in_target systemctl --quiet enable "$system_value" >>"$log_file" 2>&1 ||
                die_log_at "$(wanted "$system_record/line")" "services: '$system_value' could not be enabled"
        done
    done
}
