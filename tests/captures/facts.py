# SPDX-License-Identifier: GPL-2.0-or-later
"""Facts about a captured Redfish tree, computed without following msctl's way through it.

Every index.json of the tree is taken by its @odata.type, wherever it lies; msctl follows links from the service root.  The
two must tell the same.  Each check is a function of (tree, status.bmc) that yields (what, expected, got) triples.
"""
import collections, json, os, re

Counter = collections.Counter


class Tree:
    def __init__(self, root):
        self.objects = {}          # path on disk as URI -> object
        for folder, _, files in os.walk(root):
            if "index.json" not in files:
                continue
            try:
                with open(os.path.join(folder, "index.json")) as file:
                    value = json.load(file)
            except ValueError:
                continue           # some captures hold files that are cut short
            if isinstance(value, dict):
                self.objects[folder[len(root):]] = value
        self.settings = set()
        for value in self.objects.values():
            self.settings.update(self.links_named(value, "SettingsObject"))

    def links_named(self, value, name):
        if isinstance(value, dict):
            for key, inner in value.items():
                if key == name and isinstance(inner, dict) and "@odata.id" in inner:
                    yield inner["@odata.id"].rstrip("/")
                yield from self.links_named(inner, name)
        elif isinstance(value, list):
            for inner in value:
                yield from self.links_named(inner, name)

    def of(self, *types):
        """(uri, object) of these types, each @odata.id once, without settings and pending copies."""
        seen = set()
        for uri, value in sorted(self.objects.items()):
            kind = re.match(r"#?(\w+)\.", str(value.get("@odata.type", "")) + ".")
            own = str(value.get("@odata.id", uri)).rstrip("/").lower()
            if not kind or kind.group(1) not in types or own in seen:
                continue
            if uri in self.settings or re.search(r"/(Settings|SD|Pending)(/|$)", uri, re.I):
                continue
            seen.add(own)
            yield uri, value


def text(value):
    """As firmware writes it, or None where it says nothing."""
    if value is None or isinstance(value, (dict, list)):
        return None
    value = str(value).strip()
    return None if value.lower() in ("", "n/a", "na", "none", "null", "not available", "not specified", "unknown", "(null)", "not present") else value


def mac(value):
    digits = re.sub(r"[^0-9a-f]", "", str(value).lower())
    return ":".join(digits[i:i + 2] for i in range(0, 12, 2)) if len(digits) == 12 and digits.strip("0") else None


def absent(value):
    return (value.get("Status") or {}).get("State") == "Absent"


def system(tree):
    for uri, value in tree.of("ComputerSystem"):
        if "#ComputerSystem.Reset" in (value.get("Actions") or {}):
            return uri, value
    raise SystemExit("the capture has no system")


def check_identity(tree, got):
    _, raw = system(tree)
    for key, name in (("Manufacturer", "manufacturer"), ("Model", "model"), ("SerialNumber", "serialNumber"), ("UUID", "uuid"),
                      ("BiosVersion", "biosVersion"), ("SKU", "sku"), ("AssetTag", "assetTag"), ("PartNumber", "partNumber")):
        yield f"system.{name}", text(raw.get(key)), got["system"].get(name)
    yield "power.state", raw.get("PowerState"), got["power"].get("state")
    yield "power.restorePolicy", raw.get("PowerRestorePolicy"), got["power"].get("restorePolicy")
    for key in ("State", "Health", "HealthRollup"):
        name = key[0].lower() + key[1:]
        yield f"health.{name}", raw["Status"].get(key), got["health"].get(name)


def check_reset_types(tree, got):
    _, raw = system(tree)
    action = raw["Actions"]["#ComputerSystem.Reset"]
    words = action.get("ResetType@Redfish.AllowableValues")
    if words is None:
        info = tree.objects.get(action.get("@Redfish.ActionInfo", ""), {})
        words = [w for p in info.get("Parameters", []) if p.get("Name") == "ResetType" for w in p.get("AllowableValues", [])]
    yield "power.resetTypes", sorted(words), sorted(got["power"].get("resetTypes", []))


def check_boot(tree, got):
    uri, raw = system(tree)
    for key, name in (("BootSourceOverrideEnabled", "enabled"), ("BootSourceOverrideTarget", "target"),
                      ("BootSourceOverrideMode", "mode")):
        yield f"boot.override.{name}", raw["Boot"].get(key), got["boot"]["override"].get(name)
    yield "boot.order", raw["Boot"].get("BootOrder"), got["boot"].get("order")
    options = {v.get("BootOptionReference") for u, v in tree.of("BootOption") if "/Settings/" not in u}
    yield "boot.options", options, {o.get("reference") for o in got["boot"].get("options", [])}


def check_processors(tree, got):
    raw = [v for u, v in tree.of("Processor") if v.get("ProcessorType") == "CPU" and "SubProcessors" not in u and not absent(v)]
    seen = [p for p in got.get("processors", []) if p.get("type") == "CPU"]
    yield "CPUs", len(raw), len(seen)
    yield "cores", sum(v.get("TotalCores") or 0 for v in raw), sum(p.get("cores", 0) for p in seen)
    yield "threads", sum(v.get("TotalThreads") or 0 for v in raw), sum(p.get("threads", 0) for p in seen)
    yield "CPU models", Counter(text(v.get("Model")) for v in raw), Counter(p.get("model") for p in seen)


def check_gpus(tree, got):
    raw = Counter(text(v.get("SerialNumber")) for _, v in tree.of("Processor") if v.get("ProcessorType") == "GPU")
    if not raw:     # Supermicro: its own extension of PCIeDevice
        raw = Counter(text(v.get("SerialNumber")) for _, v in tree.of("PCIeDevice")
                      if ((v.get("Oem") or {}).get("Supermicro") or {}).get("GPUVendor"))
    yield "GPU serials", raw, Counter(g.get("serialNumber") for g in got.get("gpus", []))


def check_memory(tree, got):
    raw = [v for _, v in tree.of("Memory") if (v.get("CapacityMiB") or 0) > 0 and v.get("MemoryDeviceType") != "HBM"]
    seen = got.get("memory", {})
    yield "memory.totalMiB", sum(v["CapacityMiB"] for v in raw), seen.get("totalMiB", 0)
    yield "DIMMs", Counter((text(v.get("SerialNumber")), v["CapacityMiB"]) for v in raw), \
        Counter((m.get("serialNumber"), m.get("capacityMiB")) for m in seen.get("modules", []))


def check_drives(tree, got):
    raw = Counter((text(v.get("SerialNumber")), v["CapacityBytes"]) for _, v in tree.of("Drive") if v.get("CapacityBytes"))
    if not raw:
        raw = Counter((None, d.get("CapacityBytes")) for _, v in tree.of("SimpleStorage") for d in v.get("Devices") or [])
    yield "drives", raw, Counter((d.get("serialNumber"), d.get("capacityBytes"))
                                 for s in got.get("storage", []) for d in s.get("drives", []))
    volumes = Counter(v["CapacityBytes"] for u, v in tree.of("Volume") if "Capabilities" not in u and v.get("CapacityBytes"))
    yield "volumes", volumes, Counter(v.get("capacityBytes") for s in got.get("storage", []) for v in s.get("volumes", []))


def check_adapters(tree, got):
    raw = set()
    for uri, value in tree.of("NetworkDeviceFunction"):
        raw.add(mac((value.get("Ethernet") or {}).get("MACAddress")))
    for uri, value in tree.of("NetworkPort", "Port"):
        if "/NetworkAdapters/" in uri:
            for one in value.get("AssociatedNetworkAddresses") or (value.get("Ethernet") or {}).get("AssociatedMACAddresses") or []:
                raw.add(mac(one))
    for _, value in tree.of("HpeBaseNetworkAdapter"):
        for port in value.get("PhysicalPorts") or []:
            raw.add(mac(port.get("MacAddress")))
    seen = {m for a in got.get("adapters", []) for p in a.get("ports", []) for m in p.get("macAddresses", [])}
    seen |= {f.get("macAddress") for a in got.get("adapters", []) for f in a.get("functions", [])}
    yield "adapter MACs", raw - {None}, seen - {None}
    adapters = Counter(text(v.get("SerialNumber")) for _, v in tree.of("NetworkAdapter") if text(v.get("SerialNumber")))
    known = Counter(a.get("serialNumber") for a in got.get("adapters", []) if a.get("uri") and "NetworkAdapters/" in a["uri"]
                    and "/BaseNetworkAdapters/" not in a["uri"] and a.get("serialNumber"))
    yield "adapter serials", adapters, known
    virtual = Counter(v["MaxVirtualFunctions"] for _, v in tree.of("NetworkDeviceFunction") if v.get("MaxVirtualFunctions"))
    yield "virtual functions", virtual, Counter(f["maxVirtualFunctions"] for a in got.get("adapters", [])
                                                for f in a.get("functions", []) if f.get("maxVirtualFunctions"))


def check_ethernet(tree, got):
    uri, _ = system(tree)
    # Some name another place in @odata.id than the one they stand in.
    raw = {mac(v.get("MACAddress")) for u, v in tree.objects.items() if u.startswith(uri + "/EthernetInterfaces/")
           and "/VLANs" not in u and u not in tree.settings}
    yield "ethernet MACs", raw - {None}, {e.get("macAddress") for e in got.get("ethernet", [])} - {None}


def check_pcie(tree, got):
    # A device may stand under its Chassis and under the System.
    raw = list({u.split("/")[-1]: v for u, v in tree.of("PCIeDevice") if not absent(v)}.values())
    yield "PCIe devices", len(raw), len(got.get("pcieDevices", []))
    yield "PCIe serials", Counter(text(v.get("SerialNumber")) for v in raw), \
        Counter(d.get("serialNumber") for d in got.get("pcieDevices", []))
    own = {tuple(u.split("/")[-3:]) for u, v in tree.of("PCIeFunction") if not absent(v)}
    yield "PCIe functions", len(own), sum(len(d.get("functions", [])) for d in got.get("pcieDevices", []))


def check_firmware(tree, got):
    raw = Counter((v.get("Id"), text(v.get("Name")), text(v.get("Version"))) for u, v in tree.of("SoftwareInventory")
                  if "/FirmwareInventory/" in u)
    yield "firmware", raw, Counter((f.get("id"), f.get("name"), f.get("version")) for f in got.get("firmware", []))


def check_bios(tree, got):
    raw = next(v for u, v in tree.of("Bios"))
    yield "BIOS attributes", raw["Attributes"], got["bios"]["attributes"]
    link = raw.get("@Redfish.Settings", {}).get("SettingsObject", {}).get("@odata.id", "").rstrip("/")
    pending = tree.objects.get(link, {}).get("Attributes", {})
    yield "BIOS pending", {k: v for k, v in pending.items() if v is not None and raw["Attributes"].get(k) != v}, \
        got["bios"].get("pending", {})
    yield "BIOS registry", raw.get("AttributeRegistry"), got["bios"].get("registry")


def check_security(tree, got):
    raw = next((v for _, v in tree.of("SecureBoot")), {})
    for key, name in (("SecureBootEnable", "enabled"), ("SecureBootCurrentBoot", "current"), ("SecureBootMode", "mode")):
        yield f"secureBoot.{name}", raw.get(key), got.get("secureBoot", {}).get(name)
    modules = system(tree)[1].get("TrustedModules") or []
    yield "TPM", Counter((m.get("InterfaceType"), m.get("FirmwareVersion")) for m in modules if not absent(m)), \
        Counter((m.get("interfaceType"), m.get("firmwareVersion")) for m in got.get("tpm", []))


def check_accounts(tree, got):
    raw = Counter((text(v.get("UserName")), v.get("RoleId"), v.get("Enabled")) for _, v in tree.of("ManagerAccount"))
    yield "accounts", raw, Counter((a.get("userName"), a.get("role"), a.get("enabled")) for a in got.get("accounts", []))


def check_licenses(tree, got):
    raw = {v.get("Id") for _, v in tree.of("License", "DellLicense", "HpeiLOLicense")}
    yield "licences", raw, {l.get("id") for l in got.get("licenses", [])}


def check_ntp(tree, got):
    servers = set()
    for uri, value in tree.of("ManagerNetworkProtocol"):
        servers.update((value.get("NTP") or {}).get("NTPServers") or [])
    for uri, value in tree.of("HpeiLODateTime"):
        static = [s for s in value.get("StaticNTPServers") or [] if s not in ("", "0.0.0.0")]
        servers.update(static or value.get("NTPServers") or [])
    yield "NTP servers", {s.strip() for s in servers if s and s.strip()}, set(got.get("network", {}).get("ntp", {}).get("servers", []))


def check_supplies(tree, got):
    raw = {text(v.get("SerialNumber")) for _, v in tree.of("PowerSupply")}
    for _, value in tree.of("Power"):
        raw |= {text(p.get("SerialNumber")) for p in value.get("PowerSupplies") or [] if not absent(p)}
    yield "power supplies", raw - {None}, {p.get("serialNumber") for p in got.get("powerSupplies", [])} - {None}


def check_sensors(tree, got):
    """Names seen anywhere in the tree, with every reading that stands under them."""
    raw = collections.defaultdict(set)
    for uri, value in tree.of("Sensor"):
        if not absent(value):
            raw[text(value.get("Name"))].add(value.get("Reading"))
    for uri, value in tree.of("Thermal", "Power"):
        if not re.fullmatch(r"/redfish/v1/Chassis/[^/]+/(Thermal|Power)", uri):
            continue
        for array, key in (("Temperatures", "ReadingCelsius"), ("Fans", "Reading"), ("Voltages", "ReadingVolts"),
                           ("PowerControl", "PowerConsumedWatts")):
            for one in value.get(array) or []:
                if not absent(one) and (one.get(key) is not None or (one.get("Status") or {}).get("Health")):
                    raw[text(one.get("Name") or one.get("FanName"))].add(one.get(key))
    yield "sensor names", set(raw), {s.get("name") for s in got.get("sensors", [])}
    wrong = [(s.get("name"), s.get("reading")) for s in got.get("sensors", []) if s.get("reading") not in raw[s.get("name")]]
    yield "sensor readings", [], wrong
    measured = ("Temperature", "Voltage", "Power", "Current", "Rotational")
    yield "units", [], [s["name"] for s in got.get("sensors", []) if s.get("type") in measured and "unit" not in s]


CHECKS = [value for name, value in sorted(globals().items()) if name.startswith("check_")]


def compare(root, got):
    """(number of facts that agree, list of what does not)."""
    tree, fine, wrong = Tree(root), 0, []
    for check in CHECKS:
        for what, expected, seen in check(tree, got):
            if expected == seen:
                fine += 1
            else:
                wrong.append(f"{what}: the tree says {short(expected, seen)}, msctl says {short(seen, expected)}")
    return fine, wrong


def short(value, other):
    """Only what differs, of large sets."""
    if isinstance(value, (set, Counter)):
        value = sorted(map(str, value - other)) if type(value) is type(other) else value
    if isinstance(value, dict) and isinstance(other, dict):
        value = {k: v for k, v in value.items() if other.get(k) != v}
    out = repr(value)
    return out if len(out) < 600 else out[:600] + "..."
