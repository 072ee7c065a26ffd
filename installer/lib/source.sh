# shellcheck shell=dash disable=SC2154
# Where things come from: the network, the repository, the payload.

repository=/run/install/repo

# network_up [needed]: brings up the first network card, once. Without "needed" a failure is only a warning. Always by
# DHCP: the address that a kickstart gives belongs to the network of the finished machine, not to the installer's.
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
    if [ -z "$network_card" ]; then
        network_problem="there is no network card with a link"
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

# fetch FILE URL: one file over http; - is standard output. (Debian's static busybox wget crashes on its own -T.)
fetch() {
    timeout 1800 wget -q -O "$1" "$2"
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
        [ -z "${repository_url-}" ] || network_up needed
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
        fetch /run/imagebake/treeinfo "$repository_url/.treeinfo" || return 0
    else
        cp "$repository/.treeinfo" /run/imagebake/treeinfo 2>/dev/null || return 0
    fi
    awk -F '[ \t]*=[ \t]*' -v path="$1" '
        /^\[/ { inside = ($0 ~ /^\[checksums\]/) }
        inside && $1 == path && sub(/^sha256:/, "", $2) { print $2 }' /run/imagebake/treeinfo
}

# payload_unpack: puts $payload (any tar) onto the new system and, where $payload_sum says what it has to be, sums it
# at the same time. Files, not pipes: tee and its pipes cost three times the processor where there is no KVM. A wrong
# sum still stops the install before anything of the payload was run.
payload_unpack() {
    phase "unpacking ${payload##*/}"
    case $payload in
        *.tar) payload_filter= ;;
        *.tar.gz | *.tgz) payload_filter=--gzip ;;
        *.tar.xz) payload_filter=--xz ;;
        *) die "the payload $payload is not a .tar, .tar.gz or .tar.xz" ;;
    esac
    payload_file=$payload
    case $payload in
        http://*)
            payload_file=$target/.imagebake-payload
            fetch "$payload_file" "$payload" || die "the payload $payload could not be fetched"
            ;;
    esac
    if [ -n "$payload_sum" ]; then
        sha256sum "$payload_file" >/run/imagebake/sum &
    fi
    # shellcheck disable=SC2086
    tar -x $payload_filter -p --numeric-owner --xattrs --xattrs-include=security.capability -C "$target" -f "$payload_file"
    payload_status=$?
    wait
    if [ -n "$payload_sum" ]; then
        read -r payload_found _ </run/imagebake/sum
        [ "$payload_found" = "$payload_sum" ] ||
            die "the payload $payload has the checksum $payload_found, not $payload_sum"
    fi
    [ "$payload_status" -eq 0 ] || die "the payload $payload could not be unpacked"
    rm -f "$target/.imagebake-payload"
}
