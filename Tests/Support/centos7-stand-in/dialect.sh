# shellcheck shell=dash disable=SC2154,SC2034
# The words of Red Hat's kickstarts, for the CENTOS 7 STAND-IN: tests bake the CentOS recipe through it, since no RPM
# mirror can be reached from CI. It is added to the installer's initrd by ./build and changes nothing for Debian trees.

ks_do_install() { ks_options '' "$@"; ks_takes_none; }

ks_do_url() {
    ks_options 'url= proxy= noverifyssl mirrorlist=' "$@"
    ks_takes_none
    [ -z "$given_mirrorlist$given_proxy" ] || ks_unsupported "only '--url' is supported"
    case $opt_url in
        http://?*) payload_url_checked "$opt_url" ;;
        '') ks_error "url: '--url' is missing" ;;
        *) ks_unsupported "the tree '$opt_url' is not reached over http" ;;
    esac
    want url "${opt_url%/}"
    want url.line "$ks_line"
}

# The stand-in has every package in the one tree, so a repository is noted and never asked.
ks_do_repo() {
    ks_options 'name= baseurl= mirrorlist= cost= includepkgs= excludepkgs= install proxy= noverifyssl ignoregroups=' "$@"
    ks_takes_none
    [ -n "$opt_name" ] || ks_error "repo: '--name' is missing"
    [ -n "$opt_baseurl$opt_mirrorlist" ] || ks_error "repo: '--baseurl' or '--mirrorlist' is missing"
    want_record repo
    want "$record/name" "$opt_name"
    want "$record/baseurl" "$opt_baseurl"
}

ks_do_auth() { ks_do_authconfig "$@"; }

ks_do_authconfig() {
    ks_options 'enableshadow useshadow enablemd5 disablemd5 passalgo= enablefingerprint disablefingerprint' "$@"
    ks_takes_none
    case $opt_passalgo in
        '' | sha512 | sha256 | md5) ;;
        *) ks_error "authconfig: '$opt_passalgo' is not a password algorithm" ;;
    esac
    want authconfig.passalgo "$opt_passalgo"
}

# Groups are expanded when their file is here; until then only the name is noted.
packages_group() {
    case $1 in
        -@*) printf '%s %s\n' "$ks_line" "${1#-@}" >>"$wants/groups.remove" ;;
        @^*) printf '%s %s\n' "$ks_line" "${1#@^}" >>"$wants/groups.install" ;;
        *) printf '%s %s\n' "$ks_line" "${1#@}" >>"$wants/groups.install" ;;
    esac
}

hook_payload() {
    wants_any url || die "$ks_name has no url"
    repository_url=$(wanted url)
    network_up needed
    fetch /run/imagebake/treeinfo "$repository_url/.treeinfo" ||
        die_at "$(wanted url.line)" "the tree $repository_url has no .treeinfo"
    payload=$repository_url/LiveOS/rootfs.tar
    payload_sum=$(payload_treeinfo LiveOS/rootfs.tar)
    mkdir -p /run/imagebake/packages
    for standin_file in index groups; do
        fetch "/run/imagebake/packages/$standin_file" "$repository_url/Packages/$standin_file" ||
            die "$repository_url/Packages/$standin_file could not be fetched"
    done
    standin_resolve
}

# standin_resolve: which rpms %packages comes down to, as Anaconda does it before it touches a disk.
standin_resolve() {
    : >/run/imagebake/packages/wanted
    if wants_any groups.install; then
        while read -r standin_line standin_group; do
            standin_names=$(awk -v group="$standin_group" '$1 == group { $1 = ""; print; found = 1 }
                END { exit !found }' /run/imagebake/packages/groups) || standin_missing "$standin_line" NoSuchGroup "$standin_group"
            for standin_name in $standin_names; do
                echo "$standin_line $standin_name"
            done >>/run/imagebake/packages/wanted
        done <"$wants/groups.install"
    fi
    ! wants_any packages.install || cat "$wants/packages.install" >>/run/imagebake/packages/wanted
    : >/run/imagebake/packages/files
    while read -r standin_line standin_name; do
        standin_file=$(awk -v name="$standin_name" '$1 == name { print $3; exit }' /run/imagebake/packages/index)
        if [ -z "$standin_file" ]; then
            standin_missing "$standin_line" NoSuchPackage "$standin_name"
        elif ! standin_excluded "$standin_name"; then
            echo "$standin_file" >>/run/imagebake/packages/files
        fi
    done </run/imagebake/packages/wanted
    sort -u -o /run/imagebake/packages/files /run/imagebake/packages/files
}

standin_excluded() {
    wants_any packages.remove && awk -v name="$1" '$2 == name { found = 1 } END { exit !found }' "$wants/packages.remove"
}

standin_missing() {
    if [ -n "$(wanted packages.ignoremissing)" ]; then
        warn "$ks_name line $1: packaging: Missed: $2: $3"
    else
        die_at "$1" "packaging: Missed: $2: $3"
    fi
}

hook_after_payload() {
    payload=$repository_url/LiveOS/overlay.tar
    payload_sum=$(payload_treeinfo LiveOS/overlay.tar)
    payload_unpack
    # Nothing may say Debian where people look.
    rm -f "$target/etc/debian_version" "$target/etc/issue.net" "$target/etc/apt/sources.list"
    printf '\\S\nKernel \\r on an \\m\n\n' >"$target/etc/issue"
    in_target groupadd --system --force wheel
}

hook_packages() {
    phase "installing packages ($(wc -l </run/imagebake/packages/files))"
    mkdir -p "$target/var/cache/yum/x86_64/7/anaconda/packages" "$target/var/lib/rpm" "$target/var/lib/yum"
    set --
    while read -r standin_file; do
        fetch "$target/var/cache/yum/x86_64/7/anaconda/packages/$standin_file" \
            "$repository_url/Packages/$standin_file" || die "$repository_url/Packages/$standin_file could not be fetched"
        set -- "$@" "/var/cache/yum/x86_64/7/anaconda/packages/$standin_file"
    done </run/imagebake/packages/files
    if [ $# -gt 0 ]; then
        in_target rpm --force-debian --nosignature --nodeps --replacefiles -i "$@" >>"$log_file" 2>&1 ||
            die_log "the packages could not be installed"
    fi
    cat /proc/sys/kernel/random/uuid >"$target/var/lib/yum/uuid"
}

# What Anaconda and the first boot of a CentOS 7 leave on the disk.
hook_configure() {
    system_configure
    standin_network
    wanted lang en_US.UTF-8 | sed 's/^/LANG="/; s/$/"/' >"$target/etc/locale.conf"
    printf 'SELINUX=disabled\nSELINUXTYPE=targeted\n' >"$target/etc/selinux/config"
    tr -d '-' </proc/sys/kernel/random/uuid >"$target/etc/machine-id"
    standin_algorithm=$(wanted authconfig.passalgo)
    if [ -n "$standin_algorithm" ]; then
        echo "PASSWDALGORITHM=$standin_algorithm" >"$target/etc/sysconfig/authconfig"
    fi
    phase "making host keys"
    in_target ssh-keygen -q -N '' -t rsa -b 2048 -f /etc/ssh/ssh_host_rsa_key || die "no SSH host key could be made"
    in_target ssh-keygen -q -N '' -t ecdsa -f /etc/ssh/ssh_host_ecdsa_key || die "no SSH host key could be made"
    in_target ssh-keygen -q -N '' -t ed25519 -f /etc/ssh/ssh_host_ed25519_key || die "no SSH host key could be made"
}

# ifcfg files and the udev rule carry the hardware address of the very guest that was installed, as they do in real
# life: taking them out again is sysprep's work. What really brings up the card is ifupdown, in the file that
# system_network wrote.
standin_network() {
    echo '# Created by anaconda' >"$target/etc/sysconfig/network"
    for standin_record in $(each_record network); do
        standin_device=$(wanted "$standin_record/device")
        case $standin_device in link | bootif | ibft) standin_device=$network_card ;; esac
        standin_mac=$(cat "/sys/class/net/$network_card/address")
        {
            echo 'TYPE="Ethernet"'
            echo "BOOTPROTO=\"$(wanted "$standin_record/bootproto")\""
            if [ "$(wanted "$standin_record/bootproto")" = static ]; then
                echo "IPADDR=\"$(wanted "$standin_record/ip")\""
                echo "NETMASK=\"$(wanted "$standin_record/netmask")\""
                echo "GATEWAY=\"$(wanted "$standin_record/gateway")\""
            fi
            echo 'DEFROUTE="yes"'
            if [ -n "$(wanted "$standin_record/noipv6")" ]; then echo 'IPV6INIT="no"'; else echo 'IPV6INIT="yes"'; fi
            echo "NAME=\"$standin_device\""
            echo "UUID=\"$(cat /proc/sys/kernel/random/uuid)\""
            echo "HWADDR=\"$(printf '%s' "$standin_mac" | tr 'a-f' 'A-F')\""
            echo "DEVICE=\"$standin_device\""
            echo "ONBOOT=\"$(wanted "$standin_record/onboot")\""
        } >"$target/etc/sysconfig/network-scripts/ifcfg-$standin_device"
        mkdir -p "$target/etc/udev/rules.d"
        printf 'SUBSYSTEM=="net", ACTION=="add", DRIVERS=="?*", ATTR{address}=="%s", ATTR{type}=="1", KERNEL=="eth*", NAME="%s"\n' \
            "$standin_mac" "$standin_device" >>"$target/etc/udev/rules.d/70-persistent-net.rules"
    done
}

hook_save_kickstart() {
    cp "$kickstart" "$target/root/anaconda-ks.cfg"
    cp "$kickstart" "$target/root/original-ks.cfg"
    chmod 0600 "$target/root/anaconda-ks.cfg" "$target/root/original-ks.cfg"
}

hook_save_log() {
    mkdir -p "$target/var/log/anaconda"
    for standin_file in anaconda program packaging storage ifcfg; do
        cp "$log_file" "$target/var/log/anaconda/$standin_file.log"
    done
    dmesg >"$target/var/log/anaconda/syslog"
    : >>"$target/var/log/messages"
    : >>"$target/var/log/secure"
}
