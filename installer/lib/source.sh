# shellcheck shell=dash disable=SC2154
# Where things come from: the network, the repository, the payload.

repository=/run/install/repo

# network_up [needed]: brings up the first network card, once. Without "needed" a failure is only a warning.
network_up() {
    [ -z "${network_is_up-}" ] || return 0
    phase "bringing up the network"
    modprobe -q virtio_net
    modprobe -q af_packet
    ip link set lo up
    network_card=
    for network_path in /sys/class/net/*; do
        network_name=${network_path##*/}
        [ "$network_name" != lo ] || continue
        ip link set "$network_name" up 2>/dev/null || continue
        network_wait=0
        while [ "$(cat "$network_path/carrier" 2>/dev/null)" != 1 ] && [ "$network_wait" -lt 20 ]; do
            network_wait=$((network_wait + 1))
            usleep 100000
        done
        if [ "$(cat "$network_path/carrier" 2>/dev/null)" = 1 ]; then
            network_card=$network_name
            break
        fi
    done
    network_problem=
    network_record=$(each_record network | head -n 1)
    if [ -z "$network_card" ]; then
        network_problem="there is no network card with a link"
    elif [ -n "$network_record" ] && [ "$(wanted "$network_record/bootproto")" = static ]; then
        network_static || network_problem="the static address was not accepted"
    elif ! udhcpc -i "$network_card" -f -n -q -t 5 -T 2 -s "$library/dhcp" >>"$log_file" 2>&1; then
        network_problem="no answer from a DHCP server on $network_card"
    fi
    if [ -z "$network_problem" ]; then
        network_is_up=1
    elif [ "${1-}" = needed ]; then
        die "no network: $network_problem"
    else
        warn "no network: $network_problem"
    fi
}

network_static() {
    ifconfig "$network_card" "$(wanted "$network_record/ip")" netmask "$(wanted "$network_record/netmask")" || return 1
    network_gateway=$(wanted "$network_record/gateway")
    [ -z "$network_gateway" ] || route add default gw "$network_gateway" || return 1
    : >/etc/resolv.conf
    for network_server in $(wanted "$network_record/nameserver" | tr ',' ' '); do
        echo "nameserver $network_server" >>/etc/resolv.conf
    done
}

# repository_find WHAT: obeys inst.repo; WHAT is cdrom, hd:DEVICE or a URL. Mounts a medium at $repository.
repository_find() {
    case $1 in
        '') repository_mount LABEL=imagebake ;;
        cdrom | cdrom:*) repository_mount LABEL=imagebake ;;
        hd:LABEL=* | hd:UUID=* | hd:/dev/*)
            repository_device=${1#hd:}
            repository_mount "${repository_device%%:*}"
            ;;
        hd:*) repository_device=${1#hd:} && repository_mount "/dev/${repository_device%%:*}" ;;
        http://*) repository_url=${1%/} ;;
        *) die "inst.repo=$1 is not supported; it is cdrom, hd:LABEL=NAME or an http URL" ;;
    esac
}

# repository_mount SPEC: mounts LABEL=, UUID= or a device, read-only, waiting a little for it to appear.
repository_mount() {
    [ -z "${repository_device_found-}" ] || return 0
    modprobe -q isofs
    repository_tries=0
    while [ "$repository_tries" -lt 20 ]; do
        case $1 in
            /dev/*) repository_device_found=$1 ;;
            *) repository_device_found=$(blkid -l -o device -t "$1" 2>/dev/null) ;;
        esac
        [ -z "$repository_device_found" ] || [ ! -b "$repository_device_found" ] || break
        repository_device_found=
        repository_tries=$((repository_tries + 1))
        usleep 250000
    done
    [ -n "$repository_device_found" ] || die "no install repository: no disk or CD with $1 is attached"
    mkdir -p "$repository"
    mount -o ro "$repository_device_found" "$repository" ||
        die "the install repository on $repository_device_found cannot be mounted"
    say "install repository: $repository_device_found"
}

# payload_locate: decides on $payload (a path or an http URL) and $payload_sum, from liveimg or, failing that, from
# the repository itself and its .treeinfo.
payload_locate() {
    payload=$(wanted payload.url)
    payload_sum=$(wanted payload.checksum)
    if [ -z "$payload" ]; then
        repository_find "$argument_repo"
        payload=${repository_url:-file://$repository}/LiveOS/rootfs.tar
        payload_sum=$(payload_treeinfo LiveOS/rootfs.tar)
    fi
    case $payload in
        http://*) ;;
        cdrom:*) payload=$repository/${payload#cdrom:} && repository_find "$argument_repo" ;;
        file://*)
            payload=${payload#file://}
            case $payload in "$repository"/*) repository_find "$argument_repo" ;; esac
            ;;
    esac
    case $payload in
        http://*) network_up needed ;;
        *) [ -f "$payload" ] || die "${1:-}the payload $payload is not there" ;;
    esac
}

# payload_treeinfo PATH: the sha256 that the repository's .treeinfo gives for a file, or nothing.
payload_treeinfo() {
    if [ -n "${repository_url-}" ]; then
        network_up needed >&2
        wget -q -T 30 -O /run/imagebake/treeinfo "$repository_url/.treeinfo" || return 0
    else
        cp "$repository/.treeinfo" /run/imagebake/treeinfo 2>/dev/null || return 0
    fi
    awk -F '[ \t]*=[ \t]*' -v path="$1" '
        /^\[/ { inside = ($0 ~ /^\[checksums\]/) }
        inside && $1 == path && sub(/^sha256:/, "", $2) { print $2 }' /run/imagebake/treeinfo
}

# payload_unpack: streams the payload onto the new system, summing it on the way.
payload_unpack() {
    payload_name=${payload##*/}
    phase "unpacking $payload_name"
    case $payload in
        *.tar) payload_filter=cat ;;
        *.tar.gz | *.tgz) payload_filter='gzip -dc' ;;
        *.tar.xz) payload_filter='xz -dc' ;;
        *) die "the payload $payload is not a .tar, .tar.gz or .tar.xz" ;;
    esac
    rm -f /run/imagebake/sum.pipe
    if [ -n "$payload_sum" ]; then
        mkfifo /run/imagebake/sum.pipe
        sha256sum </run/imagebake/sum.pipe >/run/imagebake/sum &
        payload_summer=$!
        payload_copy='tee /run/imagebake/sum.pipe'
    else
        payload_copy=cat
    fi
    payload_open | $payload_copy | $payload_filter | payload_tar
    payload_status=$?
    if [ -n "$payload_sum" ]; then
        wait "$payload_summer"
        read -r payload_found _ </run/imagebake/sum
        [ "$payload_status" -ne 0 ] || [ "$payload_found" = "$payload_sum" ] ||
            die "${payload_at-}the payload $payload has the checksum $payload_found, not $payload_sum"
    fi
    [ "$payload_status" -eq 0 ] || die "${payload_at-}the payload $payload could not be unpacked"
}

payload_open() {
    case $payload in
        http://*) wget -q -T 60 -O - "$payload" || { say "the payload $payload could not be fetched"; return 1; } ;;
        *) cat "$payload" ;;
    esac
}

# What tar leaves unread (padding) is read all the same, for the sum.
payload_tar() {
    tar -x -p --numeric-owner --xattrs --xattrs-include='security.capability' -C "$target" -f - || return 1
    cat >/dev/null
}
