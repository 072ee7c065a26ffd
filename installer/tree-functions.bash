# shellcheck shell=bash
# Steps of making an install tree that do not depend on what is in it. Sourced by build-tree (and by whatever else
# makes trees), with $program set to the caller's name.

# fail STATUS TEXT: says why and stops; tree_begin's trap removes what was begun.
fail() {
    printf '%s: error: %s\n' "$program" "$2" >&2
    exit "$1"
}

# phase TEXT: one line when a phase begins, with the seconds since the start.
phase() {
    printf '%s: [%4d s] %s\n' "$program" "$SECONDS" "$1" >&2
}

# need TOOL PACKAGE: a tool that has to be here.
need() {
    PATH=$PATH:/usr/sbin:/sbin command -v "$1" >/dev/null ||
        fail 69 "'$1' is missing; get it with: apt-get install $2"
}

# tree_begin DIR MIB: makes $tree, a temporary directory beside DIR, and $work for logs; both go when the script ends.
tree_begin() {
    local parent
    tree_output=${1%/}
    parent=$(dirname "$tree_output")
    mkdir -p "$parent" 2>/dev/null || fail 74 "the directory $parent cannot be made"
    [ -w "$parent" ] || fail 74 "the directory $parent is not writable"
    if [ -e "$tree_output" ] && [ ! -f "$tree_output/.treeinfo" ]; then
        [ -d "$tree_output" ] && [ -z "$(ls -A "$tree_output")" ] ||
            fail 64 "$tree_output exists and is not an install tree"
    fi
    tree_space "$parent" "$2"
    parent=$(cd "$parent" && pwd)
    tree_output=$parent/$(basename "$tree_output")
    work=
    tree=$(mktemp -d "$tree_output.partial.XXXXXX")
    trap 'rm -rf "$tree" "$work"' EXIT
    trap 'exit 130' INT TERM HUP
    work=$(mktemp -d)
    chmod 0755 "$tree"
}

# tree_space DIR MIB: refuses early where there is no room.
tree_space() {
    local free
    free=$(df -Pm "$1" | awk 'NR == 2 { print $4 }')
    [ "$free" -ge "$2" ] || fail 74 "not enough space in $1: $2 MiB are needed, $free MiB are free"
}

# tree_treeinfo FAMILY VERSION [PATH...]: writes .treeinfo with the checksums of kernel, initrd, payload and PATHs.
tree_treeinfo() {
    local family=$1 version=$2 path sum
    shift 2
    {
        printf '[general]\nfamily = %s\nname = %s %s\nversion = %s\narch = x86_64\ntimestamp = %s\n' \
            "$family" "$family" "$version" "$version" "${SOURCE_DATE_EPOCH:-$(date +%s)}"
        printf 'platforms = x86_64\n\n[images-x86_64]\n'
        printf 'kernel = images/pxeboot/vmlinuz\ninitrd = images/pxeboot/initrd.img\n\n[checksums]\n'
        for path in images/pxeboot/vmlinuz images/pxeboot/initrd.img LiveOS/rootfs.tar "$@"; do
            sum=$(sha256sum "$tree/$path")
            printf '%s = sha256:%s\n' "$path" "${sum%% *}"
        done
    } >"$tree/.treeinfo"
}

# tree_iso: the payload as a medium for a guest without a network.
tree_iso() {
    xorriso -as mkisofs -quiet -r -V imagebake -o "$tree/repo.iso" -graft-points \
        .treeinfo="$tree/.treeinfo" LiveOS="$tree/LiveOS" >"$work/xorriso.log" 2>&1 || explain_failure "$work/xorriso.log"
}

# tree_finish: the tree takes its name.
tree_finish() {
    local old=
    chmod -R u+rwX,go+rX "$tree"
    sync -f "$tree" "$tree/LiveOS/rootfs.tar"
    if [ -e "$tree_output" ]; then
        old=$(mktemp -d "$tree_output.partial.XXXXXX")
        mv -T "$tree_output" "$old"
    fi
    mv -T "$tree" "$tree_output"
    [ -z "$old" ] || rm -rf "$old"
    phase "finished: $tree_output"
}

# explain_failure LOG: turns a tool's log into one message with the right exit status.
explain_failure() {
    tail -n 15 "$1" >&2
    if grep -qE 'No space left on device|not enough space|ENOSPC' "$1"; then
        fail 74 "no space left on the disk"
    elif grep -qE 'Temporary failure resolving|Could not resolve|Could not connect|Connection (refused|timed out|failed)|Unable to connect|Failed to fetch|Network is unreachable|does not have a Release file' "$1"; then
        fail 69 "the Debian mirror cannot be reached: $(grep -m 1 -oE "(Temporary failure resolving|Could not resolve|Could not connect|Connection [a-z]+|Unable to connect|Failed to fetch|Network is unreachable).*|.*does not have a Release file.*" "$1")"
    elif grep -qE 'newuidmap|unshare|user namespaces|unprivileged' "$1"; then
        fail 69 "this user cannot make a user namespace; run as root, or see mmdebstrap(1) on --mode=unshare"
    fi
    fail 70 "the tree could not be built; the last lines above say why"
}
