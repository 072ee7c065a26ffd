#!/bin/sh
# Installs the tools of other projects that the tests ask for a verdict: pykickstart's ksvalidator and cloud-init's schema check.
#
#   scripts/judges.sh              into $IMAGEBAKE_JUDGES, by default .build/judges of this repository
#
# Nothing outside that directory changes, save that python3-venv is installed where Python lacks it. In particular
# cloud-init is unpacked, not installed: an installed cloud-init would run on the next boot of this machine.
# Can be run again: what is there already is kept. Needs no terminal; works as root or as a user with sudo.
set -eu

pykickstart=3.78
# What `cloud-init schema` imports, at versions that work with cloud-init 22.4 (Debian 12) and with Python 3.11 to 3.13.
libraries='PyYAML==6.0.2 jinja2==3.1.6 jsonschema==4.23.0 configobj==5.0.9 requests==2.32.4 jsonpatch==1.33 oauthlib==3.2.2'
stamp_text="pykickstart $pykickstart $libraries layout 1"

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
judges=${IMAGEBAKE_JUDGES:-$root/.build/judges}
stamp=$judges/.complete

say() { printf 'judges: %s\n' "$*" >&2; }
fail() { say "$*"; exit 69; }

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

if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$stamp_text" ]; then
    say "already in $judges"
    exit 0
fi

python=${PYTHON:-python3}
command -v "$python" >/dev/null 2>&1 || fail "there is no $python"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 9))' || fail "$python is older than 3.9"

# The new copy is made beside the old one and takes its place when it is complete.
mkdir -p "$(dirname -- "$judges")"
if [ -e "$judges" ] && [ ! -f "$judges/pyvenv.cfg" ]; then
    [ -z "$(ls -A "$judges")" ] || fail "$judges exists and is not a directory that this script made"
fi
rm -rf "$judges"
trap 'rm -rf "$judges"' EXIT
trap 'exit 130' INT TERM HUP

say "installing pykickstart and cloud-init's schema check into $judges"
if ! "$python" -m venv "$judges" >/dev/null 2>&1; then
    rm -rf "$judges"
    export DEBIAN_FRONTEND=noninteractive
    as_root apt-get update -q
    as_root apt-get install -q -y --no-install-recommends python3-venv
    "$python" -m venv "$judges"
fi

# shellcheck disable=SC2086 # the list is meant to be split
"$judges/bin/python" -m pip install --quiet --disable-pip-version-check --no-input \
    "pykickstart==$pykickstart" $libraries

# PyPI has no cloud-init. apt checks the package's signature; `download` needs no root and installs nothing.
mkdir "$judges/download"
(
    cd "$judges/download"
    apt-get -o APT::Sandbox::User=root download -q cloud-init >/dev/null || {
        as_root apt-get update -q
        apt-get -o APT::Sandbox::User=root download -q cloud-init >/dev/null
    }
    dpkg-deb --extract cloud-init_*.deb unpacked
)
site=$("$judges/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
cp -R "$judges/download/unpacked/usr/lib/python3/dist-packages/cloudinit" "$site/cloudinit"
rm -rf "$judges/download"

cat >"$judges/bin/cloud-init" <<END
#!$judges/bin/python
import sys

from cloudinit.cmd.main import main

sys.argv[0] = "cloud-init"
sys.exit(main())
END
chmod 0755 "$judges/bin/cloud-init"

# Both must really judge: a good file passes, a bad one does not.
trial=$judges/trial
mkdir "$trial"
printf 'lang en_US.UTF-8\n' >"$trial/good.ks"
printf 'nosuchcommand\n' >"$trial/bad.ks"
printf '#cloud-config\nssh_pwauth: false\n' >"$trial/good.cfg"
printf '#cloud-config\nusers: 7\n' >"$trial/bad.cfg"
"$judges/bin/ksvalidator" -v RHEL7 "$trial/good.ks" >/dev/null || fail "ksvalidator refuses a good kickstart"
! "$judges/bin/ksvalidator" -v RHEL7 "$trial/bad.ks" >/dev/null 2>&1 || fail "ksvalidator passes a bad kickstart"
"$judges/bin/cloud-init" schema --config-file "$trial/good.cfg" >/dev/null || fail "cloud-init refuses a good file"
! "$judges/bin/cloud-init" schema --config-file "$trial/bad.cfg" >/dev/null 2>&1 || fail "cloud-init passes a bad file"
rm -rf "$trial"

printf '%s' "$stamp_text" >"$stamp"
trap - EXIT INT TERM HUP
say "done"
