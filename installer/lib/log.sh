# shellcheck shell=dash
# What the installer says on the console. Hosts read these lines, so their form is fixed (see installer/README.md).

log_file=/run/imagebake/installer.log
error_file=/run/imagebake/error

# uptime_now: seconds since the kernel started, as 12.34.
uptime_now() {
    read -r log_uptime _ </proc/uptime
    printf '%s' "$log_uptime"
}

# say TEXT: one line on the console and in the log.
say() {
    printf 'imagebake-installer: %s\n' "$*"
    printf 'imagebake-installer: %s\n' "$*" >>"$log_file"
}

# phase TEXT: a new phase begins.
phase() {
    say "$* ($(uptime_now) s)"
}

warn() {
    say "warning: $*"
}

# die TEXT: the install stops here. init runs %onerror and switches the guest off.
die() {
    say "error: $*"
    printf '%s\n' "$*" >"$error_file"
    exit 1
}

# die_log TEXT: the same, after a tool failed whose words are the last ones in the log.
die_log() {
    log_tail
    die "$@"
}

die_log_at() {
    log_tail
    die_at "$@"
}

log_tail() {
    tail -n 5 "$log_file" | grep -v '^imagebake-installer: '
}

# die_at LINE TEXT: the same, with the place in the kickstart.
die_at() {
    log_line=$1
    shift
    die "$ks_name line $log_line: $*"
}

# run COMMAND...: a command that has to succeed.
run() {
    "$@" || die "'$*' failed with status $?"
}
