# shellcheck shell=dash
# Reading the kickstart. Nothing is done to the machine here: every command only notes what it wants under $wants, one
# file a value, so that the whole file is known to be good before the first step, and so that tests can look at it.

# want KEY VALUE: notes a value. wanted KEY [DEFAULT]: reads it back. wants_any KEY: whether it was noted.
want() {
    printf '%s\n' "$2" >"$wants/$1"
}

wanted() {
    if [ -f "$wants/$1" ]; then cat "$wants/$1"; else printf '%s\n' "${2-}"; fi
}

wants_any() {
    [ -f "$wants/$1" ]
}

# want_record KIND: opens a numbered record (part.001 ...) for the want calls that follow, as $record.
want_record() {
    record_number=$((${record_number:-0} + 1))
    record=$(printf '%s.%03d' "$1" "$record_number")
    mkdir -p "$wants/$record"
    want "$record/line" "$ks_line"
}

# each_record KIND: the names of the records of a kind, in the order of the file.
each_record() {
    for record_path in "$wants/$1".*/; do
        [ -d "$record_path" ] || continue
        record_path=${record_path%/}
        printf '%s\n' "${record_path##*/}"
    done
}

# ks_fail LINE TEXT: the kickstart is wrong.
ks_fail() {
    die_at "$@"
}

# ks_error TEXT: the same, for the command at hand.
ks_error() {
    die_at "$ks_line" "$*"
}

# ks_command LINE NAME ARGUMENT...: hands a command to its function, ks_do_NAME.
ks_command() {
    ks_line=$1
    ks_verb=$2
    shift 2
    case $ks_verb in
        *[!a-z0-9_]*) ks_error "unknown command '$ks_verb'" ;;
    esac
    type "ks_do_$ks_verb" >/dev/null 2>&1 || ks_error "unknown command '$ks_verb'"
    "ks_do_$ks_verb" "$@"
}

# ks_section LINE NAME FILE ARGUMENT...: hands a section to its function, ks_section_NAME.
ks_section() {
    ks_line=$1
    ks_verb=%$2
    ks_body=$3
    ks_function=ks_section_$(printf '%s' "$2" | tr '-' '_')
    shift 3
    type "$ks_function" >/dev/null 2>&1 || ks_error "section '$ks_verb' is not supported"
    "$ks_function" "$@"
}

# ks_options SPEC ARGUMENT...: reads a command's options. SPEC lists their names, "name=" for one that takes a value.
# Afterwards opt_NAME holds each (dashes as underscores; 1 for a flag, empty if not given), given_NAME is 1 for those
# that were there, and ks_count, ks_words (all) and ks_word (the last) hold the words that are not options.
ks_options() {
    ks_spec=" $1 "
    shift
    for ks_option in $ks_spec; do
        ks_variable "${ks_option%=}"
        eval "opt_$ks_key=; given_$ks_key="
    done
    ks_count=0
    ks_word=
    ks_words=
    while [ $# -gt 0 ]; do
        case $1 in
            --?*)
                ks_option=${1#--}
                ks_option=${ks_option%%=*}
                case $ks_option in
                    *[!A-Za-z0-9-]*) ks_error "$ks_verb: unknown option '--$ks_option'" ;;
                esac
                ks_variable "$ks_option"
                case $ks_spec in
                    *" $ks_option= "*)
                        case $1 in
                            *=*) ks_value=${1#*=} ;;
                            *)
                                [ $# -ge 2 ] || ks_error "$ks_verb: option '--$ks_option' needs a value"
                                shift
                                ks_value=$1
                                ;;
                        esac
                        eval "opt_$ks_key=\$ks_value; given_$ks_key=1"
                        ;;
                    *" $ks_option "*)
                        case $1 in
                            *=*) ks_error "$ks_verb: option '--$ks_option' takes no value" ;;
                        esac
                        eval "opt_$ks_key=1; given_$ks_key=1"
                        ;;
                    *) ks_error "$ks_verb: unknown option '--$ks_option'" ;;
                esac
                ;;
            *)
                ks_count=$((ks_count + 1))
                ks_word=$1
                ks_words="${ks_words:+$ks_words }$1"
                ;;
        esac
        shift
    done
}

# ks_variable NAME: the option's name as part of a variable's, in $ks_key.
ks_variable() {
    ks_key=$1
    while :; do
        case $ks_key in
            *-*) ks_key=${ks_key%%-*}_${ks_key#*-} ;;
            *) break ;;
        esac
    done
}

# ks_takes_none, ks_takes_one WHAT: how many words the command has beside its options.
ks_takes_none() {
    [ "$ks_count" -eq 0 ] || ks_error "$ks_verb: unexpected '$ks_word'"
}

ks_takes_one() {
    [ "$ks_count" -ge 1 ] || ks_error "$ks_verb: $1 is missing"
    [ "$ks_count" -le 1 ] || ks_error "$ks_verb: unexpected '$ks_word'"
    [ -n "$ks_word" ] || ks_error "$ks_verb: $1 is empty"
}

# ks_number NAME VALUE: an option's value that has to be a whole number.
ks_number() {
    case $2 in
        '' | *[!0-9]*) ks_error "$ks_verb: option '--$1' needs a whole number, not '$2'" ;;
    esac
    [ "${#2}" -le 9 ] || ks_error "$ks_verb: option '--$1' is too large: '$2'"
}

# ks_plain WHAT VALUE: a value that lands in the system's own files and so has to be one plain word.
ks_plain() {
    case $2 in
        '' | -* | *[!A-Za-z0-9._:/@%+,=~-]*) ks_error "$ks_verb: '$2' is not a valid $1" ;;
    esac
}

# ks_unsupported WHY: a command or option that the installer knows and cannot obey.
ks_unsupported() {
    ks_error "$ks_verb: $*"
}

# ks_read FILE: reads a whole kickstart.
ks_read() {
    mkdir -p "$wants" "$wants/bodies"
    chmod 0700 "$wants"
    [ -f "$1" ] || die "there is no kickstart at $1"
    awk -v out="$wants/bodies" -f "$library/kickstart.awk" "$1" >"$wants/calls" || die "the kickstart $1 cannot be read"
    # %onerror first, so that it runs whatever is wrong with the rest.
    ks_onerror="^ks_section [0-9]* 'onerror' "
    grep "$ks_onerror" "$wants/calls" >"$wants/calls.onerror"
    grep -v "$ks_onerror" "$wants/calls" >"$wants/calls.others"
    # shellcheck disable=SC1091
    . "$wants/calls.onerror"
    # shellcheck disable=SC1091
    . "$wants/calls.others"
}
