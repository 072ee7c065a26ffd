# shellcheck shell=dash disable=SC2154
# %packages: what the payload lacks comes from apt, run inside the new system.

packages_install() {
    packages_missing=
    packages_surplus=
    if wants_any packages.install || wants_any packages.remove; then
        in_target dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n${db:Status-Abbrev} ${Package}:${Architecture}\n' |
            awk '$1 == "ii" { print $2 }' >/run/imagebake/installed
    fi
    if wants_any packages.install; then
        while read -r _ packages_name; do
            grep -qxF "$packages_name" /run/imagebake/installed || packages_missing="$packages_missing $packages_name"
        done <"$wants/packages.install"
    fi
    if wants_any packages.remove; then
        while read -r _ packages_name; do
            grep -qxF "$packages_name" /run/imagebake/installed && packages_surplus="$packages_surplus $packages_name"
        done <"$wants/packages.remove"
    fi
    if [ -n "$packages_missing" ]; then
        network_up needed
        target_names
        phase "fetching package lists"
        packages_apt update || die "the package lists could not be fetched"
        packages_known
        if [ -n "$packages_missing" ]; then
            phase "installing packages:$packages_missing"
            packages_weak=
            [ -z "$(wanted packages.noweak)" ] || packages_weak=--no-install-recommends
            # shellcheck disable=SC2086
            packages_apt install $packages_weak $packages_missing || die "these packages could not be installed:$packages_missing"
        fi
        in_target apt-get clean
        rm -rf "$target"/var/lib/apt/lists/*
        target_names_undo
    fi
    if [ -n "$packages_surplus" ]; then
        phase "removing packages:$packages_surplus"
        # shellcheck disable=SC2086
        packages_apt purge $packages_surplus || die "these packages could not be removed:$packages_surplus"
    fi
}

# packages_known: stops at the first missing name that no mirror has, with the line that asked for it.
packages_known() {
    in_target apt-cache pkgnames | sort -u >/run/imagebake/known
    packages_asked=$packages_missing
    packages_missing=
    for packages_name in $packages_asked; do
        if grep -qxF "${packages_name%%:*}" /run/imagebake/known; then
            packages_missing="$packages_missing $packages_name"
        elif [ -n "$(wanted packages.ignoremissing)" ]; then
            warn "the mirror has no package '$packages_name'"
        else
            die_at "$(awk -v name="$packages_name" '$2 == name { print $1; exit }' "$wants/packages.install")" \
                "the mirror has no package '$packages_name'"
        fi
    done
}

packages_apt() {
    in_target apt-get -q -y -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-unsafe-io -o Acquire::Retries=3 "$@"
}
