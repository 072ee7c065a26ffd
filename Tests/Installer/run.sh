#!/bin/bash
# Tests of the installer that install nothing. Its kickstart reader runs under the shell that the guest has (busybox ash): each table row
# is a kickstart and what the reader must say of it; the golden kickstarts of the recipes are read as they stand. The tree's builder: where
# its packages come from, and that a signal ends it with all that it began.
set -euo pipefail
cd "$(dirname -- "$0")/../.."

busybox=$(command -v busybox) || { echo 'run.sh: busybox is missing: apt-get install busybox-static' >&2; exit 69; }
work=$(mktemp -d)
# A user namespace's users, as whom mmdebstrap works where this is not root, have to get through.
chmod 0711 "$work"
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

# reads KICKSTART-TEXT: what the reader prints on a machine with $firmware; its status in $status, its notes in $work/wants.
firmware=bios
reads() {
    rm -rf "$work/wants"
    mkdir "$work/wants"
    printf '%s' "$1" >"$work/ks.cfg"
    status=0
    said=$(IMAGEBAKE_INSTALLER_LIBRARY=$PWD/installer/lib "$busybox" ash installer/lib/main parse "$work/ks.cfg" "$work/wants" "$firmware" 2>&1) || status=$?
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

# What each firmware boots from.
esp=$'part /boot/efi --fstype=efi --size=200\n'
core=$'part biosboot --fstype=biosboot --size=1\n'
gpt="${base/--all/--all --initlabel --disklabel=gpt}"
many=$'part /srv --size=9\npart /var --size=9\npart /tmp --size=9\npart /opt --size=9\n'
accepts 'a GPT under BIOS, with biosboot' "$gpt$core"
accepts 'more partitions than an MBR has, in a GPT' "$gpt$core$many"
refuses 'more partitions than an MBR has' "$base$many" 'an MBR disk label has 4'
refuses 'a GPT under BIOS, without biosboot' "$gpt" 'ks.cfg line 4: a BIOS boots from a GPT through biosboot'
refuses 'biosboot in an MBR' "$base$core" 'ks.cfg line 8: part: only a BIOS that boots from a GPT'
refuses 'an EFI system partition under BIOS' "$base$esp" 'ks.cfg line 8: part: this machine has a BIOS'
refuses 'a label that is none' "${base/--all/--all --disklabel=sun}" "line 2: clearpart: the disk label is msdos or gpt; 'sun'"
firmware=uefi
accepts 'an EFI system partition' "$base$esp"
accepts 'an EFI system partition with all its options' "$gpt"$'part /boot/efi --fstype=efi --size=50 --label=ESP --fsoptions=umask=0077 --asprimary\n'
accepts 'no EFI system partition where no boot loader is wanted' "${base/--timeout=1/--location=none}"
refuses 'no EFI system partition' "$base" 'ks.cfg line 4: UEFI boots from a partition for /boot/efi; add'
refuses 'an MBR under UEFI' "${base/--all/--all --disklabel=msdos}$esp" 'ks.cfg line 2: clearpart: this machine has UEFI'
refuses 'biosboot under UEFI' "$gpt$esp$core" 'ks.cfg line 9: part: only a BIOS that boots from a GPT'
refuses '/boot/efi in words of ext4' "$base"$'part /boot/efi --fstype=ext4 --size=200\n' "line 8: part: /boot/efi is made with '--fstype=efi', not 'ext4'"
refuses '/boot/efi without a file system' "$base"$'part /boot/efi --size=200\n' "line 8: part: /boot/efi is made with '--fstype=efi'"
refuses 'the type of an EFI system partition elsewhere' "$base"$'part /srv --fstype=efi --size=200\n' "line 8: part: '--fstype=efi' is for /boot/efi"
refuses 'an EFI system partition that is too small' "$base"$'part /boot/efi --fstype=efi --size=49\n' 'line 8: part: /boot/efi needs at least 50 MiB'
refuses 'a label that FAT cannot hold' "$base"$'part /boot/efi --fstype=efi --size=200 --label=ABCDEFGHIJKL\n' 'line 8: part: the label'
firmware=bios

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

# What a kickstart asks for, as notes: a name and what it must hold.
notes() {
    reads "$2"
    # shellcheck disable=SC2086 # the number of a record is not known
    found=$(cat "$work/wants/"$3 2>/dev/null) || true
    if [ "$found" = "$4" ]; then pass; else
        said="$3 holds '$found', not '$4'; $said"
        fail "$1"
    fi
}
notes '%onerror is known although a line before it is wrong' "$base"$'frobnicate\n%onerror --erroronfail\ntrue\n%end\n' \
    'onerror.*/erroronfail' 1
notes 'a console keymap is no layout' "$base"$'keyboard uk\n' 'keyboard.layout' ''
notes 'a layout with its variant' "$base"$'keyboard --xlayouts="de (nodeadkeys)"\n' 'keyboard.variant' nodeadkeys

# is NAME EXPECTED FOUND
is() {
    if [ "$2" = "$3" ]; then pass; else
        failed=$((failed + 1))
        printf 'FAILED: %s\n  expected: %q\n  found: %q\n' "$1" "$2" "$3"
    fi
}

# Where packages come from.
. installer/apt-sources.bash
public=$'deb http://deb.debian.org/debian bookworm main\ndeb http://deb.debian.org/debian bookworm-updates main\n'
public+='deb http://deb.debian.org/debian-security bookworm-security main'
sources_image bookworm >"$work/image.list"
is 'an image has the public mirrors' "$public" "$(cat "$work/image.list")"
is 'an image has the mirror that was asked for' 'deb https://m.example/debian bookworm main' \
    "$(sources_image bookworm https://m.example/debian)"
is 'an image has no directory of this machine' "$public" "$(sources_image bookworm file:///srv/mirror)"
# shellcheck disable=SC2016 # apt's own variable, where it has no list of that archive
is 'of apt, the archives of Debian, for the suite' \
    $'deb http://m.example/debian/ trixie main contrib\ndeb http://m.example/debian-security/ trixie-security main' \
    "$(printf '%s\n' 'http://m.example/debian/|bookworm|main|Debian|amd64' 'http://m.example/debian/|bookworm|contrib|Debian|amd64' \
        'http://m.example/debian/|bookworm|main|Debian|i386' 'https://other.example/apt/|bookworm|main|Other|amd64' \
        'http://m.example/debian-security/|bookworm-security|main|$(ORIGIN)|amd64' | sources_host_lines trixie amd64 bookworm)"
is 'a machine without Debian mirrors has none' 1 "$(sources_host_lines bookworm amd64 bookworm </dev/null && echo 0 || echo $?)"
is 'an install needs nothing that the image has' '' "$(sources_install "$work/image.list" <<<"${public//debian /debian/ }")"
is 'an install gets the mirror of this machine, without passwords and directories' 'deb http://m.example/debian bookworm main' \
    "$(printf 'deb %s bookworm main\n' http://m.example/debian/ http://me:secret@m.example/debian file:///srv/debian |
        sources_install "$work/image.list")"
is 'a proxy with a password stays here' 'Acquire::https::Proxy "http://p.example:3128";' \
    "$(printf 'Acquire::%s\n' 'http::Proxy "http://me:secret@p.example:3128";' 'https::Proxy "http://p.example:3128";' |
        settings_install)"
is 'a proxy of the environment counts' 'Acquire::http::Proxy "http://p.example:3128";' \
    "$(http_proxy=http://p.example:3128 APT_CONFIG=/dev/null apt_settings | grep '::http::Proxy')"
is 'a mirror with a password is refused, and not repeated' \
    "64 build-tree: error: a mirror's user and password would lie in every image; put them into /etc/apt/auth.conf.d, see apt_auth.conf(5)" \
    "$(installer/build-tree --output "$work/tree" --mirror http://me:secret@m.example/debian 2>"$work/said" || echo "$? $(cat "$work/said")")"

# What the guest makes of it: run under busybox' ash, with this machine's addresses turned into the gateway's.
mkdir -p "$work/library/apt" "$work/target"
echo 'Acquire::http::Proxy "http://127.0.0.1:3142";' >"$work/library/apt/apt.conf"
echo 'deb http://localhost/debian bookworm main' >"$work/library/apt/sources.list"
is 'the guest finds a mirror and a proxy on this machine' \
    $'Acquire::http::Proxy "http://10.0.2.2:3142";\nAcquire::Languages "none";\nDir::Etc::sourcelist "/run/imagebake/sources.list";
deb http://10.0.2.2/debian bookworm main' \
    "$("$busybox" ash -c ". installer/lib/packages.sh; ip() { echo 'default via 10.0.2.2 dev eth0'; }
        library=$work/library target=$work/target; apt_offer; cat $work/target/run/imagebake/apt.conf $work/target/run/imagebake/sources.list")"

is 'apt in the guest goes no other way' '' "$(grep -nE '(^|[^_])in_target (apt-get|apt-cache)' installer/lib/*.sh || true)"

# interrupt SIGNAL: the builder, ended while mmdebstrap works, leaves no process and no draft within five seconds.
interrupt() {
    local builder left tries
    mkdir "$work/trees"
    TMPDIR=$work/trees setsid installer/build-tree --output "$work/trees/tree" 2>"$work/said" &
    builder=$!
    tries=300
    until [ -n "$(find "$work"/trees/tmp.*/tmp/mmdebstrap.*/var/lib/dpkg -maxdepth 0 2>/dev/null)" ]; do
        tries=$((tries - 1))
        if [ "$tries" -eq 0 ] || ! kill -0 "$builder" 2>/dev/null; then
            fail_found "SIG$1: mmdebstrap does not run" "$(cat "$work/said")"
            return
        fi
        sleep 0.1
    done
    # A moment later apt and dpkg are at work, several processes deep.
    sleep 2
    kill "-$1" "$builder"
    tries=50
    while left=$(pgrep --list-full --session "$builder" || true; find "$work/trees" -mindepth 1 -maxdepth 1) && [ -n "$left" ] && [ "$tries" -gt 0 ]; do
        tries=$((tries - 1))
        sleep 0.1
    done
    wait "$builder" 2>/dev/null || status=$?
    is "SIG$1 ends the builder with all that it began" '' "$left"
    is "SIG$1: the builder's status" "$2" "$status"
    rm -rf "$work/trees"
}
fail_found() {
    failed=$((failed + 1))
    printf 'FAILED: %s\n  %s\n' "$1" "$2"
}
if command -v mmdebstrap >/dev/null && command -v xorriso >/dev/null; then
    # bash itself says on standard error that a job was killed.
    interrupt TERM 130 2>/dev/null
    interrupt KILL 137 2>/dev/null
elif [ -n "${CI-}" ]; then
    fail_found 'the tools of the tree builder' 'mmdebstrap or xorriso is missing'
fi

printf 'installer: %d passed, %d failed, 0 skipped\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
