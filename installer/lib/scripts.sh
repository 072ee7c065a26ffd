# shellcheck shell=dash disable=SC2154
# %pre, %post and %onerror.

# scripts_run KIND: runs every script of a kind, in the order of the file.
scripts_run() {
    for script_record in $(each_record "$1"); do
        script_line=$(wanted "$script_record/line")
        phase "running %$1 of line $script_line"
        if [ -n "$(wanted "$script_record/nochroot")" ]; then
            script_root=
        else
            script_root=$target
        fi
        mkdir -p "$script_root/tmp"
        script_file=/tmp/ks-script-$script_record
        cat "$(wanted "$script_record/body")" >"$script_root$script_file"
        chmod 0700 "$script_root$script_file"
        script_interpreter=$(wanted "$script_record/interpreter")
        script_log=$(wanted "$script_record/log")
        if [ ! -x "$script_root$script_interpreter" ] && [ ! -L "$script_root$script_interpreter" ]; then
            script_status=127
            say "there is no interpreter $script_interpreter"
        elif [ -n "$script_log" ]; then
            mkdir -p "$script_root${script_log%/*}"
            script_start >"$script_root$script_log" 2>&1
            script_status=$?
        else
            script_start 2>&1
            script_status=$?
        fi
        rm -f "$script_root$script_file"
        [ "$script_status" -ne 0 ] || continue
        if [ -n "$(wanted "$script_record/erroronfail")" ]; then
            die_at "$script_line" "%$1 failed with status $script_status"
        fi
        warn "$ks_name line $script_line: %$1 failed with status $script_status"
    done
}

script_start() {
    if [ -n "$script_root" ]; then
        apt_in_target "$script_interpreter" "$script_file" </dev/null
    else
        (cd / && "$script_interpreter" "$script_file" </dev/null)
    fi
}
