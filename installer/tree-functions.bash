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

# tree_begin DIR MIB: makes $tree, a temporary directory beside DIR, and $work for logs and whatever else is not to stay;
# both go when the script ends, however it ends.
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
    work='' tree_job=''
    tree=$(mktemp -d "$tree_output.partial.XXXXXX")
    trap tree_discard EXIT
    trap 'exit 130' INT TERM HUP
    work=$(mktemp -d)
    chmod 0755 "$tree"
    # Passable, not readable: mmdebstrap's root file system lies below, and other users of it have to get there.
    chmod 0711 "$work"
    mkdir -m 0755 "$work/tmp"
}

# tree_discard: ends what still runs and removes what was begun.
tree_discard() {
    local tries=20
    if [ -n "$tree_job" ]; then
        kill -TERM -- "-$tree_job" 2>/dev/null || true
        # mmdebstrap takes a moment to unmount and to remove its root file system.
        while [ "$tries" -gt 0 ] && kill -0 "$tree_job" 2>/dev/null; do
            tries=$((tries - 1))
            sleep 0.1
        done
        kill -KILL -- "-$tree_job" 2>/dev/null || true
    fi
    tree_remove
}

tree_remove() {
    # A root file system that mmdebstrap could not remove itself belongs to users of its own user namespace.
    if [ "$(id -u)" -ne 0 ] && [ -n "$(find "$work/tmp" -mindepth 1 -print -quit 2>/dev/null)" ]; then
        mmdebstrap --unshare-helper find "$work/tmp" -mindepth 1 -delete >/dev/null 2>&1 || true
    fi
    rm -rf --one-file-system "$tree" "$work" || true
}

# tree_run LOG COMMAND...: a command that takes long, in a process group of its own. bash runs its traps only between
# two commands, or while it waits: so it waits, and a signal ends everything at once. Of kill -9 it learns nothing; the
# group does, because nobody holds the other end of its pipe any more.
tree_run() {
    local log=$1 status=0 alive
    shift
    mkfifo "$work/alive"
    set -m
    tree_guarded "$@" >"$log" 2>&1 <&0 &
    tree_job=$!
    set +m
    exec {alive}>"$work/alive"
    wait "$tree_job" || status=$?
    tree_job=
    echo ended >&"$alive" || true
    exec {alive}>&-
    rm -f "$work/alive"
    return "$status"
}

tree_guarded() {
    (
        trap '' TERM INT HUP
        ! read -r _ <"$work/alive" || exit 0
        kill -TERM 0
        sleep 3
        tree_remove
        kill -KILL 0
    ) &
    exec "$@"
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
    tree_run "$work/xorriso.log" xorriso -as mkisofs -quiet -r -V imagebake -o "$tree/repo.iso" -graft-points \
        .treeinfo="$tree/.treeinfo" LiveOS="$tree/LiveOS" || explain_failure "$work/xorriso.log"
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
    elif grep -q "cannot create $work/.*Permission denied" "$1"; then
        fail 74 "${TMPDIR:-/tmp} lies below a directory that other users cannot pass; set TMPDIR to another, such as /var/tmp"
    elif grep -qE 'newuidmap|unshare|user namespaces|unprivileged' "$1"; then
        fail 69 "this user cannot make a user namespace; run as root, or see mmdebstrap(1) on --mode=unshare"
    fi
    fail 70 "the tree could not be built; the last lines above say why"
}
