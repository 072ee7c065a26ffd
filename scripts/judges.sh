#!/bin/sh
# Installs the tools of other projects that the tests ask for a verdict: pykickstart's ksvalidator, cloud-init's schema check, the
# validators of SPDX, CycloneDX and package URLs, and the inspector of disk images that Glance uses.
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
bills='spdx-tools==0.8.3 license-expression==30.4.4 cyclonedx-python-lib[json-validation]==9.1.0 packageurl-python==0.17.6'
inspector='oslo.utils[image-inspection]==10.2.0 cryptography==45.0.7'
stamp_text="pykickstart $pykickstart $libraries $bills $inspector layout 3"

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
judges=${IMAGEBAKE_JUDGES:-$root/.build/judges}
stamp=$judges/.complete

say() { printf 'judges: %s\n' "$*" >&2; }
fail() { say "$*"; exit 69; }

. "$root/scripts/as-root.sh"

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

say "installing pykickstart, cloud-init's schema check, the validators of bills of materials and Glance's inspector into $judges"
if ! "$python" -m venv "$judges" >/dev/null 2>&1; then
    rm -rf "$judges"
    export DEBIAN_FRONTEND=noninteractive
    as_root apt-get update -q
    as_root apt-get install -q -y --no-install-recommends python3-venv
    "$python" -m venv "$judges"
fi

# shellcheck disable=SC2086 # the list is meant to be split
"$judges/bin/python" -m pip install --quiet --disable-pip-version-check --no-input \
    "pykickstart==$pykickstart" $libraries $bills $inspector

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

cat >"$judges/bin/sbom-judge" <<END
#!$judges/bin/python
"""Judges bills of materials: sbom-judge spdx|cyclonedx FILE...

Prints what each package is, sorted: its URL, a blank, its licence. Exit status 1 where the format's own validator refuses a file,
or a package's URL or licence expression is not in its canonical form.
"""
import sys

from license_expression import get_spdx_licensing
from packageurl import PackageURL

problems, lines = [], []
licensing = get_spdx_licensing()


def package(url, text):
    if PackageURL.from_string(url).to_string() != url:
        problems.append(f"not canonical: {url}, but {PackageURL.from_string(url).to_string()}")
    lines.append(f"{url} {text}")


def expression(text):
    unknown = [key for key in licensing.unknown_license_keys(text) if not key.startswith("LicenseRef-")]
    if unknown:
        problems.append(f"unknown licences {unknown} in {text}")


def spdx(path):
    from spdx_tools.spdx.parser.parse_anything import parse_file
    from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document

    document = parse_file(path)
    problems.extend(m.validation_message for m in validate_full_spdx_document(document, "SPDX-2.3"))
    for item in document.packages:
        for reference in item.external_references:
            declared = str(item.license_declared)
            if declared != "NOASSERTION":
                expression(declared)
            package(reference.locator, declared)


def cyclonedx(path):
    import json

    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    text = open(path, encoding="utf-8").read()
    error = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if error:
        problems.append(str(error.data.message)[:500])
    for item in json.loads(text).get("components", []):
        if "purl" not in item:
            continue
        words = []
        for choice in item.get("licenses", []):
            if "expression" in choice:
                expression(choice["expression"])
                words.append(choice["expression"])
            else:
                words.append(choice["license"].get("id") or repr(choice["license"]["name"]))
        package(item["purl"], "; ".join(words) or "NOASSERTION")


for path in sys.argv[2:]:
    {"spdx": spdx, "cyclonedx": cyclonedx}[sys.argv[1]](path)
print("\\n".join(sorted(lines)))
for problem in problems:
    print(problem, file=sys.stderr)
sys.exit(1 if problems else 0)
END
chmod 0755 "$judges/bin/sbom-judge"

cat >"$judges/bin/format-judge" <<END
#!$judges/bin/python
"""Judges disk images as Glance does: format-judge, with the paths on standard input, one a line.

Prints one line of JSON for each: the formats that oslo.utils sees, the size that Glance would note, and for every disk_format why
Glance 33 would refuse it, or null. What is done with the inspectors' answers is glance/location.py, set_data, for a container_format
of bare and the default configuration.
"""
import json
import logging
import sys

from oslo_utils.imageutils import format_inspector

logging.disable(logging.CRITICAL)
DECLARED = "ami ari aki vhd vhdx vmdk raw qcow2 vdi ploop iso".split()


def inspect(path):
    wrapper = format_inspector.InspectWrapper(open(path, "rb"))
    while wrapper.read(65536):
        pass
    wrapper.close()
    return wrapper


def refusal(wrapper, declared):
    """Why it is refused, or None; the virtual size; whether Glance takes a failure of the inspector for a file that needs none."""
    size = 0
    try:
        matched = {str(i): i for i in wrapper.formats}
        inspector = matched["iso"] if matched.keys() == {"iso", "gpt"} else wrapper.format
        name = str(inspector)
        if name == declared:
            size = inspector.virtual_size
        elif name == "raw" and declared not in format_inspector.ALL_FORMATS:
            pass
        elif declared == "raw":
            # Glance names wrapper.format in its log, which raises where there are two.
            size = (wrapper.format and inspector).actual_size
        else:
            raise format_inspector.ImageFormatError(f"is {name}")
        inspector.safety_check()
    except AttributeError:
        return None, size, True
    except format_inspector.ImageFormatError as error:
        return f"format: {error}", size, False
    except format_inspector.SafetyCheckFailed as error:
        return "safety: " + ", ".join(f"{k} ({v})" for k, v in error.failures.items()), size, False
    except Exception as error:
        return f"inspection failed: {error!r}", size, False
    return None, size, False


for line in sys.stdin:
    path = line.rstrip("\\n")
    wrapper = inspect(path)
    try:
        formats = sorted(str(i) for i in wrapper.formats)
    except Exception:
        formats = None
    answers = {declared: refusal(wrapper, declared) for declared in DECLARED}
    print(json.dumps({
        "path": path,
        "formats": formats,
        "refusals": {declared: answer[0] for declared, answer in answers.items()},
        "sizes": {declared: min(answer[1], 2**63 - 1) for declared, answer in answers.items()},
        "unchecked": any(answer[2] for answer in answers.values()),
    }))
END
chmod 0755 "$judges/bin/format-judge"

# Each must really judge: a good file passes, a bad one does not.
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
printf '{"bomFormat":"CycloneDX","specVersion":"1.6","version":1}' >"$trial/good.json"
printf '{"bomFormat":"CycloneDX","specVersion":"1.6","version":"one"}' >"$trial/bad.json"
"$judges/bin/sbom-judge" cyclonedx "$trial/good.json" >/dev/null || fail "sbom-judge refuses a good file"
! "$judges/bin/sbom-judge" cyclonedx "$trial/bad.json" >/dev/null 2>&1 || fail "sbom-judge passes a bad file"
head -c 1024 /dev/zero >"$trial/good.img"
printf 'QED\000' | cat - "$trial/good.img" >"$trial/bad.img"
printf '%s\n' "$trial/good.img" | "$judges/bin/format-judge" | grep -q '"raw": null' || fail "format-judge refuses a good image"
! printf '%s\n' "$trial/bad.img" | "$judges/bin/format-judge" | grep -q '"raw": null' || fail "format-judge passes a bad image"
rm -rf "$trial"

printf '%s' "$stamp_text" >"$stamp"
trap - EXIT INT TERM HUP
say "done"
