# SPDX-License-Identifier: GPL-2.0-or-later
"""A leaf-spine fabric out of a site document, with pools."""
import signal
from switchtest import *


def leaf_spine(leaves=3, spines=2, platform="cumulus", version="5.9.1", **more):
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


class LeafSpine(Fabric):
    def __init__(self, document=None, *options):
        super().__init__(document or leaf_spine(), *options)

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


def killed_in_verify(fabric, leaf, plan, *options):
    """SIGKILL between commit and confirm: a session of the leaf that is down keeps it from confirming until it is dead."""
    down = first("stage", lambda c: fabric[leaf].lever(link={"9": "down"}))
    kill = first("verify", lambda c: c.send_signal(signal.SIGKILL))
    fabric.apply(plan, *options, rc=None, during=lambda *event: (down(*event), kill(*event)))
    equal(fabric.status, -signal.SIGKILL, "how it ended")
    fabric[leaf].lever(link={"9": "up"})
