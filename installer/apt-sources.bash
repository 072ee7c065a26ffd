# shellcheck shell=bash
# Where packages come from: while the tree is built, during an install, and in the image. Sourced by build-tree.

# sources_image SUITE [MIRROR]: what the image's own apt uses. Not what this machine uses: an image goes elsewhere.
sources_image() {
    case ${2-} in
        # A directory of this machine is no use to anybody who starts the image.
        http://* | https://*) printf 'deb %s %s main\n' "$2" "$1" ;;
        *)
            printf 'deb http://deb.debian.org/debian %s main\n' "$1" "$1-updates"
            printf 'deb http://deb.debian.org/debian-security %s-security main\n' "$1"
            ;;
    esac
}

# sources_host SUITE ARCHITECTURE: one line per archive, taken from this machine's apt where it uses Debian's, for the
# suite asked for. Nothing where it does not.
sources_host() {
    local codename
    # shellcheck disable=SC1091
    codename=$(. /etc/os-release && echo "${VERSION_CODENAME-}")
    # shellcheck disable=SC2016 # apt expands these
    apt-get indextargets --format '$(REPO_URI)|$(RELEASE)|$(COMPONENT)|$(ORIGIN)|$(ARCHITECTURE)' \
        'Created-By: Packages' 2>/dev/null | sources_host_lines "$1" "$2" "$codename"
}

# sources_host_lines SUITE ARCHITECTURE CODENAME: the same from apt's list of index targets on standard input.
sources_host_lines() {
    awk -F '|' -v suite="$1" -v host="$3" -v arch="$2" '
        $5 != arch || ($4 != "Debian" && $4 !~ /^\$/ && $4 != "") { next }
        $4 != "Debian" && $1 !~ /\/debian(-security)?\/$/ { next }
        $2 == suite || $2 == suite "-updates" || $2 == suite "-security" { release = $2; print_it(); next }
        host != "" && ($2 == host || $2 == host "-updates" || $2 == host "-security") {
            release = suite substr($2, length(host) + 1); print_it()
        }
        function print_it(    key) {
            key = $1 " " release
            if (!(key in components)) order[++n] = key
            if (index(" " components[key] " ", " " $3 " ") == 0) components[key] = components[key] " " $3
        }
        END {
            for (i = 1; i <= n; i++) print "deb " order[i] components[order[i]]
            # A suite that lacks its main archive is none.
            for (i = 1; i <= n; i++) if (order[i] ~ " " suite "$") exit 0
            exit 1
        }'
}

# sources_install IMAGE: of the sources on standard input, those that an install has to use because the image's own
# (the file IMAGE) are others. What the guest cannot reach is left out: directories, and addresses with a password,
# which must not lie in a tree for everybody to read.
sources_install() {
    local kind uri rest all
    all=$(while read -r kind uri rest; do
        case $uri in
            *://*@*) ;;
            http://* | https://*) printf '%s %s %s\n' "$kind" "${uri%/}" "$rest" ;;
        esac
    done)
    [ -n "$all" ] || return 0
    # This machine's own addresses are others in the guest, so those have to be said anew in any case.
    if [ "$(sort <<<"$all")" != "$(sort "$1")" ] || grep -qE '//(localhost|127\.|\[::1\])' <<<"$all"; then
        printf '%s\n' "$all"
    fi
}

# apt_settings: of this machine's apt, what it needs to reach its mirror, as apt.conf lines.
apt_settings() {
    local found scheme variable
    found=$(apt-config dump Acquire 2>/dev/null |
        grep -E '^Acquire::(http|https)::Proxy(::[^ ]+)? |^Acquire::Check-(Valid-Until|Date) ' || true)
    # apt itself reads the environment only where it is not told otherwise; the installer has another environment.
    for scheme in http https; do
        variable=${scheme}_proxy
        if [ -n "${!variable-}" ] && ! grep -q "^Acquire::$scheme::Proxy " <<<"$found"; then
            found+=$'\n'"Acquire::$scheme::Proxy \"${!variable//[$'\"\n']/}\";"
        fi
    done
    [ -z "$found" ] || printf '%s\n' "$found"
}

# settings_install: of those settings, on standard input, the ones that may lie in a tree: no passwords.
settings_install() {
    grep -vE '"[^"]*@[^"]*"' || true
}
