#!/bin/bash
# Tests of the installer's kickstart reader, run under the shell that the guest has (busybox ash): each table row is a kickstart and what
# the reader must say of it. Nothing is installed. Also: both golden kickstarts of the recipes are read as they stand.
set -euo pipefail
cd "$(dirname -- "$0")/../.."

busybox=$(command -v busybox) || { echo 'run.sh: busybox is missing: apt-get install busybox-static' >&2; exit 69; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

# reads KICKSTART-TEXT: what the reader prints; its status in $status, its notes in $work/wants.
reads() {
    rm -rf "$work/wants"
    mkdir "$work/wants"
    printf '%s' "$1" >"$work/ks.cfg"
    status=0
    said=$(IMAGEBAKE_INSTALLER_LIBRARY=$PWD/installer/lib "$busybox" ash installer/lib/main parse "$work/ks.cfg" "$work/wants" 2>&1) || status=$?
}

pass() { passed=$((passed + 1)); }

fail() {
    failed=$((failed + 1))
    printf 'FAILED: %s\n  kickstart: %q\n  said: %s\n' "$1" "$(cat "$work/ks.cfg")" "$said"
}

# The smallest kickstart that is complete; rows are added to it.
base=$'zerombr\nclearpart --all\npart / --fstype=ext4 --size=1024 --grow\nbootloader --timeout=1\nrootpw --lock\nliveimg --url=file:///x/rootfs.tar\npoweroff\n'

accepts() {
    reads "$2"
    if [ "$status" -eq 0 ]; then pass; else fail "$1 (status $status)"; fi
}

# refuses NAME KICKSTART WORDS: it must end with an error that holds the words.
refuses() {
    reads "$2"
    case $said in
    *"imagebake-installer: error: "*"$3"*) if [ "$status" -ne 0 ]; then pass; else fail "$1: no error status"; fi ;;
    *) fail "$1: expected '$3'" ;;
    esac
}

accepts 'the smallest kickstart' "$base"
accepts 'comments, blank lines, CRLF' $'# a comment\r\n\r\n'"${base//$'\n'/$'\r\n'}"
accepts 'a comment after a command' "$base"$'text # words\n'
accepts 'skipx, firewall and selinux disabled' "$base"$'skipx\nfirewall --disabled\nselinux --disabled\n'
accepts 'every network form' "$base"$'network --bootproto=dhcp --device=link --onboot=yes --noipv6 --hostname=a.example --activate\n'
accepts 'a static address' "$base"$'network --bootproto=static --device=eth0 --ip=192.0.2.5 --netmask=255.255.255.0 --gateway=192.0.2.1 --nameserver=192.0.2.1\n'
accepts 'sections' "$base"$'%pre\ntrue\n%end\n%post --erroronfail --log=/root/x.log\ntrue\n%end\n%post --nochroot --interpreter=/bin/sh\ntrue\n%end\n%onerror\ntrue\n%end\n'
accepts 'packages' "$base"$'%packages\nvim\n-nano\n%end\n'
accepts 'a user with a key' "$base"$'user --name=web --groups=sudo,adm --shell=/bin/bash --lock\nsshkey --username=web "ssh-ed25519 AAAA web@example"\n'
accepts '/boot and swap' "$base"$'part /boot --fstype=ext4 --size=256 --asprimary --label=boot\npart swap --fstype=swap --size=128\n'

refuses 'an unknown command' "$base"$'frobnicate --now\n' "ks.cfg line 8: unknown command 'frobnicate'"
refuses 'an unknown option' "$base"$'timezone --moon UTC\n' "ks.cfg line 8: timezone: unknown option '--moon'"
refuses 'a section without %end' "$base"$'%post\ntrue\n' 'line 8'
refuses 'an unknown section' "$base"$'%frob\n%end\n' 'ks.cfg line 8'
refuses 'an open quote' "$base"$'lang "en_US\n' 'ks.cfg line 8'
refuses 'a value that is missing' "$base"$'lang\n' 'ks.cfg line 8: lang'
refuses 'a kickstart without a root' $'zerombr\nclearpart --all\nbootloader\nrootpw --lock\npoweroff\n' '/'
refuses 'a size that is no number' "$base"$'part /srv --fstype=ext4 --size=big\n' 'line 8'
refuses 'selinux that Debian lacks' "$base"$'selinux --enforcing\n' 'line 8'
refuses 'a command injection in a name' "$base"$'`reboot`\n' "line 8: unknown command"
refuses 'a command injection in an option' "$base"$'lang --$(reboot) x\n' 'line 8'

# How words are split shows in what is said of a value that is refused.
# shellcheck disable=SC2016 # nothing may expand here
{
    refuses 'double quotes and a backslash' "$base"$'lang "en_\\"US"\n' "lang: 'en_\"US' is not"
    refuses 'single quotes keep all' "$base"$'lang \'$(touch x) `y` "z"\'\n' "lang: '"'$(touch x) `y` "z"'"' is not"
    refuses 'a hash in quotes is no comment' "$base"$'lang "a # b"\n' "lang: 'a # b' is not"
}

for golden in Tests/RecipesTests/Golden/*debian12*.ks; do
    [ -e "$golden" ] || continue
    accepts "the golden file $golden" "$(cat "$golden")"$'\n'
done

printf 'installer: %d passed, %d failed, 0 skipped\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
