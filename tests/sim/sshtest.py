# SPDX-License-Identifier: GPL-2.0-or-later
"""Simulated switches behind sshd: what the scripts of tests/sim share."""
import os, subprocess, sys
from switchtest import *

if not os.path.exists("/usr/sbin/sshd"):
    print("no /usr/sbin/sshd: install openssh-server")
    sys.exit(77)


def switch(name, platform, spec=None, **annotations):
    return resource("Switch", name, {"platform": platform, "management": {"address": "192.0.2.1"}, **(spec or {})},
                    annotations={"sim/" + k: v for k, v in annotations.items()})


def link(a, b, spec=None, **annotations):
    return resource("Link", f"{a}-{b}".replace(":", "."), {"from": a, "to": b, **(spec or {})},
                    annotations={"sim/" + k: v for k, v in annotations.items()})


class SshSwitch(Switch):
    def __init__(self, res, folder):
        super().__init__(res)
        m, self.known = self.management, f"{folder}/known-{self.name}"
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


class SshSite(Fabric):
    """`with SshSite(resources) as switches:` gives {name: SshSwitch}."""

    def make(self, res):
        return SshSwitch(res, self.folder)

    def __enter__(self):
        return super().__enter__().switches

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

    # ---- under msctl-switch ----

    def environment(self, **more):
        run = self.folder + "/run"
        os.makedirs(run, exist_ok=True)
        return super().environment(XDG_RUNTIME_DIR=run, MSCTL_NOW="", **more)

    def roce(self, got):
        """What msctl-roce finds about switches, in what was read of them."""
        done = subprocess.run(["msctl-roce", "check", "-o", "json"], input=as_lines(got), capture_output=True, text=True, timeout=60,
                              env=self.environment())
        found = [json.loads(line) for line in done.stdout.splitlines()]
        equal(done.stderr, "", "errors of msctl-roce")
        # R16 is about the presets: CNPs and BGP have one code point.
        return sorted({(r["spec"]["rule"], r["spec"]["message"]) for r in found if r["kind"] == "Finding" and r["spec"]["rule"] != "R16"})

    def plan(self, resources=None):
        got = self.run("get", input=resources)
        equal([r["status"]["error"] for r in got if "error" in r.get("status", {})], [], "errors of get")
        return self.run("plan", input=got)

    def apply(self, plan, *options, **how):
        return super().apply(plan, "--confirm", "15m", *options, **how)

    def configured(self):
        done = self.apply(self.plan())
        equal(states(done), ["done"] * len(steps(done)), "every switch")
        return self
