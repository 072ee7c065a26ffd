# shellcheck shell=dash disable=SC2154
# %packages: what the payload lacks comes from apt, run inside the new system.

packages_install() {
    wants_any packages.install || wants_any packages.remove || return 0
    packages_list
    packages_missing=
    if wants_any packages.install; then
        while read -r _ packages_name; do
            packages_installed "$packages_name" || packages_missing="$packages_missing $packages_name"
        done <"$wants/packages.install"
    fi
    if [ -n "$packages_missing" ]; then
        network_up needed
        target_names
        apt_offer
        phase "fetching package lists"
        packages_update
        packages_known
        if [ -n "$packages_missing" ]; then
            phase "installing packages:$packages_missing"
            packages_weak=
            [ -z "$(wanted packages.noweak)" ] || packages_weak=--no-install-recommends
            # shellcheck disable=SC2046,SC2086
            packages_apt install --purge $packages_weak $packages_missing $(packages_excluded) ||
                die "these packages could not be installed:$packages_missing"
        fi
        apt_in_target apt-get clean
        rm -rf "$target"/var/lib/apt/lists/*
        target_names_undo
        packages_list
    fi
    packages_purge
}

# packages_purge: what the payload has, or a package brought along, and the kickstart excludes. Only now that all are
# there does it show what is too much.
packages_purge() {
    packages_surplus=
    if wants_any packages.remove; then
        while read -r _ packages_name; do
            ! packages_installed "$packages_name" || packages_surplus="$packages_surplus $packages_name"
        done <"$wants/packages.remove"
    fi
    [ -n "$packages_surplus" ] || return 0
    phase "removing packages:$packages_surplus"
    cp /run/imagebake/installed /run/imagebake/installed.before
    # shellcheck disable=SC2086
    packages_apt purge $packages_surplus || die "these packages could not be removed:$packages_surplus"
    packages_list
    wants_any packages.install || return 0
    # apt removes whatever needs a removed one, and that may be what the same kickstart asks for.
    while read -r packages_line packages_name; do
        if grep -qxF "$packages_name" /run/imagebake/installed.before && ! packages_installed "$packages_name"; then
            die_at "$packages_line" "the package '$packages_name' needs one that is excluded:$packages_surplus"
        fi
    done <"$wants/packages.install"
}

# packages_list, packages_installed NAME: what the new system has, as name and as name:architecture.
packages_list() {
    in_target dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n${db:Status-Abbrev} ${Package}:${Architecture}\n' |
        awk '$1 == "ii" { print $2 }' >/run/imagebake/installed
}

packages_installed() {
    grep -qxF "$1" /run/imagebake/installed
}

# packages_update: from the mirror that built the tree, or else from the image's own.
packages_update() {
    packages_apt -o APT::Update::Error-Mode=any update && return
    if [ -n "${apt_has_sources-}" ]; then
        warn "the mirror that the install tree was built from gives no package lists; trying the image's own sources"
        apt_offer_nothing
        packages_apt -o APT::Update::Error-Mode=any update && return
    fi
    die "the package lists could not be fetched"
}

# packages_known: stops at the first missing name that no mirror has, with the line that asked for it.
packages_known() {
    apt_in_target apt-cache pkgnames | sort -u >/run/imagebake/known
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

# packages_excluded: in apt's own words, so that it does not even fetch what another package only recommends.
packages_excluded() {
    wants_any packages.remove || return 0
    while read -r _ packages_name; do
        ! grep -qxF "${packages_name%%:*}" /run/imagebake/known || printf '%s- ' "$packages_name"
    done <"$wants/packages.remove"
}

packages_apt() {
    apt_in_target apt-get -q -y -o Dpkg::Use-Pty=0 -o Acquire::Retries=3 \
        -o Dpkg::Options::=--force-unsafe-io "$@"
}

# apt_in_target COMMAND...: in the new system, with what apt_offer lends.
apt_in_target() {
    in_target ${apt_config:+"APT_CONFIG=$apt_config"} "$@"
}

# apt_offer: lends the new system the sources and settings of the machine that built the tree, until its /run goes.
# What apt found in /etc/apt/sources.list.d is read as well; the image's /etc/apt/sources.list stays as it is.
apt_offer() {
    [ -z "${apt_config-}" ] && [ -d "$library/apt" ] || return 0
    apt_host=$(ip route | awk '$1 == "default" { print $3; exit }')
    mkdir -p "$target/run/imagebake"
    cp "$library/apt/apt.conf" "$target/run/imagebake/apt.conf"
    echo 'Acquire::Languages "none";' >>"$target/run/imagebake/apt.conf"
    if [ -s "$library/apt/sources.list" ]; then
        cp "$library/apt/sources.list" "$target/run/imagebake/sources.list"
        echo 'Dir::Etc::sourcelist "/run/imagebake/sources.list";' >>"$target/run/imagebake/apt.conf"
        apt_has_sources=1
    fi
    for apt_file in "$target"/run/imagebake/apt.conf "$target"/run/imagebake/sources.list; do
        # What is this machine's own address there is the gateway's here.
        [ ! -f "$apt_file" ] || [ -z "$apt_host" ] ||
            sed -i -E "s,//(localhost|127\\.[0-9.]+|\\[::1\\])([:/\"]| ),//$apt_host\\2,g" "$apt_file"
    done
    apt_config=/run/imagebake/apt.conf
}

# apt_offer_nothing: takes the sources and the way to them back.
apt_offer_nothing() {
    apt_has_sources=
    sed -i '/^Dir::Etc::sourcelist /d; /::Proxy[: ]/d' "$target/run/imagebake/apt.conf"
}

# services_hold, services_release: while the system is being made, installing a package starts no daemon in it.
services_hold() {
    [ ! -e "$target/usr/sbin/policy-rc.d" ] || return 0
    services_held=1
    printf '#!/bin/sh\n# imagebake-installer: no daemon starts during the install.\nexit 101\n' >"$target/usr/sbin/policy-rc.d"
    chmod 0755 "$target/usr/sbin/policy-rc.d"
}

services_release() {
    [ -z "${services_held-}" ] || ! grep -q '^# imagebake-installer: ' "$target/usr/sbin/policy-rc.d" 2>/dev/null ||
        rm -f "$target/usr/sbin/policy-rc.d"
}
