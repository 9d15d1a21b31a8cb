# SPDX-License-Identifier: GPL-2.0-or-later
"""Simulated switches under msctl-switch: what the scripts of tests/sim about switches share."""
import os, subprocess, tempfile, threading, urllib.parse
from simtest import *


def resource(kind, name, spec, **metadata):
    return {"apiVersion": "msctl/v1", "kind": kind, "metadata": {"name": name, **metadata}, "spec": spec}


def as_lines(resources):
    return "".join(json.dumps(r) + "\n" for r in resources)


def of(resources, kind):
    return {r["metadata"]["name"]: r for r in resources if r["kind"] == kind}


def states(resources):
    return sorted(s["status"]["state"] for s in steps(resources))


def step_of(resources, name):
    return next(s for s in steps(resources) if s["spec"]["target"] == "Switch/" + name)


def went_back(done, culprit, phase, words):
    """Every Step names the switch that ended it, the phase, and the reason or what became of its own."""
    fate = "rolled back" if phase in ("commit", "verify", "confirm") else "dropped"
    equal(step_of(done, culprit)["spec"]["command"], "msctl-switch", "a Step of its own")
    for s in steps(done):
        name, status = s["spec"]["target"].split("/")[-1], s["status"]
        if name == culprit:
            equal((status["state"], status["phase"], words in status["reason"]), ("failed", phase, True), f"{name}: {status}")
        else:
            equal((status["state"], status["reason"]), ("skipped", f"{fate}: {phase} of Switch/{culprit} failed"), name)


class Switch(Bmc):
    """What the simulator says of a switch; /sim is elsewhere where it is spoken to by ssh."""

    def __init__(self, res):
        self.name, self.management = res["metadata"]["name"], res["spec"]["management"]
        at = urllib.parse.urlparse(res["metadata"].get("annotations", {}).get("sim/inspect", ""))
        self.address, self.port = at.hostname or self.management["address"], at.port or self.management["port"]
        self.user, self.password, self.token, self.context = USER, PASSWORD, None, CONTEXT

    def sim(self):
        return self.do("GET", "/sim/switch", auth=False).json

    def lever(self, **levers):
        reply = self.do("POST", "/sim/switch", levers, auth=False)
        assert reply.status == 204, (levers, reply)


class Fabric(Sim):
    """`with Fabric(WHAT, "--speed", "50") as fabric:`: the switches of a site document, or of resources in a list, and
    msctl-switch with a state store of its own."""
    make = Switch

    def __init__(self, what, *options):
        super().__init__(None, *options, document=what)
        self.folder = tempfile.mkdtemp()

    def start(self):
        self.child.stdin.write((as_lines(self.document) if isinstance(self.document, list) else json.dumps(self.document)).encode())
        self.child.stdin.close()
        return self.child.stdout.read()

    def __enter__(self):
        # Switches have the clock of those who manage them: what is left of a timer is told by the time of day.
        env = {**self.environment(), "XDG_RUNTIME_DIR": self.folder}
        self.child = subprocess.Popen(["msctl-sim", "serve", "--port", "0", "-o", "json", *self.options, "-"],
                                      stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env)
        self.stream = [json.loads(line) for line in self.start().splitlines()]
        if not self.stream:
            raise AssertionError(f"msctl-sim ended with {self.child.wait()}")
        self.switches = {n: self.make(r) for n, r in of(self.stream, "Switch").items()}
        return self

    def __getitem__(self, name):
        return self.switches[name]

    def environment(self, **more):
        return {**os.environ, "SIM_PASSWORD": PASSWORD, "MSCTL_POLL_MS": "50", "MSCTL_STATE": self.folder + "/state.db", **more}

    def begin(self, *argv, input, output=subprocess.DEVNULL, **environment):
        """msctl-switch, which goes on by itself."""
        child = subprocess.Popen(["msctl-switch", *argv, "-o", "json"], stdin=subprocess.PIPE, stdout=output, stderr=output,
                                 env=self.environment(**environment), text=True)
        threading.Thread(target=lambda: (child.stdin.write(as_lines(input)), child.stdin.close()), daemon=True).start()
        return child

    def run(self, *argv, input=None, rc=0, during=None):
        """Run msctl-switch; `during` is called with (child, target, what) for each event of progress."""
        child = self.begin(*argv, "--progress", "json", input=self.stream if input is None else input, output=subprocess.PIPE)
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
        out = child.stdout.read()
        follower.join()
        self.status, self.errors = child.wait(120), "".join(lines)
        if rc is not None and self.status != rc:
            raise AssertionError(f"msctl-switch {' '.join(argv)}: exit {self.status}\n{self.errors[-3000:]}{out[-2000:]}")
        return [json.loads(line) for line in out.splitlines()]

    def plan(self, resources=None, rc=0):
        return self.run("plan", input=self.run("get", input=resources), rc=rc)

    def apply(self, plan, *options, rc=0, during=None):
        return self.run("apply", *options, input=plan, rc=rc, during=during)


def judged(before, after, seconds=100):
    """What msctl-roce says of two readings of switches, as if they were so far apart: {(RULE, message)}."""
    for name, switch in of(before, "Switch").items():
        switch["status"]["switch"]["observedAt"] = "2026-11-22T08:00:00Z"
        of(after, "Switch")[name]["status"]["switch"]["observedAt"] = f"2026-11-22T08:{seconds // 60:02}:{seconds % 60:02}Z"
    with tempfile.NamedTemporaryFile("w", suffix=".json") as earlier:
        earlier.write(as_lines(before))
        earlier.flush()
        run = subprocess.run(["msctl-roce", "check", "--counters", earlier.name, "-o", "json",
                              *(f"--rule=R{n}" for n in range(24, 30))], input=as_lines(after), capture_output=True, text=True)
    found = [json.loads(line)["spec"] for line in run.stdout.splitlines() if '"Finding"' in line]
    assert run.returncode in (0, 5), run.stderr
    return {(f["rule"], f["message"]) for f in found}


def storm(site, port, counts, expected, leaf="leaf01"):
    """Something is counted at a port of a fabric with RoCE: it is read by the neutral names, and those that are
    `expected` (RULE: counter) are found there, with priority and cable, and nothing anywhere else."""
    before = site.run("get")
    assert port in of(before, "Switch")[leaf]["status"]["switch"]["counters"], f"{leaf} has counters"
    equal(judged(before, site.run("get")), set(), "nothing happened")
    was = of(before, "Switch")[leaf]["status"]["switch"]["counters"][port]
    site[leaf].lever(counters={port: counts})
    after = site.run("get", "--only", "counters")
    status = of(after, "Switch")[leaf]["status"]["switch"]
    equal("config" in status, False, "counters alone")
    equal({k: v - was.get(k, 0) for k, v in status["counters"][port].items() if v != was.get(k, 0)}, counts, f"counters of {leaf}:{port}")
    found = judged(before, after)
    equal({rule for rule, _ in found}, set(expected), f"rules: {found}")
    for rule, message in found:
        assert message.startswith(f"{leaf}:{port} (cabled to ") and expected[rule] in message, (rule, message)


def first(phase, act):
    """Call act(child) when the first switch enters a phase."""
    seen = []

    def during(child, target, what):
        if what == phase and not seen:
            seen.append(target)
            act(child)
    return during
