"""What pykickstart and cloud-init make of many files, in one process.

Reads {"kickstarts": [{"version", "text"}], "clouds": [text]} from its input and writes
{"kickstarts": [{"problems", "model", "flattened", "scripts"}], "clouds": [[problem]]}; "flattened" names the commands of which
ksflatten, which writes down what pykickstart has read, makes something else. What ksvalidator only warns of (deprecated and ignored
commands) counts as a problem here.
"""
import json
import sys
import warnings

from pykickstart.errors import KickstartError
from pykickstart.parser import KickstartParser
from pykickstart.version import makeVersion, stringToVersion


def model(handler):
    def attributes(item, *names):
        return {name: getattr(item, name, None) for name in names}

    def repository(item):
        found = attributes(item, "name", "cost", "includepkgs", "excludepkgs", "proxy")
        # What is not there is None, False or empty, from release to release.
        return found | {name: getattr(item, name, None) or None for name in ("baseurl", "mirrorlist", "metalink")}

    def optional(name, *names):
        return attributes(getattr(handler, name), *names) if hasattr(handler, name) else None

    return {
        "method": handler.method.method,
        "url": attributes(handler.url, "url", "proxy"),
        "liveimg": attributes(handler.liveimg, "url", "checksum"),
        "repo": [repository(r) for r in handler.repo.repoList],
        "lang": handler.lang.lang,
        "keyboard": handler.keyboard.keyboard,
        "timezone": attributes(handler.timezone, "timezone", "isUtc")
        | {"nontp": bool(getattr(handler.timezone, "nontp", False))},
        "ntp": sorted(handler.timezone.ntpservers or [])
        if getattr(handler.timezone, "ntpservers", None)
        else [s.ntp_server for s in handler.timesource.timesource_list if s.ntp_server] if hasattr(handler, "timesource") else [],
        "ntp_disabled": any(s.ntp_disable for s in handler.timesource.timesource_list) if hasattr(handler, "timesource") else None,
        "network": [
            attributes(
                n, "device", "bootProto", "ip", "netmask", "gateway", "nameserver", "onboot", "noipv6", "ipv6",
                "ipv6gateway", "mtu", "hostname", "activate",
            )
            for n in handler.network.network
        ],
        "rootpw": attributes(handler.rootpw, "password", "isCrypted", "lock"),
        "user": [
            attributes(u, "name", "uid", "gecos", "groups", "shell", "password", "isCrypted", "lock")
            for u in handler.user.userList
        ],
        "firewall": attributes(handler.firewall, "enabled", "services", "ports"),
        "selinux": handler.selinux.selinux,
        "services": attributes(handler.services, "enabled", "disabled"),
        "skipx": handler.skipx.skipx,
        "authconfig": getattr(handler.authconfig, "authconfig", ""),
        "clearpart": attributes(handler.clearpart, "type", "initAll", "disklabel"),
        "part": [
            attributes(p, "mountpoint", "fstype", "size", "grow", "maxSizeMB", "primOnly", "label", "fsopts")
            for p in handler.partition.partitions
        ],
        "volgroup": [attributes(v, "vgname", "physvols") for v in handler.volgroup.vgList],
        "logvol": [
            attributes(v, "mountpoint", "vgname", "name", "fstype", "size", "grow", "maxSizeMB", "label", "fsopts")
            for v in handler.logvol.lvList
        ],
        "btrfs": [
            attributes(b, "mountpoint", "label", "devices", "subvol", "name", "parent") for b in handler.btrfs.btrfsList
        ]
        if hasattr(handler.btrfs, "btrfsList")
        else [],
        "bootloader": attributes(handler.bootloader, "location", "appendLine", "timeout"),
        "module": [attributes(m, "name", "stream") for m in handler.module.moduleList]
        if hasattr(handler, "module") and hasattr(handler.module, "moduleList")
        else [],
        "rhsm": optional("rhsm", "organization", "activation_keys"),
        "packages": {
            "packages": sorted(handler.packages.packageList),
            "groups": sorted(g.name for g in handler.packages.groupList),
            "environment": handler.packages.environment,
            "excluded": sorted(handler.packages.excludedList),
            "excluded_groups": sorted(g.name for g in handler.packages.excludedGroupList),
        },
        "poweroff": handler.reboot.action,
    }


def differences(version, handler, result):
    """ksflatten prints the handler (pykickstart, tools/ksflatten.py); what it prints is read again."""
    again = makeVersion(stringToVersion(version))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            KickstartParser(again).readKickstartFromString(str(handler))
        except (KickstartError, ValueError) as error:
            return ["what it printed cannot be read: " + str(error)]
    return [name for name, value in model(again).items() if value != result[name]]


def kickstart(request):
    handler = makeVersion(stringToVersion(request["version"]))
    problems, result, flattened = [], None, []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            KickstartParser(handler).readKickstartFromString(request["text"])
            result = model(handler)
            flattened = differences(request["version"], handler, result)
        except KickstartError as error:
            problems.append(str(error))
        problems += [str(w.message) for w in caught if "pykickstart" in (w.category.__module__ or "")]
    scripts = [
        {
            "type": s.type,
            "interpreter": s.interp,
            "log": s.logfile,
            "chroot": bool(s.inChroot),
            "errorOnFail": bool(s.errorOnFail),
            "body": s.script,
        }
        for s in handler.scripts
    ]
    return {"problems": problems, "model": result, "flattened": flattened, "scripts": scripts}


def cloud(text, schema):
    import yaml
    from cloudinit.config.schema import SchemaValidationError, validate_cloudconfig_schema

    if not text.startswith("#cloud-config\n"):
        return ["does not begin with #cloud-config"]
    try:
        config = yaml.safe_load(text)
        if not isinstance(config, dict):
            return ["is no mapping"]
        validate_cloudconfig_schema(config, schema=schema, strict=True)
    except (yaml.YAMLError, SchemaValidationError) as error:
        return [str(error)]
    return []


def main():
    request = json.load(sys.stdin)
    clouds = []
    if request["clouds"]:
        from cloudinit.config.schema import get_schema

        schema = get_schema()
        clouds = [cloud(text, schema) for text in request["clouds"]]
    json.dump({"kickstarts": [kickstart(k) for k in request["kickstarts"]], "clouds": clouds}, sys.stdout)


main()
