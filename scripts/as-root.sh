# Sourced by what installs the tests' tools; needs the function `fail`.
# shellcheck shell=sh

# Runs a command as root, through sudo where this is somebody else.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null 2>&1; then
        # Without a terminal there is nobody who could answer: fail at once.
        if [ -t 0 ]; then set -- sudo "$@"; else set -- sudo -n "$@"; fi
        "$@" || fail "'$*' did not work; run it yourself, then run this again"
    else
        fail "run '$*' as root, then run this again"
    fi
}
