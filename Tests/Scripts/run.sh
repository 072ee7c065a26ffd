#!/bin/bash
# Tests of what `make` calls: scripts/phase, scripts/setup, scripts/judges.sh and scripts/bench, with stand-ins for sudo and apt-get. Nothing is
# installed and no guest is started.
set -euo pipefail
cd "$(dirname -- "$0")/../.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Passed by the other user that a part of the tests runs as.
chmod 0755 "$work"
passed=0
failed=0

# is NAME EXPECTED FOUND
is() {
    if [ "$2" = "$3" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'FAILED: %s\n  expected: %q\n  found:    %q\n' "$1" "$2" "$3"
    fi
}

# runs COMMAND...: what it prints in $said, its status in $status.
runs() {
    status=0
    said=$("$@" 2>&1) || status=$?
}

# --- scripts/phase: what CI shows of a test run, whose last lines are all that is kept of a long one.

cat >"$work/tests-that-fail" <<'END'
#!/bin/bash
echo '◇ Test run started.'
echo '◇ Test first() started.'
echo '✘ Test first() recorded an issue at X.swift:3:4: Expectation failed'
echo '↳ expected status 65'
echo 'stderr:'
echo 'error: the cause'
echo '◇ Test second() started.'
echo '✔ Test second() passed after 0.001 seconds.'
for number in $(seq "${1:-1}"); do echo "✘ Test third($number) failed after 0.1 seconds with 1 issue."; done
echo '➜ Test fourth() skipped.'
for number in $(seq 300); do echo "✔ Test later$number() passed after 0.001 seconds."; done
exit 3
END
chmod 0755 "$work/tests-that-fail"
export PHASE_LOGS=$work/logs
# The phases of these tests are not those of the run that they are part of.
unset PHASE_SUMMARY

runs env LC_ALL=C PHASE_SUMMARY="$work/summary" PHASE_SHOW=1 scripts/phase 'slow tests' \
    printf '%s\n' '✔ Test "quick" passed after 0.1 seconds.' '✘ Test "slow one" failed after 61.5 seconds with 1 issue.' \
    '✔ Test "slow" with 2 test cases passed after 7.0 seconds.' '✔ Test run with 3 tests in 1 suite passed after 70 seconds.'
is 'the slowest tests are named' '       61.5 s  "slow one"
        7.0 s  "slow" with 2 test cases' "$(grep -E '^ +[0-9.]+ s' <<<"$said")"
is 'the line of a phase is gathered' "$(tail -n 1 <<<"$said")" "$(cat "$work/summary")"

runs env PHASE_SHOW=1 scripts/phase 'unit tests' "$work/tests-that-fail"
is 'a phase ends with the status of its command' 3 "$status"
is 'what begins is not shown' 0 "$(grep -c '^◇' <<<"$said" || true)"
is 'what begins is in the log' 3 "$(grep -c '^◇' "$work/logs/unit-tests.log")"
is 'all else is shown as it comes' 301 "$(grep -c '^✔' <<<"$said")"
is 'the failures stand at the end' '✘ Test first() recorded an issue at X.swift:3:4: Expectation failed
↳ expected status 65
stderr:
error: the cause
✘ Test third(1) failed after 0.1 seconds with 1 issue.' "$(tail -n 6 <<<"$said" | head -n 5)"
is 'the last line says that it failed' 1 "$(tail -n 1 <<<"$said" | grep -c 'FAILED (status 3, log .*/unit-tests.log)')"

runs env PHASE_SHOW=1 scripts/phase 'unit tests' "$work/tests-that-fail" 500
is 'no more than 150 lines of failures are repeated' '✘ Test third(146) failed after 0.1 seconds with 1 issue.' \
    "$(tail -n 3 <<<"$said" | head -n 1)"
is 'how many are left out is said' 1 "$(tail -n 2 <<<"$said" | grep -c '354 more lines')"

runs env PHASE_SHOW=1 scripts/phase crash sh -c 'echo "◇ Test one() started."; echo "◇ Test two() started."; kill -SEGV $$'
is 'where the tests crash, the one that began last is named' '139 ◇ Test two() started.' "$status $(tail -n 2 <<<"$said" | head -n 1)"

runs env PHASE_SHOW=1 scripts/phase shown echo one
is 'a shown phase that succeeds' '0 one' "$status $(head -n 1 <<<"$said")"
runs scripts/phase quiet sh -c 'echo one; exit 4'
is 'a quiet phase shows the end of its output where it fails' '4 one' "$status $(head -n 1 <<<"$said")"
runs scripts/phase quiet echo one
is 'a quiet phase that succeeds shows one line' '0 1 ==> quiet' "$status $(wc -l <<<"$said") $(cut -c 1-9 <<<"$said")"

# --- scripts/setup and scripts/judges.sh: an ordinary user, whose sudo may ask for a password on a terminal.

bin=$work/bin
mkdir "$bin"
cat >"$bin/sudo" <<'END'
#!/bin/sh
printf '%s\n' "$*" >>"$CALLS"
[ "$1" != -n ] || { [ -z "${ASKS-}" ] || { echo 'sudo: a password is required' >&2; exit 1; }; shift; }
exec "$@"
END
cat >"$bin/dpkg-query" <<'END'
#!/bin/sh
if [ "$3" != "${LACKS-}" ] || grep -q '^apt-get install' "$CALLS"; then printf installed; fi
END
cat >"$bin/apt-get" <<'END'
#!/bin/sh
echo "apt-get $*" >>"$CALLS"
[ "$1" != install ] || exit "${APT_STATUS:-0}"
END
cat >"$bin/systemctl" <<'END'
#!/bin/sh
echo "systemctl $*" >>"$CALLS"
END
chmod 0755 "$bin"/*
cp scripts/setup "$work/setup"
calls=$work/calls

# as_user COMMAND...: as another user than root where this is root, with the stand-ins, without a terminal.
as_user() {
    : >"$calls"
    chmod 0666 "$calls"
    local drop=()
    [ "$(id -u)" -ne 0 ] || drop=(setpriv --reuid=65534 --regid=65534 --clear-groups)
    runs "${drop[@]}" env PATH="$bin:$PATH" CALLS="$calls" TMPDIR=/tmp "$@" </dev/null
}

as_user LACKS=cpio "$work/setup"
is 'setup installs what is missing' "0 2 apt-get install -q -y --no-install-recommends cpio" \
    "$status $(grep -c '^apt-get' "$calls") $(grep '^apt-get install' "$calls")"
is 'without a terminal sudo may not ask' "$(grep -c apt-get "$calls")" \
    "$(($(grep -c '^-n ' "$calls") + $(grep -c '^apt-get' "$calls")))"
as_user LACKS=cpio ASKS=1 "$work/setup"
is 'a sudo that would ask ends setup with 69' '69 1' "$status $(grep -c 'a password is required' <<<"$said")"
# script(1) gives the command a terminal.
as_user LACKS=cpio ASKS=1 script --quiet --return --command "'$work/setup'" /dev/null
is 'on a terminal sudo may ask' '0 0' "$status $(grep -c '^-n ' "$calls" || true)"

# The tests have an sshd of their own; where apt brought one, no service of it stays, also where apt failed at another package.
for apt_status in 0 100; do
    as_user LACKS=openssh-server APT_STATUS="$apt_status" "$work/setup" test
    is "no sshd stays enabled where apt ends with $apt_status" "$((apt_status ? 69 : 0)) 1" \
        "$status $(grep -c '^systemctl --quiet disable ssh.service' "$calls")"
done
as_user LACKS=cpio "$work/setup" test
is 'an sshd that was there is left alone' '0 0' "$status $(grep -c '^systemctl' "$calls" || true)"

# A kernel that only root can read, and nothing to install: in a /boot of our own, which takes root to mount.
if [ "$(id -u)" -eq 0 ]; then
    cat >"$work/in-own-boot" <<'END'
#!/bin/sh
set -e
mount -t tmpfs tmpfs /boot
touch /boot/vmlinuz-1
chown 65534 /boot /boot/vmlinuz-1
chmod 0000 /boot/vmlinuz-1
setpriv --reuid=65534 --regid=65534 --clear-groups "$1"
stat --format=%a /boot/vmlinuz-1
END
    chmod 0755 "$work/in-own-boot"
    : >"$calls"
    runs env PATH="$bin:$PATH" CALLS="$calls" TMPDIR=/tmp unshare --mount "$work/in-own-boot" "$work/setup" </dev/null
    is 'a kernel that only root can read is opened though nothing is missing' '0 644 0' \
        "$status $(tail -n 1 <<<"$said") $(grep -c linux-image "$calls" || true)"
fi

# --- scripts/openstack.sh: what somebody else made stays, and what is complete is not made again.

mkdir "$work/foreign"
touch "$work/foreign/file"
runs env IMAGEBAKE_OPENSTACK="$work/foreign" scripts/openstack.sh
is 'openstack.sh leaves the directory of somebody else alone' '69 1' "$status $(find "$work/foreign" -type f | wc -l)"
mkdir "$work/complete"
printf '%s layout 1' "$(cksum <Tests/OpenStackLab/constraints.txt)" >"$work/complete/.complete"
runs env IMAGEBAKE_OPENSTACK="$work/complete" scripts/openstack.sh
is 'openstack.sh is content with what is complete' "0 openstack: already in $work/complete" "$status $said"

# --- scripts/bench: the figures decide the status.

runs python3 - <<'END'
import importlib.machinery, importlib.util, os, shutil, tempfile

loader = importlib.machinery.SourceFileLoader("bench", "scripts/bench")
bench = importlib.util.module_from_spec(importlib.util.spec_from_loader("bench", loader))
loader.exec_module(bench)

good = dict(
    ours=[10.4], hand=[10.0], virt_install=[10.0], later=[5.9], proofs=[9.0], later_hand=[10.0], again=[0.9],
    full=[20.0], rebuild=[9.9], fatal=[4.9], row=[60.0], jobs=[70.0],
    seal=[49.0], seal_hand=[100.0], size=[94], size_hand=[100], size_full=[49], size_full_hand=[100],
)
for change, peak, exceeded in [
    ({}, 149, 0),
    ({"ours": [10.6]}, 149, 2),
    ({"virt_install": [9.0]}, 149, 1),
    ({"rebuild": [10.1]}, 149, 1),
    ({"fatal": [5.0]}, 149, 1),
    ({"later": [6.1]}, 149, 1),
    ({"again": [1.1]}, 149, 1),
    ({"seal": [51.0]}, 149, 1),
    ({"size": [96]}, 149, 1),
    ({"size_full": [51]}, 149, 1),
    ({}, 151, 1),
    ({"ours": [20.0, 10.0, 10.1]}, 149, 0),
    ({"ours": [10.6], "again": [1.1]}, 151, 4),
]:
    rows = bench.rows(dict(good, **change), peak * 1000 * 1000, "tcg")
    print(sum(row.exceeded for row in rows) == exceeded, end=" ")
names = [kind + "_" + what + side for kind in ("random", "sparse") for what in ("create", "save") for side in ("", "_peer")]
names += [name + "_cpu" for name in names if "create" in name]
images = dict({name: [1.0 if "peer" in name else 0.3] for name in names}, publish=[1.2], digest=[1.0], known=[0.8], known_cpu=[0.9])
for change, peak, exceeded in [
    ({}, 99, 0),
    ({"random_create": [0.91]}, 99, 1),
    ({"sparse_create_cpu": [1.01]}, 99, 1),
    ({"random_save": [0.36]}, 99, 1),
    ({"known": [0.91]}, 99, 1),
    ({"known_cpu": [1.01]}, 99, 1),
    ({"publish": [1.31]}, 99, 1),
    ({}, 101, 1),
]:
    print(sum(row.exceeded for row in bench.registry_rows(dict(images, **change), peak * 1000 * 1000)) == exceeded, end=" ")
domain = '<domain><memory unit="MiB">1024</memory><vcpu>3</vcpu></domain>'
print(bench.machine(domain), bench.machine(domain.replace('MiB">1024', 'KiB">1048576')))


class Recorded(bench.Bench):
    def __init__(self):
        self.runs, self.tree, self.medium, self.order, self.home = 2, None, "/tree/repo.iso", [], tempfile.mkdtemp()

    def bake(self, *options, recipe=bench.RECIPE):
        name = os.path.basename(recipe).removesuffix(".recipe") if recipe != bench.RECIPE else "imagebake"
        self.order.append(name if "--no-cache" in options or recipe != bench.RECIPE or not options else "again")
        return dict(install=1, sysprep=2, convert=3, publish=4), 1, "the-bake"

    def prepare_by_hand(self, bake):
        self.order.append(bake)

    def install_by_hand(self):
        self.order.append("hand")

    def install_by_virt_install(self):
        self.order.append("virt-install")
        return 1

    def finish_by_hand(self):
        pass

    def fail(self, recipe, *options):
        with open(recipe) as file:
            assert "ntpp" in file.read()
        self.order.append("fail")
        return 1

    def seal_by_hand(self, number):
        self.order.append(f"seal-by-hand-{number}")
        return 2, 2

    def image_size(self):
        return 1

    def sizes_after_deletion(self):
        return 1, 3

    def together(self, recipes, *options):
        self.order.append(len(set(open(recipe).read() for recipe in recipes)))


recorded = Recorded()
bench.say = lambda text: None
figures = recorded.measure()
shutil.rmtree(recorded.home)
print(*recorded.order)
figures = {name: [max(second, 1e-3) for second in seconds] for name, seconds in figures.items()}
print(figures["ours"], figures["later"], len(bench.rows(figures, 0, "tcg")))
END
is 'bench holds each figure against its limit, and the sides take turns in going first' \
    'True True True True True True True True True True True True True True True True True True True True True (1024, 3) (1024, 3)
imagebake the-bake imagebake hand virt-install again hand virt-install imagebake again debian12 fail debian12 fail debian12 seal-by-hand-0 debian12 seal-by-hand-1 web0 web1 web2 3
[1, 1] [8, 8] 18' "$said"

echo "scripts: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
