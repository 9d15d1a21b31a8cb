# SPDX-License-Identifier: GPL-2.0-or-later
"""A small fabric of switches that are managed over HTTP, most of them by lines (EOS, NX-OS): what their scripts share."""
import signal
from switchtest import *


def fabric(platforms, tenants=("blue", "red"), routing="ebgp-unnumbered"):
    """One spine and as many leaves as there are platforms left; two hosts at each leaf."""
    all = [resource("Fabric", "dc1", {"underlay": {"routing": routing},
                                      "owns": {"vlans": ["100-999"], "vnis": ["10000-19999", "50000-59999"]}})]
    for i, platform in enumerate(platforms):
        all.append(resource("Switch", f"leaf0{i}" if i else "spine01", {
            "fabric": "dc1", "platform": platform, "role": "leaf" if i else "spine", "asn": 65000 + i,
            "loopback": f"10.255.0.{i + 1}",
            "management": {"credentials": {"username": USER, "password": "env:SIM_PASSWORD"}}}))
    for leaf in range(1, len(platforms)):
        addresses = {"addresses": {"from": f"10.254.0.{2 * leaf}/31", "to": f"10.254.0.{2 * leaf + 1}/31"}}
        all.append(resource("Link", f"l{leaf}", {"from": f"leaf0{leaf}:49", "to": f"spine01:{leaf}",
                                                 **(addresses if routing == "ebgp" else {})}))
        for node, tenant in enumerate(tenants, 1):
            all.append(resource("Server", f"node{leaf}{node}", {"nics": [{
                "name": "rail0", "mac": f"02:00:00:00:0{leaf}:0{node}", "cable": f"leaf0{leaf}:{node}"}]}))
    for n, tenant in enumerate(tenants, 1):
        all.append(resource("Tenant", tenant, {"l3vni": 50000 + n, "l3vlan": 2000 + n}))
        all.append(resource("Network", f"{tenant}-s1", {
            "tenant": tenant, "vlan": 100 * n, "vni": 10000 + 100 * n, "gateways": [{"address": f"10.{n}.0.1/24"}],
            "members": [{"nic": f"node{leaf}{n}:rail0"} for leaf in range(1, len(platforms))]}))
    return all


class LineSwitch(Switch):
    def running(self):
        facts = self.sim()
        return facts["running"] if "running" in facts else json.dumps(facts["applied"])

    def eapi(self, *commands):
        return self.post("/command-api", {"jsonrpc": "2.0", "method": "runCmds", "id": "t",
                                          "params": {"version": 1, "format": "json", "cmds": ["enable", *commands]}}).json

    def nxapi(self, *commands, method="cli"):
        body = [{"jsonrpc": "2.0", "method": method, "id": i, "rollback": "stop-on-error", "params": {"cmd": c, "version": 1}}
                for i, c in enumerate(commands, 1)]
        return self.do("POST", "/ins", body, headers={"Content-Type": "application/json-rpc"})


class Site(Fabric):
    make = LineSwitch

    def __init__(self, resources):
        super().__init__(resources, "--speed", "50")

    def everything_running(self):
        return {name: switch.running() for name, switch in self.switches.items()}

    def killed_after_commit(self, waits):
        """An apply that is killed once the first leaf has changed.  It goes in short steps, lest it confirms meanwhile."""
        child = self.begin("apply", "--confirm", "10m", "-q", input=self.plan(), MSCTL_POLL_MS="2000")

        def committed():
            child.send_signal(signal.SIGSTOP)
            if waits(self["leaf01"]):
                return True
            child.send_signal(signal.SIGCONT)
            return False

        self["leaf01"].wait("a commit", committed, 120)
        child.kill()
        child.wait()


def from_factory_to_tenants(platforms, routing):
    with Site(fabric(platforms, routing=routing)) as site:
        plan = site.plan()
        equal(len(steps(plan)), len(platforms), "a Step for each switch")
        equal(states(site.run("apply", "--confirm", "30m", input=plan)), ["done"] * len(platforms), "all done")
        again = site.run("get")
        for name, switch in of(again, "Switch").items():
            status = switch["status"]["switch"]
            sessions = {k: v["state"] for k, v in status["bgp"].items()}
            equal(set(sessions.values()), {"Established"}, f"sessions of {name}: {sessions}")
            equal((status["saved"], status.get("pending")), (True, None), f"{name} is saved, and nothing waits")
        leaf = of(again, "Switch")["leaf01"]["status"]["switch"]
        equal(leaf["ports"]["49"]["lldp"]["systemName"], "spine01", "LLDP of an uplink")
        equal(leaf["ports"]["1"]["lldp"]["portId"], "02:00:00:00:01:01", "LLDP of a NIC")
        equal(steps(site.run("plan", input=again)), [], "nothing left to do")


def a_tenant_goes(platform):
    with Site(fabric([platform] * 3)) as site:
        site.run("apply", "--confirm", "30m", input=site.plan())
        rest = [r for r in site.stream if r["metadata"]["name"] not in ("red", "red-s1")]
        site.run("apply", "--confirm", "30m", input=site.plan(rest))
        for name in ("leaf01", "leaf02"):
            for trace in ("50002", "10200", " red\n", "Vlan200\n"):
                assert trace not in site.switches[name].running(), f"{trace} is still on {name}"
        equal(steps(site.plan(rest)), [], "nothing left to do")


def what_people_wrote_stays(platform, lines, traces):
    with Site(fabric([platform] * 2)) as site:
        site.switches["leaf01"].lever(config=lines)
        got = site.run("get")
        opaque = " | ".join(of(got, "Switch")["leaf01"]["status"]["switch"]["opaque"])
        for trace in traces:
            assert trace in opaque, (trace, opaque)
        site.run("apply", "--confirm", "30m", input=site.run("plan", input=got))
        for trace in traces:
            assert trace in site.switches["leaf01"].running(), trace


def one_fails_and_all_go_back(platform, harm, phase, words):
    """A line is refused in the middle of many, or a commit stops half-way: all are as they were, and then it works."""
    with Site(fabric([platform] * 3)) as site:
        before, plan = site.everything_running(), site.plan()
        site["leaf02"].lever(**harm)
        went_back(site.run("apply", "--confirm", "30m", input=plan, rc=4), "leaf02", phase, words)
        equal(site.everything_running(), before, "configuration")
        for name, switch in site.switches.items():
            facts = switch.sim()
            equal((facts["saved"], facts.get("candidates", {}), facts.get("checkpoints", [])), (True, {}, []), f"{name}: what is left")
        equal({r["status"]["switch"].get("pending") for r in of(site.run("get", "--only", "pending"), "Switch").values()}, {None}, "nothing waits")
        site["leaf02"].lever(**{word: None for word in harm})
        equal(states(site.run("apply", "--confirm", "30m", input=plan)), ["done"] * 3, "and then it works")


def nobody_confirms(platform, waits):
    with Site(fabric([platform] * 3)) as site:
        before = site.everything_running()
        site.killed_after_commit(waits)
        for name, switch in site.switches.items():
            switch.wait("going back", lambda: switch.running().replace("feature scheduler\n", "").split("scheduler job")[0].rstrip() == before[name].rstrip(), 60)
        equal(states(site.run("apply", "--confirm", "30m", input=site.plan())), ["done"] * 3, "and then it works")
        equal("scheduler" in site["leaf01"].running(), False, "what the timer needed")


def roce(platform, pauses, tells, gone):
    """RoCE from the factory until every rule about switches holds; what pauses whole links, or tells hosts by DCBX, is seen
    and goes; hosts are told when the fabric says so; then it is off, and no port has any.  pauses, tells: levers."""
    with Site(fabric([platform] * 3)) as site:
        of(site.stream, "Fabric")["dc1"]["spec"]["roce"] = {}
        equal(states(site.run("apply", "--confirm", "30m", input=site.plan())), ["done"] * 3, "all done")
        again = site.run("get")
        equal(steps(site.run("plan", input=again)), [], "nothing left to do")
        for name, switch in of(again, "Switch").items():
            assert switch["status"]["switch"]["config"]["qos"]["classes"]["3"]["lossless"], name
        equal(findings(again), set(), "rules")
        for rule, harm in (("R06", pauses), ("R18", tells)):
            site["leaf01"].lever(**harm)
            again = site.run("get")
            equal(findings(again) - {"R19"}, {rule}, "what somebody broke")
            equal(states(site.run("apply", "--confirm", "30m", input=site.run("plan", input=again))), ["done"], f"{rule} is mended")
            equal(findings(site.run("get")), set(), "rules")
        said = of(site.stream, "Fabric")["dc1"]["spec"]
        said["roce"] = {"dcbx": "advertise"}
        site.run("apply", "--confirm", "30m", input=site.plan())
        again = site.run("get")
        equal((steps(site.run("plan", input=again)), findings(again)), ([], set()), "hosts are told")
        equal({name: [p for p, row in switch["status"]["switch"]["config"]["ports"].items() if row.get("dcbx")]
               for name, switch in of(again, "Switch").items()}, {"leaf01": ["1", "2"], "leaf02": ["1", "2"], "spine01": []}, "who tells")
        del said["roce"]
        equal(steps(site.plan()), [], "what is said no more stays")
        said["roce"] = {"profile": "off"}
        equal(states(site.run("apply", "--confirm", "30m", input=site.plan())), ["done"] * 3, "all off")
        equal(steps(site.plan()), [], "nothing left to do")
        for name, switch in site.switches.items():
            assert gone not in switch.running(), name


def counters(platform, counts, expected):
    """What a port counts of RoCE is read, and judged."""
    with Site(fabric([platform] * 2)) as site:
        of(site.stream, "Fabric")["dc1"]["spec"]["roce"] = {}
        site.run("apply", "--confirm", "30m", input=site.plan())
        storm(site, "49", counts, expected)


def findings(resources):
    """Rules of msctl-roce that something was found by; hosts were not read."""
    run = subprocess.run(["msctl-roce", "check", "-o", "json"], input=as_lines(resources), capture_output=True, text=True)
    found = [json.loads(line) for line in run.stdout.splitlines()]
    assert found or not run.returncode, run.stderr
    # R16 is about the fabric itself, whose notifications have the DSCP of BGP.
    return {f["spec"]["rule"] for f in found if f["kind"] == "Finding"} - {"R16"}
