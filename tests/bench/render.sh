# SPDX-License-Identifier: GPL-2.0-or-later
# A site file of 10,000 servers, each written out, becomes resources in less than 2 s.  Beside it, Python's C loader
# only reading the same file.
. "${0%/*}/common"
n=${SERVERS:-10000}
"$PYTHON" - "$n" >"$tmp/site.yaml" <<'END'
import sys
print("""apiVersion: msctl/v1
kind: Site
metadata: {name: big}
spec:
  credentials:
    - {name: factory, username: admin, password: env:BMC_PASSWORD}
  pools:
    addresses:
      - {name: oob, prefix: 10.0.0.0/8}
  defaults:
    server:
      role: compute
      labels: {tier: prod}
      bmc: {credentials: factory, pool: oob}
      bios: {sriov: true, virtualization: true, boot_mode: uefi}
      ntp: [ntp1.example.net, ntp2.example.net]
      accounts:
        - {name: monitor, role: ReadOnly, password: env:MONITOR_PASSWORD}
  servers:""")
for i in range(int(sys.argv[1])):
    a, b, c = i >> 16 & 255, i >> 8 & 255, i & 255
    print(f"""    - name: node{i:05d}
      serial: S{i:07d}
      bmc: {{vendor: dell}}
      nics:
        - {{name: rail0, mac: "02:00:00:{a:02x}:{b:02x}:{c:02x}", sriov: true, vfs: 16}}
        - {{name: rail1, mac: "02:00:01:{a:02x}:{b:02x}:{c:02x}", sriov: true, vfs: 16}}""")
END
export BMC_PASSWORD=x MONITOR_PASSWORD=y
count=$(msctl-site render -o json "$tmp/site.yaml" | wc -l)
[ "$count" -ge "$n" ] || { echo "render: only $count resources" >&2; exit 1; }
turns "msctl-site render $tmp/site.yaml" "$PYTHON -c 'import sys, yaml; yaml.load(sys.stdin, yaml.CSafeLoader)' <$tmp/site.yaml"
faster render "Python's C loader only reading it" 1
seconds=$(awk -v a="$ours" 'BEGIN { printf "%.2f", a / 1e9 }')
echo "render-time: $seconds s for $n servers; wanted: 2 s or less$(verdict "$seconds" '<=' 2)"
