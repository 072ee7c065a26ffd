/// The scripts by which the appliance runs a program of the guest.
extension GuestShell {
    /// Sets limits and takes the output; the last line is the exit status.
    ///
    /// All writers are gone when the process name space is, so the pipe always ends.
    static let outer = """
        #!/bin/sh
        # outer INNER SECONDS NETWORK HOLDS-SERVICES WORD...
        inner=$1 seconds=$2 network=$3 holds=$4
        shift 4
        work=/dev/imagebake
        for directory in dev proc sys; do
            if [ -L "/sysroot/$directory" ] || [ ! -d "/sysroot/$directory" ]; then
                echo "refused: /$directory of the guest is no directory, so its programs cannot run"
                exit 0
            fi
        done
        net=--net
        if [ "$network" = yes ]; then net=; fi
        {
            # shellcheck disable=SC2086 # none where it is empty
            timeout -s KILL "$seconds" unshare --mount --propagation private --pid --fork --kill-child --ipc --uts $net \\
                sh "$inner" "$network" "$holds" "$@" </dev/null
            echo $? >"$work/status"
        } 2>&1 | { head -c 1048576 >"$work/head"; tail -c 262144 >"$work/tail"; }
        {
            cat "$work/head"
            if [ -s "$work/tail" ]; then
                printf '\\n[imagebake: output may be left out here]\\n'
                cat "$work/tail"
            fi
        } | tr -d '\\000'
        echo
        cat "$work/status"
        rm -rf "$work"
        mkdir -m 755 "$work"

        """

    /// Runs in the new name spaces, as their first process.
    ///
    /// /etc/resolv.conf is the appliance's while a program has the network, and then what it was, unless the program made another.
    static let inner = """
        #!/bin/sh
        # inner NETWORK HOLDS-SERVICES WORD...
        network=$1 holds=$2
        shift 2
        work=/dev/imagebake
        root=/sysroot
        path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
        plain() { [ ! -L "$1" ] && [ -d "$1" ]; }
        mount --rbind /dev $root/dev || exit 125
        mount -t proc proc $root/proc || exit 125
        mount --rbind /sys $root/sys && mount -o remount,bind,ro $root/sys
        if plain $root/run; then
            mount -t tmpfs -o mode=755 tmpfs $root/run || exit 125
            mkdir -m 1777 $root/run/lock
        fi
        ip link set lo up

        policy=
        if [ "$holds" = yes ] && plain $root/usr && plain $root/usr/sbin; then
            file=$root/usr/sbin/policy-rc.d
            if [ ! -e $file ] && [ ! -L $file ]; then
                printf '#!/bin/sh\\nexit 101\\n' >$work/policy
                cp $work/policy $file && chmod 755 $file && policy=$file
            fi
        fi

        resolver=
        names=$root/etc/resolv.conf
        if [ "$network" = yes ] && plain $root/etc; then
            if [ -L $names ]; then
                target=$(readlink $names)
                case $target in
                /run/* | ../run/*)
                    # In memory, so there is nothing to put back.
                    env -i PATH=$path chroot $root /bin/sh -c 'mkdir -p "${1%/*}" && cat >"$1"' sh "/run/${target#*run/}" </etc/resolv.conf
                    ;;
                *) echo "imagebake: /etc/resolv.conf is a link to $target and stays as it is" ;;
                esac
            elif [ -f $names ]; then
                cp $names $work/names && cat /etc/resolv.conf >$names && resolver=kept
            elif [ ! -e $names ]; then
                cat /etc/resolv.conf >$names && chmod 644 $names && resolver=made
            fi
        fi

        env -i PATH=$path HOME=/root SHELL=/bin/sh LANG=C TERM=dumb "$@"
        status=$?

        if [ ! -L $names ] && [ -f $names ] && cmp -s $names /etc/resolv.conf; then
            case $resolver in
            kept) cat $work/names >$names ;;
            made) rm -f $names ;;
            esac
        fi
        if [ -n "$policy" ] && [ ! -L "$policy" ] && cmp -s $work/policy "$policy"; then rm -f "$policy"; fi
        exit $status

        """
}
