#!/bin/sh
# Installs a real Keystone, a real Glance and the openstack client for the tests, and Debian 12's older Glance beside them.
#
#   scripts/openstack.sh           into $IMAGEBAKE_OPENSTACK, by default .build/openstack of this repository
#
# Nothing outside that directory changes, save that python3-venv is installed where Python lacks it and apt's lists are fetched where there
# are none. Debian's packages are unpacked, not installed: an installed glance-api would run, now and after the next boot.
# Can be run again: what is there already is kept. Needs no terminal; works as root or as a user with sudo.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
place=${IMAGEBAKE_OPENSTACK:-$root/.build/openstack}
constraints=$root/Tests/OpenStackLab/constraints.txt
stamp_text="$(cksum <"$constraints") layout 1"

say() { printf 'openstack: %s\n' "$*" >&2; }
fail() { say "$*"; exit 69; }

. "$root/scripts/as-root.sh"

if [ -f "$place/.complete" ] && [ "$(cat "$place/.complete")" = "$stamp_text" ]; then
    say "already in $place"
    exit 0
fi

python=${PYTHON:-python3}
command -v "$python" >/dev/null 2>&1 || fail "there is no $python"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail "$python is older than 3.11, which Glance needs"

mkdir -p "$(dirname -- "$place")"
if [ -e "$place" ] && [ ! -f "$place/venv/pyvenv.cfg" ]; then
    [ -z "$(ls -A "$place")" ] || fail "$place exists and is not a directory that this script made"
fi
rm -rf "$place"
trap 'rm -rf "$place"' EXIT
trap 'exit 130' INT TERM HUP
mkdir -p "$place"

say "installing Keystone, Glance and the openstack client into $place"
if ! "$python" -m venv "$place/venv" >/dev/null 2>&1; then
    rm -rf "$place/venv"
    export DEBIAN_FRONTEND=noninteractive
    as_root apt-get update -q
    as_root apt-get install -q -y --no-install-recommends python3-venv
    "$python" -m venv "$place/venv"
fi
"$place/venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input \
    --constraint "$constraints" keystone glance gunicorn python-openstackclient
for program in keystone-manage glance-manage openstack; do
    [ -x "$place/venv/bin/$program" ] || fail "PyPI's packages have brought no $program"
done

# Debian 12's Glance runs with Debian 12's Python alone.
debian_glance() {
    if [ "$(dpkg-query --show --showformat='${db:Status-Status}' glance-api 2>/dev/null)" = installed ]; then
        ln -s / "$place/debian-glance"
        return 0
    fi
    # Its dependencies that are not installed; apt checks the signatures, `download` needs no root and installs nothing.
    packages=$(apt-get install --simulate -q --no-install-recommends glance-api 2>/dev/null |
        awk '$1 == "Inst" && $2 ~ /^(python3-|glance-)/ { print $2 }')
    [ -n "$packages" ] || return 1
    mkdir -p "$place/download" "$place/debian-glance"
    (
        cd "$place/download"
        # shellcheck disable=SC2086 # the list is meant to be split
        apt-get -o APT::Sandbox::User=root download -q $packages >/dev/null || exit 1
        for package in *.deb; do dpkg-deb --extract "$package" "$place/debian-glance"; done
    ) || return 1
    rm -rf "$place/download"
    [ -f "$place/debian-glance/usr/bin/glance-api" ]
}
# shellcheck source=/dev/null
if [ -x /usr/bin/python3 ] && command -v apt-get >/dev/null 2>&1 && [ "$(. /etc/os-release && echo "$ID $VERSION_ID")" = 'debian 12' ]; then
    say "unpacking Debian's Glance beside them"
    debian_glance || {
        rm -rf "$place/download" "$place/debian-glance"
        as_root apt-get update -q >/dev/null
        debian_glance || fail "apt-get cannot download glance-api and what it needs"
    }
fi

printf '%s' "$stamp_text" >"$place/.complete"
trap - EXIT INT TERM HUP
say 'done'
