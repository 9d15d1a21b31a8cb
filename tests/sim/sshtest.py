# SPDX-License-Identifier: GPL-2.0-or-later
"""Simulated switches behind sshd: what the scripts of tests/sim share."""
import os, subprocess, sys, urllib.parse
from simtest import *

if not os.path.exists("/usr/sbin/sshd"):
    print("no /usr/sbin/sshd: install openssh-server")
    sys.exit(77)


def resource(kind, name, spec, **metadata):
    return {"apiVersion": "msctl/v1", "kind": kind, "metadata": {"name": name, **metadata}, "spec": spec}


def switch(name, platform, spec=None, **annotations):
    return resource("Switch", name, {"platform": platform, "management": {"address": "192.0.2.1"}, **(spec or {})},
                    annotations={"sim/" + k: v for k, v in annotations.items()})


def link(a, b, spec=None, **annotations):
    return resource("Link", f"{a}-{b}".replace(":", "."), {"from": a, "to": b, **(spec or {})},
                    annotations={"sim/" + k: v for k, v in annotations.items()})


class SshSwitch(Bmc):
    def __init__(self, res, folder):
        at = urllib.parse.urlparse(res["metadata"]["annotations"]["sim/inspect"])
        self.name, self.address, self.port, self.context = res["metadata"]["name"], at.hostname, at.port, CONTEXT
        self.user = self.password = self.token = None
        self.management = m = res["spec"]["management"]
        self.known = f"{folder}/known-{self.name}"
        with open(self.known, "w") as f:
            f.write(f"[{m['address']}]:{m['port']} {m['hostKey']}\n")

    def argv(self, *more):
        m = self.management
        return ["ssh", "-F", "none", "-i", m["credentials"]["key"], "-p", str(m["port"]), "-l", m["credentials"]["username"], "-o", "BatchMode=yes",
                "-o", f"UserKnownHostsFile={self.known}", "-o", "StrictHostKeyChecking=yes", "-o", "LogLevel=ERROR", "-o", "ConnectTimeout=10",
                *more[:-1], m["address"], *more[-1:]] if more else []

    def ssh(self, command, input=b""):
        done = subprocess.run(self.argv(command), input=input, capture_output=True, timeout=60)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def sim(self):
        return self.do("GET", "/sim/switch", auth=False).json

    def lever(self, **levers):
        reply = self.do("POST", "/sim/switch", levers, auth=False)
        assert reply.status == 204, reply


class SshSite(Sim):
    """`with SshSite(resources) as switches:` gives {name: SshSwitch}."""

    def __init__(self, resources, *options):
        super().__init__([], *options)
        self.resources, self.folder = resources, tempfile.mkdtemp()

    def start(self):
        self.child.stdin.write("".join(json.dumps(r) + "\n" for r in self.resources).encode())
        self.child.stdin.close()
        return self.child.stdout.read()

    def __enter__(self):
        env = {**os.environ, "SIM_PASSWORD": PASSWORD, "XDG_RUNTIME_DIR": self.folder}
        self.child = subprocess.Popen(["msctl-sim", "serve", "--port", "0", "-o", "json", *self.options, "-"],
                                      stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env)
        self.stream = [json.loads(line) for line in self.start().splitlines()]
        if not self.stream:
            raise AssertionError(f"msctl-sim ended with {self.child.wait()}")
        self.switches = {r["metadata"]["name"]: SshSwitch(r, self.folder) for r in self.stream
                         if "sim/inspect" in r["metadata"].get("annotations", {})}
        return self.switches

    def __exit__(self, kind, *rest):
        super().__exit__(kind, *rest)
        if kind is None:
            equal([n for n in os.listdir(self.folder) if n.startswith("msctl-sim-")], [], "folders left behind")
            equal(self.daemons(), [], "sshd left behind")

    def daemons(self):
        found = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                words = open(f"/proc/{pid}/cmdline").read().split("\0")
            except OSError:
                continue
            if "/usr/sbin/sshd" in words[0] and any(self.folder in w for w in words):
                found.append(words)
        return found
