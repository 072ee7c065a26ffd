"""A real Keystone and a real Glance on 127.0.0.1, in a directory of their own, for as long as standard input stays open.

    lab.py DIRECTORY [--debian-glance ROOT]

Run it with the Python of `scripts/judges.sh openstack`, in which Keystone, Glance and the openstack client are. It prints one line of
JSON when all is up, and stops everything by pid and removes the directory when its standard input ends: a test process that is
killed takes its lab with it. With --debian-glance a second Glance, Debian 12's, runs from a directory into which its packages were
unpacked (`scripts/judges.sh debian-glance`); it is in the catalogue under the region `Debian`.
"""
import ctypes
import json
import os
import secrets
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request

HERE = os.path.dirname(sys.executable)
# (project, role): the multi-tenant matrix. A project's name and the role make the user's name.
PROJECTS = ["red", "green", "blue"]
ROLES = ["admin", "member", "reader"]
STORES = ["fast", "cheap"]


def log(text):
    print("lab: " + text, file=sys.stderr, flush=True)


def die_with_parent():
    # PR_SET_PDEATHSIG: the servers go even when this process gets SIGKILL.
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def listen():
    # The servers inherit the socket, so that nobody can take the port meanwhile.
    found = socket.socket()
    found.bind(("127.0.0.1", 0))
    found.listen(64)
    found.set_inheritable(True)
    return found


class Lab:
    def __init__(self, root, debian):
        self.root, self.debian = root, debian
        self.children = []
        self.password = secrets.token_urlsafe(16)
        self.region = "RegionOne"

    def path(self, *names):
        return os.path.join(self.root, *names)

    def write(self, name, text):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def environment(self, **more):
        kept = {name: os.environ[name] for name in ("LANG", "TMPDIR") if name in os.environ}
        return {"PATH": HERE + ":/usr/sbin:/usr/bin:/sbin:/bin", "HOME": self.root, "PYTHONWARNINGS": "ignore", **kept, **more}

    def start(self, name, command, inherited=None, **environment):
        # A file each, and no pipe that could fill up.
        output = open(self.path(name + ".log"), "ab")
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=self.environment(**environment),
            cwd=self.root, start_new_session=True, preexec_fn=die_with_parent, pass_fds=[inherited.fileno()] if inherited else [])
        child.name = name
        self.children.append(child)
        return child

    def finish(self, child):
        if child.wait() != 0:
            raise RuntimeError(self.failure(child.name, f"ended with status {child.returncode}"))
        self.children.remove(child)

    def failure(self, name, what):
        with open(self.path(name + ".log"), encoding="utf-8", errors="replace") as file:
            return f"{name} {what}:\n" + "".join(file.readlines()[-25:])

    def stop(self):
        for child in self.children:
            child.terminate()
        # Debian's waits for idle connections; nothing here must be saved.
        deadline = time.monotonic() + 2
        while time.monotonic() < deadline and any(child.poll() is None for child in self.children):
            time.sleep(0.05)
        for child in self.children:
            try:
                # With its workers, which would go on without it.
                os.killpg(child.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            child.wait()
        logs = os.environ.get("IMAGEBAKE_LAB_LOGS")
        if logs:
            os.makedirs(logs, exist_ok=True)
            for name in os.listdir(self.root):
                if name.endswith(".log"):
                    shutil.copy(self.path(name), logs)
        shutil.rmtree(self.root, ignore_errors=True)

    def wait(self, child, url):
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            if child.poll() is not None:
                raise RuntimeError(self.failure(child.name, f"ended with status {child.returncode}"))
            try:
                with urllib.request.urlopen(url, timeout=30):
                    return
            except urllib.error.HTTPError:
                return  # 300 Multiple Choices
            except OSError:
                time.sleep(0.1)
        raise RuntimeError(self.failure(child.name, "did not come up within 120 s"))

    # One thread: SQLite has room for one writer, and the two processors of a small machine have other things to do.
    def server(self, name, module, listener, **environment):
        settings = self.write(name + "-gunicorn.py", f"""
import sys

def post_fork(server, worker):
    # Keystone reads the command line, which is not its own.
    sys.argv = [{name!r}]
    # A transaction of SQLite that reads first and writes then is refused where another one has written meanwhile, "database is locked",
    # however long it would wait. One that says at once that it will write waits (docs.sqlalchemy.org, dialects/sqlite.html#pysqlite-serializable).
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    @event.listens_for(Engine, "before_cursor_execute", retval=True)
    def immediate(connection, cursor, statement, parameters, context, executemany):
        # The word is oslo.db's (oslo_db/sqlalchemy/engines.py).
        return ("BEGIN IMMEDIATE" if statement == "BEGIN" else statement), parameters

bind = "fd://{listener.fileno()}"
workers = 1
worker_class = "gthread"
threads = 1
# An upload may take long before the first byte of the answer.
timeout = 0
graceful_timeout = 1
worker_tmp_dir = {self.root!r}
control_socket_disable = True
""")
        command = [sys.executable, "-m", "gunicorn", "--config", settings, module + ":application"]
        return self.start(name, command, listener, **environment)

    # Keystone

    def keystone(self):
        self.keystone_socket = listen()
        self.identity = "http://127.0.0.1:%d/v3" % self.keystone_socket.getsockname()[1]
        for name in ("fernet", "credential"):
            os.makedirs(self.path("keystone", name), mode=0o700)
        settings = self.write("keystone/keystone.conf", f"""
[DEFAULT]
log_file = {self.path("keystone-server.log")}
[database]
connection = sqlite:///{self.path("keystone", "keystone.db")}?timeout=120
[token]
provider = fernet
[fernet_tokens]
key_repository = {self.path("keystone", "fernet")}
[fernet_receipts]
key_repository = {self.path("keystone", "fernet")}
[credential]
key_repository = {self.path("keystone", "credential")}
[identity]
# The least that bcrypt allows: a test's password need not withstand anybody.
password_hash_rounds = 4
# In its one process; without it each look at a token costs a third of a second.
[cache]
enabled = true
backend = dogpile.cache.memory
""")
        # One process for what would be four, of which each would import Keystone anew.
        self.start_keystone = self.start("keystone-setup", [sys.executable, "-c", f"""
import os, sys
from keystone.cmd import manage
def run(*words):
    sys.argv = ["keystone-manage", "--config-file", {settings!r}, *words]
    manage.main()
def key(directory):
    import base64
    for name in ("0", "1"):
        with open(os.path.join(directory, name), "wb") as file:
            file.write(base64.urlsafe_b64encode(os.urandom(32)))
        os.chmod(file.name, 0o600)
for name in ("fernet", "credential"):
    key(os.path.join({self.path("keystone")!r}, name))
if os.fork() == 0:
    run("db_sync")
    os._exit(0)
if os.wait()[1] != 0:
    sys.exit("db_sync failed")
import sqlite3
sqlite3.connect({self.path("keystone", "keystone.db")!r}).execute("PRAGMA journal_mode=WAL")
run("bootstrap", "--bootstrap-region-id", {self.region!r}, *[word for kind in ("public", "internal", "admin")
    for word in ("--bootstrap-" + kind + "-url", {self.identity!r})])
"""], OS_BOOTSTRAP_PASSWORD=self.password)

    def serve_keystone(self):
        self.finish(self.start_keystone)
        child = self.server("keystone", "keystone.wsgi.api", self.keystone_socket, OS_KEYSTONE_CONFIG_DIR=self.path("keystone"))
        self.wait(child, self.identity)

    def call(self, method, path, body=None, token=True):
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if token:
            headers["X-Auth-Token"] = self.token
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.identity + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                text = answer.read()
                return answer, json.loads(text) if text else None
        except urllib.error.HTTPError as error:
            raise RuntimeError(self.failure("keystone", f"answers {method} {path} with {error.code} {error.read().decode()}")) from None

    def populate(self):
        user = {"name": "admin", "domain": {"id": "default"}, "password": self.password}
        scope = {"project": {"name": "admin", "domain": {"id": "default"}}}
        answer, _ = self.call("POST", "/auth/tokens", {"auth": {
            "identity": {"methods": ["password"], "password": {"user": user}}, "scope": scope}}, token=False)
        self.token = answer.headers["X-Subject-Token"]
        roles = {role["name"]: role["id"] for role in self.call("GET", "/roles")[1]["roles"]}
        projects, users = {}, {}

        def project(name, domain="default"):
            made = self.call("POST", "/projects", {"project": {"name": name, "domain_id": domain}})[1]["project"]
            projects[name if domain == "default" else "elsewhere/" + name] = made["id"]
            return made["id"]

        def person(name, project, role, domain="default", password=None):
            password = password or secrets.token_urlsafe(12)
            made = self.call("POST", "/users", {"user": {
                "name": name, "domain_id": domain, "password": password, "default_project_id": project}})[1]["user"]
            self.call("PUT", f"/projects/{project}/users/{made['id']}/roles/{roles[role]}")
            users[name] = {"id": made["id"], "password": password}
            return made["id"]

        service = project("service")
        self.glance_password = secrets.token_urlsafe(12)
        glance = person("glance", service, "admin", password=self.glance_password)
        self.call("PUT", f"/projects/{service}/users/{glance}/roles/{roles['service']}")
        for name in PROJECTS:
            made = project(name)
            for role in ROLES:
                person(f"{name}-{role}", made, role)
        # A second domain, in which a project and a user have names that there are in the first one too.
        domain = self.call("POST", "/domains", {"domain": {"name": "Elsewhere"}})[1]["domain"]["id"]
        person("elsewhere-member", project("red", domain), "member", domain)
        catalog = self.call("POST", "/services", {"service": {"type": "image", "name": "glance"}})[1]["service"]["id"]
        self.call("POST", "/regions", {"region": {"id": "Debian"}})
        ports = {self.region: self.glance_socket.getsockname()[1]}
        if self.debian:
            ports["Debian"] = self.debian_port
        for region, port in ports.items():
            for interface in ("public", "internal", "admin"):
                self.call("POST", "/endpoints", {"endpoint": {
                    "service_id": catalog, "interface": interface, "region_id": region, "url": f"http://127.0.0.1:{port}"}})
        return projects, users

    # Glance

    def glance_settings(self, name, newest, more=""):
        directory = self.path(name)
        for store in [*STORES, "staging", "tasks"]:
            os.makedirs(os.path.join(directory, store))
        stores = "".join(f"[{store}]\nfilesystem_store_datadir = {directory}/{store}\nstore_description = the {store} one\n" for store in STORES)
        policy = "" if newest else "[oslo_policy]\nenforce_scope = false\nenforce_new_defaults = false\n"
        self.write(f"{name}/glance-image-import.conf", f"""
[image_import_opts]
image_import_plugins = []
[import_filtering_opts]
allowed_schemes = [http]
allowed_ports = [{self.identity.split(":")[2].split("/")[0]}]
# Since the fixes of 2026, in Debian too, a loopback host must be named.
allowed_hosts = [127.0.0.1]
""")
        return self.write(f"{name}/glance-api.conf", f"""
[DEFAULT]
log_file = {self.path(name + "-server.log")}
enabled_backends = {",".join(store + ":file" for store in STORES)}
enabled_import_methods = [glance-direct,web-download,copy-image]
{more}
[database]
connection = sqlite:///{directory}/glance.db?timeout=120
[glance_store]
default_backend = {STORES[0]}
{stores}
[os_glance_staging_store]
filesystem_store_datadir = {directory}/staging
[os_glance_tasks_store]
filesystem_store_datadir = {directory}/tasks
[keystone_authtoken]
www_authenticate_uri = {self.identity}
auth_url = {self.identity}
auth_type = password
username = glance
password = GLANCE_PASSWORD
project_name = service
user_domain_id = default
project_domain_id = default
# A token that was revoked is to be refused at once.
token_cache_time = -1
[paste_deploy]
flavor = keystone
config_file = PASTE
{policy}""")

    def complete(self, settings, paste):
        with open(settings, encoding="utf-8") as file:
            text = file.read()
        with open(settings, "w", encoding="utf-8") as file:
            file.write(text.replace("GLANCE_PASSWORD", self.glance_password).replace("config_file = PASTE", "config_file = " + paste))
        os.chmod(settings, 0o600)

    def glance(self):
        self.glance_socket = listen()
        self.settings = self.glance_settings("glance", True)
        self.glance_setup = self.start("glance-setup", [
            sys.executable, os.path.join(HERE, "glance-manage"), "--config-file", self.settings, "db_sync"])

    def serve_glance(self):
        self.finish(self.glance_setup)
        sqlite3.connect(self.path("glance", "glance.db")).execute("PRAGMA journal_mode=WAL")
        self.complete(self.settings, os.path.join(sys.prefix, "etc", "glance", "glance-api-paste.ini"))
        return self.server("glance", "glance.wsgi.api", self.glance_socket, OS_GLANCE_CONFIG_DIR=self.path("glance"))

    def debian_command(self, program, *words):
        # Debian's Python with the unpacked packages before its own.
        return ["/usr/bin/python3", os.path.join(self.debian, "usr/bin", program), *words]

    def debian_environment(self):
        return {"PYTHONPATH": os.path.join(self.debian, "usr/lib/python3/dist-packages"), "PYTHONNOUSERSITE": "1"}

    def debian_glance(self):
        # This one wants to bind by itself.
        found = listen()
        self.debian_port = found.getsockname()[1]
        found.close()
        self.debian_settings = self.glance_settings("debian-glance", False, f"bind_host = 127.0.0.1\nbind_port = {self.debian_port}\nworkers = 0\n")
        self.debian_setup = self.start("debian-glance-setup", self.debian_command(
            "glance-manage", "--config-file", self.debian_settings, "db_sync"), **self.debian_environment())

    def serve_debian_glance(self):
        self.finish(self.debian_setup)
        sqlite3.connect(self.path("debian-glance", "glance.db")).execute("PRAGMA journal_mode=WAL")
        self.complete(self.debian_settings, os.path.join(self.debian, "usr/share/glance-common/glance-api-paste.ini"))
        imports = self.path("debian-glance", "glance-image-import.conf")
        return self.start("debian-glance", self.debian_command(
            "glance-api", "--config-file", self.debian_settings, "--config-file", imports), **self.debian_environment())

    def run(self):
        began = time.monotonic()
        self.keystone()
        self.glance()
        if self.debian:
            self.debian_glance()
        self.serve_keystone()
        projects, users = self.populate()
        glance = self.serve_glance()
        url = "http://127.0.0.1:%d" % self.glance_socket.getsockname()[1]
        debian = self.serve_debian_glance() if self.debian else None
        self.wait(glance, url)
        debian_url = None
        if debian:
            debian_url = f"http://127.0.0.1:{self.debian_port}"
            self.wait(debian, debian_url)
        users["admin"] = {"id": "", "password": self.password}
        del users["glance"]
        return {
            "identity": self.identity, "image": url, "debianImage": debian_url, "region": self.region, "stores": STORES,
            "projects": projects, "users": users, "seconds": round(time.monotonic() - began, 1),
            "pids": {child.name: child.pid for child in self.children}}


def main():
    os.umask(0o077)
    arguments = sys.argv[1:]
    debian = None
    if "--debian-glance" in arguments:
        index = arguments.index("--debian-glance")
        debian = arguments[index + 1]
        del arguments[index:index + 2]
    root = os.path.abspath(arguments[0])
    os.makedirs(root, exist_ok=True)
    lab = Lab(root, debian)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(1))
    try:
        print(json.dumps(lab.run()), flush=True)
        while sys.stdin.buffer.read(4096):
            pass
    except RuntimeError as error:
        log(str(error))
        sys.exit(1)
    finally:
        lab.stop()


main()
