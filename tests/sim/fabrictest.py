# SPDX-License-Identifier: GPL-2.0-or-later
"""A simulated fabric under msctl-switch: what the scripts of tests/sim about switches share."""
import threading
from simtest import *


def fabric(leaves=3, spines=2, platform="cumulus", version="5.9.1", **more):
    """A leaf-spine site: two tenants on every leaf, ports 1 and 2, numbers from pools."""
    networks = [{"name": f"{tenant}-net", "tenant": tenant, "vlan": 100 + n, "vni": 10100 + n,
                 "members": [{"port": f"leaf[01-{leaves:02}]:{n + 1}"}]}
                for n, tenant in enumerate(("blue", "green"))]
    spec = {"credentials": [{"name": "f", "username": "cumulus", "password": "env:SIM_PASSWORD"}],
            "pools": {"addresses": [{"name": "loopbacks", "prefix": "10.255.0.0/16", "first": "10.255.0.1"}],
                      "numbers": [{"name": "asns", "first": 4200000000, "last": 4200009999},
                                  {"name": "l3vnis", "first": 50000, "last": 50999},
                                  {"name": "l3vlans", "first": 3000, "last": 3099}]},
            "defaults": {"switch": {"fabric": "dc1", "platform": platform, "version": version,
                                    "management": {"credentials": "f"}},
                         "tenant": {"fabric": "dc1", "isolation": "evpn-vxlan",
                                    "pools": {"l3vni": "l3vnis", "l3vlan": "l3vlans"}}},
            "fabrics": [{"name": "dc1", "pools": {"loopbacks": "loopbacks", "asns": "asns"},
                         "clos": {"spines": {"count": spines, "name": "spine{n:02}", "downlinks": f"1-{max(leaves, 2)}"},
                                  "leaves": {"count": leaves, "name": "leaf{n:02}", "hostPorts": "1-8",
                                             "uplinks": f"9-{8 + max(spines, 2)}"}}}],
            "tenants": [{"name": "blue"}, {"name": "green"}], "networks": networks, **more}
    return {"apiVersion": "msctl/v1", "kind": "Site", "metadata": {"name": "t"}, "spec": spec}


class Switch(Bmc):
    def __init__(self, resource):
        management = resource["spec"]["management"]
        self.name, self.address, self.port = resource["metadata"]["name"], management["address"], management["port"]
        self.user, self.password, self.token, self.context = USER, PASSWORD, None, CONTEXT

    def sim(self):
        return self.do("GET", "/sim/switch", auth=False).json

    def lever(self, **levers):
        reply = self.do("POST", "/sim/switch", levers, auth=False)
        assert reply.status == 204, (levers, reply)


class Fabric(Sim):
    """A Sim of switches, and msctl-switch with a state store of its own; items are switches by name."""

    def __init__(self, document=None, *options):
        super().__init__(None, *options, document=document or fabric())

    def __enter__(self):
        env = {**os.environ, "SIM_PASSWORD": PASSWORD}
        self.child = subprocess.Popen(["msctl-sim", "serve", "--port", "0", "-o", "json", *self.options, "-"],
                                      stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env)
        self.resources = [json.loads(line) for line in self.start().splitlines()]
        self.switches = {r["metadata"]["name"]: Switch(r) for r in self.resources if r["kind"] == "Switch"}
        if not self.switches:
            raise AssertionError(f"msctl-sim ended with {self.child.wait()}")
        self.folder = tempfile.mkdtemp()
        return self

    def __getitem__(self, name):
        return self.switches[name]

    def environment(self, **more):
        return {**os.environ, "SIM_PASSWORD": PASSWORD, "MSCTL_POLL_MS": "50", "MSCTL_STATE": self.folder + "/state.db",
                **more}

    def run(self, *argv, input=None, rc=0, during=None):
        """Run msctl-switch; `during` is called with (child, target, what) for each event of progress."""
        text = "".join(json.dumps(r) + "\n" for r in (self.resources if input is None else input))
        child = subprocess.Popen(["msctl-switch", *argv, "-o", "json", "--progress", "json"], stdin=subprocess.PIPE,
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=self.environment(), text=True)
        lines = []

        def follow():
            for line in child.stderr:
                event = json.loads(line) if line.startswith("{") else None
                if not event:
                    lines.append(line)
                elif during and event["event"] == "step":
                    during(child, event["target"].split("/")[-1], event["what"])

        follower = threading.Thread(target=follow)
        follower.start()
        threading.Thread(target=lambda: (child.stdin.write(text), child.stdin.close()), daemon=True).start()
        out = child.stdout.read()
        follower.join()
        status = child.wait(120)
        self.errors = "".join(lines)
        if rc is not None and status != rc:
            raise AssertionError(f"msctl-switch {' '.join(argv)}: exit {status}\n{self.errors}{out[-2000:]}")
        self.status = status
        return [json.loads(line) for line in out.splitlines()]

    def plan(self, resources=None):
        return self.run("plan", input=self.run("get", input=resources))

    def apply(self, plan, *options, rc=0, during=None):
        return self.run("apply", *options, input=plan, rc=rc, during=during)

    def configs(self):
        return {r["metadata"]["name"]: r["status"]["switch"]["config"]
                for r in self.run("get") if r["kind"] == "Switch"}

    def nothing_left(self, but=()):
        """No candidate that is ours, no timer: what NVUE shows of revisions."""
        for name, switch in self.switches.items():
            if name in but:
                continue
            facts = switch.sim()
            equal(facts["waiting"], "", f"{name}: a change that waits")
            open_ones = [i for i, s in facts["revisions"].items() if s in ("pending", "confirm", "ays")]
            equal(open_ones, [], f"{name}: candidates")


def step_of(resources, name):
    return next(s for s in steps(resources) if s["spec"]["target"] == "Switch/" + name)


def first(phase, act):
    """Call act(child) when the first switch enters a phase."""
    seen = []

    def during(child, target, what):
        if what == phase and not seen:
            seen.append(target)
            act(child)
    return during
