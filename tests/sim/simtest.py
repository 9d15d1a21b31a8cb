# SPDX-License-Identifier: GPL-2.0-or-later
"""Serve a site with msctl-sim and talk to its BMCs: what the scripts of tests/sim share.  Standard library only."""
import base64, json, os, socket, ssl, subprocess, sys, tempfile, time, http.client

USER, PASSWORD = "admin", "simtest-1"


def site(servers, **more):
    spec = {"credentials": [{"name": "f", "username": USER, "password": "env:SIM_PASSWORD"}],
            "defaults": {"server": {"bmc": {"credentials": "f"}}}, "servers": servers, **more}
    return {"apiVersion": "msctl/v1", "kind": "Site", "metadata": {"name": "t"}, "spec": spec}


CONTEXT = ssl._create_unverified_context()  # one for all: each would read the authorities of this machine


class Reply:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body
        try:
            self.json = json.loads(body) if body else None
        except ValueError:
            self.json = None

    def message(self):
        info = ((self.json or {}).get("error") or self.json or {}).get("@Message.ExtendedInfo")
        info = info[0] if isinstance(info, list) else info
        return info.get("MessageId", "") if isinstance(info, dict) else str(info)

    def __repr__(self):
        return f"{self.status} {self.message()} {self.body[:300]!r}"


class Bmc:
    """One BMC; every request on a connection of its own unless keep is set."""

    def __init__(self, server, password=PASSWORD, user=USER):
        bmc = server["spec"]["bmc"]
        self.name, self.address, self.port = server["metadata"]["name"], bmc["address"], bmc["port"]
        self.pin, self.user, self.password, self.token = bmc.get("tls", {}).get("pin"), user, password, None
        self.context = CONTEXT

    def do(self, method, path, body=None, auth=True, headers=None, raw=None):
        connection = http.client.HTTPSConnection(self.address, self.port, context=self.context, timeout=30)
        send = dict(headers or {})
        if auth and self.token:
            send["X-Auth-Token"] = self.token
        elif auth:
            send["Authorization"] = "Basic " + base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        data = raw if raw is not None else None if body is None else json.dumps(body)
        try:
            connection.request(method, path, data, send)
            reply = connection.getresponse()
            return Reply(reply.status, reply.headers, reply.read())
        finally:
            connection.close()

    def get(self, path, **more):
        return self.do("GET", path, **more)

    def json(self, path):
        reply = self.get(path)
        assert reply.status == 200, f"GET {path}: {reply}"
        return reply.json

    def patch(self, path, body, etag=None):
        return self.do("PATCH", path, body, headers={"If-Match": etag} if etag else None)

    def tagged(self, path, body):
        """PATCH with the ETag that was just read, as a careful client does."""
        reply = self.get(path)
        return self.patch(path, body, reply.headers.get("ETag") or (reply.json or {}).get("@odata.etag"))

    def post(self, path, body=None):
        return self.do("POST", path, body)

    def sim(self):
        return self.do("GET", "/sim/bmc", auth=False).json

    def lever(self, **levers):
        reply = self.do("POST", "/sim/bmc", levers, auth=False)
        assert reply.status == 204, reply

    def fault(self, action, **rule):
        reply = self.do("POST", "/sim/faults", {"action": action, **rule}, auth=False)
        assert reply.status == 204, reply

    def login(self):
        root = self.get("/redfish/v1", auth=False).json
        reply = self.do("POST", root["Links"]["Sessions"]["@odata.id"], {"UserName": self.user, "Password": self.password},
                        auth=False)
        if reply.status in (200, 201):
            self.token = reply.headers.get("X-Auth-Token")
        return reply

    def wait(self, what, condition, seconds=20):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            value = condition()
            if value:
                return value
            time.sleep(0.02)
        raise AssertionError(f"{self.name}: {what} did not come within {seconds} s: {self.sim()}")

    def wait_power(self, word):
        self.wait(f"power {word}", lambda: self.system()["PowerState"] == word)

    def system(self):
        """The System that has a Reset action."""
        for link in self.json("/redfish/v1/Systems")["Members"]:
            system = self.json(link["@odata.id"])
            if "#ComputerSystem.Reset" in system.get("Actions", {}):
                return system
        raise AssertionError(f"{self.name}: no system can be reset")

    def reset(self, kind):
        return self.post(self.system()["Actions"]["#ComputerSystem.Reset"]["target"], {"ResetType": kind})

    def reboot(self):
        """Off and on, until POST is over once more."""
        boots = self.sim()["boots"]
        reply = self.reset("ForceRestart")
        assert reply.status in (200, 202, 204), reply
        self.wait("the end of POST", lambda: self.sim()["boots"] > boots)


class Sim:
    """`with Sim(servers, "--speed", "100") as bmcs:` gives {name: Bmc}."""

    def __init__(self, servers, *options, document=None):
        self.document, self.options = document or site(servers), options

    def __enter__(self):
        env = {**os.environ, "SIM_PASSWORD": PASSWORD}
        self.child = subprocess.Popen(["msctl-sim", "serve", "--port", "0", "-o", "json", *self.options, "-"],
                                      stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env)
        out = self.start()
        self.servers = [json.loads(line) for line in out.splitlines()]
        if not self.servers:
            raise AssertionError(f"msctl-sim ended with {self.child.wait()}")
        return {s["metadata"]["name"]: Bmc(s) for s in self.servers}

    def start(self):
        self.child.stdin.write(json.dumps(self.document).encode())
        self.child.stdin.close()
        return self.child.stdout.read()  # its end says that everything answers

    def __exit__(self, kind, *_):
        self.child.terminate()
        rc = self.child.wait(20)
        if kind is None:  # a sanitizer's complaint shows here
            equal(rc, 128 + 15, "exit status of msctl-sim")


class Rack(Sim):
    """A Sim, and msctl-bmc with a state store of its own."""

    def __enter__(self):
        self.bmcs = super().__enter__()
        self.folder = tempfile.mkdtemp()
        return self

    def environment(self, **more):
        return {**os.environ, "SIM_PASSWORD": PASSWORD, "OPS_PASSWORD": "ops-secret-12345", "MSCTL_POLL_MS": "10",
                "MSCTL_STATE": self.folder + "/state.db", **more}

    def start(self, *argv):
        return super().start() if not argv else subprocess.Popen(
            ["msctl-bmc", *argv, "-o", "json", "-q"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env=self.environment())

    def run(self, *argv, input=None, rc=0, **env):
        text = "".join(json.dumps(r) + "\n" for r in (self.servers if input is None else input))
        done = subprocess.run(["msctl-bmc", *argv, "-o", "json", "-q"], input=text.encode(), capture_output=True,
                              env=self.environment(**env), timeout=120)
        if rc is not None and done.returncode != rc:
            raise AssertionError(f"msctl-bmc {' '.join(argv)}: exit {done.returncode}\n{done.stderr.decode()}"
                                 f"{done.stdout.decode()[-2000:]}")
        self.errors = done.stderr.decode()
        return [json.loads(line) for line in done.stdout.splitlines()]

    def plan(self, rc=0):
        return self.run("plan", input=self.run("get"), rc=rc)

    def apply(self, plan, rc=0, *options):
        return self.run("apply", "--allow", "reboot", *options, input=plan, rc=rc)

    def no_sessions(self):
        for bmc in self.bmcs.values():
            equal(bmc.sim()["sessions"], [], f"sessions left on {bmc.name}")


def steps(resources, state=None):
    return [r for r in resources if r["kind"] == "Step" and state in (None, r["status"]["state"])]


def actions(resources, state=None):
    return [s["spec"]["action"] for s in steps(resources, state)]


def equal(got, want, what):
    if got != want:
        raise AssertionError(f"{what}: got {got!r}, wanted {want!r}")


def main(*tests):
    failed = 0
    for test in tests:
        try:
            test()
            print("ok", test.__name__)
        except Exception as error:  # each test says what went wrong, and the next one runs
            failed += 1
            print("not ok", test.__name__, "-", type(error).__name__, error)
            if os.environ.get("SIM_TRACE"):
                raise
    sys.exit(1 if failed else 0)
