"""The openstack client without its start: reads commands as lines of JSON, and answers each with one.

    client.py

    {"environment": {"OS_CLOUD": "..."}, "arguments": ["image", "list"], "seconds": 60, "input": "/dev/null"}
    {"status": 0, "output": "...", "error": "..."}

Run it with the Python of `scripts/openstack.sh`. Half of what a command of the client costs is the import of its modules and the search for its
plugins. Here each command is a fork of a process in which that is done, so that no command knows of another. One that takes longer than its
seconds is killed, and its status is null.
"""
import json
import os
import signal
import sys
import tempfile
import time
import warnings

warnings.filterwarnings("ignore")

# As which it knows itself, from the moment that it is imported.
sys.argv = ["openstack"]

from openstackclient import shell  # noqa: E402
from openstackclient.image.v2 import image, info  # noqa: E402, F401


def run(command):
    output, error = tempfile.TemporaryFile(), tempfile.TemporaryFile()
    child = os.fork()
    if child == 0:
        try:
            os.setsid()
            null = os.open(command.get("input") or os.devnull, os.O_RDONLY)
            for source, target in ((null, 0), (output.fileno(), 1), (error.fileno(), 2)):
                os.dup2(source, target)
            for name in [name for name in os.environ if name.startswith("OS_")]:
                del os.environ[name]
            os.environ.update(command["environment"])
            status = shell.main(command["arguments"])
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else int(end.code is not None)
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status or 0)
    deadline = time.monotonic() + command.get("seconds", 60)
    while True:
        pid, result = os.waitpid(child, os.WNOHANG)
        if pid:
            status = os.waitstatus_to_exitcode(result)
            break
        if time.monotonic() > deadline:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            status = None
            break
        time.sleep(0.01)
    texts = []
    for file in (output, error):
        file.seek(0)
        texts.append(file.read().decode(errors="replace"))
        file.close()
    return {"status": status, "output": texts[0], "error": texts[1]}


def main():
    # Its caches are filled before the first fork.
    shell.OpenStackShell()
    for line in sys.stdin:
        print(json.dumps(run(json.loads(line))), flush=True)


main()
