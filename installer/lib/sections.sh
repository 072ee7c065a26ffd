# shellcheck shell=dash disable=SC2154
# The kickstart's sections: %packages and the scripts.

ks_section_packages() {
    ks_options 'ignoremissing nocore nobase default exclude-weakdeps excludeWeakdeps excludedocs inst-langs= instLangs=
        multilib timeout= retries=' "$@"
    ks_takes_none
    [ -z "$given_multilib$given_default" ] || ks_unsupported "options '--multilib' and '--default' are not supported"
    want packages.ignoremissing "$opt_ignoremissing"
    want packages.noweak "$opt_exclude_weakdeps$opt_excludeWeakdeps"
    packages_number=$ks_line
    while IFS= read -r packages_text || [ -n "$packages_text" ]; do
        packages_number=$((packages_number + 1))
        # pykickstart: everything after # is a comment, blanks around the name do not count.
        packages_text=$(printf '%s' "${packages_text%%#*}" | sed 's/^[[:space:]]*//; s/[[:space:]]*$//')
        [ -n "$packages_text" ] || continue
        ks_line=$packages_number
        case $packages_text in
            @* | -@*) packages_group "$packages_text" ;;
            -*)
                package_name_checked "${packages_text#-}"
                printf '%s %s\n' "$ks_line" "${packages_text#-}" >>"$wants/packages.remove"
                ;;
            *)
                package_name_checked "$packages_text"
                printf '%s %s\n' "$ks_line" "$packages_text" >>"$wants/packages.install"
                ;;
        esac
    done <"$ks_body"
}

# packages_group NAME: a dialect may know groups; Debian has none.
packages_group() {
    ks_error "package groups are not supported: '$1'"
}

package_name_checked() {
    case $1 in
        '' | [!A-Za-z0-9]* | *[!A-Za-z0-9.+:_-]*) ks_error "'$1' is not a valid package name" ;;
    esac
}

ks_section_pre() {
    ks_options 'interpreter= erroronfail log= logfile=' "$@"
    opt_nochroot=1
    script_wanted pre
}

ks_section_onerror() {
    ks_options 'interpreter= erroronfail log= logfile=' "$@"
    opt_nochroot=1
    script_wanted onerror
}

ks_section_post() {
    ks_options 'interpreter= erroronfail log= logfile= nochroot' "$@"
    script_wanted post
}

script_wanted() {
    ks_takes_none
    : "${opt_interpreter:=/bin/sh}" "${opt_log:=$opt_logfile}"
    case $opt_interpreter in
        /*) ;;
        *) ks_error "$ks_verb: the interpreter '$opt_interpreter' is not an absolute path" ;;
    esac
    case $opt_log in
        '' | /*) ;;
        *) ks_error "$ks_verb: the log '$opt_log' is not an absolute path" ;;
    esac
    want_record "$1"
    want "$record/interpreter" "$opt_interpreter"
    want "$record/erroronfail" "$opt_erroronfail"
    want "$record/log" "$opt_log"
    want "$record/nochroot" "$opt_nochroot"
    want "$record/body" "$ks_body"
}
