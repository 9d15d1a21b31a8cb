# SPDX-License-Identifier: GPL-2.0-or-later
# probe of all pairs of HOSTS (128) hosts with RAILS (8) NICs each, rail by rail, with everything but the hosts: planned,
# told and heard as lines of JSON, judged and written, with the picture.  Memory and CPU are to be linear in the pairs.
. "${0%/*}/common"
need probe-pairs jq
hosts=${HOSTS:-128} rails=${RAILS:-8}
jq -nc --argjson hosts "$hosts" --argjson rails "$rails" '
	range($hosts) as $h | "node\($h)" as $node |
	{apiVersion: "msctl/v1", kind: "Server", metadata: {name: $node}, spec: {}},
	(range($rails) as $r | {apiVersion: "msctl/v1", kind: "Nic", metadata: {name: "\($node):rail\($r)"},
	 spec: {server: $node, name: "rail\($r)", netdev: "rail\($r)",
		roce: {address: "10.\($r).\($h / 256 | floor).\($h % 256)"}}})' >"$tmp/fleet.json"
"${BUILD:-$PWD/build}/tests/bench/probe-pairs" probe -q -o json --svg "$tmp/heat.svg" "$tmp/fleet.json" >"$tmp/out" 2>"$tmp/err" || [ $? = 5 ] ||
	{ tail -3 "$tmp/err" >&2; exit 1; }
paths=$(grep -c '"kind":"Path"' "$tmp/out")
[ "$paths" -eq $((rails * hosts * (hosts - 1))) ] || { echo "probe-pairs: $paths paths were measured" >&2; exit 1; }
[ "$(grep -c '"kind":"Finding"' "$tmp/out")" = 1 ] || { echo "probe-pairs: not only the bad NIC was found" >&2; exit 1; }
read -r seconds mib <"$tmp/err"
most=$(awk -v n="$paths" 'BEGIN { printf "%d", 50 + n / 4000 }')
cpu=$(awk -v n="$paths" 'BEGIN { printf "%d", 2 + n / 12000 }')
echo "probe-pairs: $seconds s of CPU and $mib MiB for $paths paths ($hosts hosts, $rails rails), a picture of" \
	"$(du -k "$tmp/heat.svg" | cut -f1) KiB; wanted: $cpu s or less$(verdict "$seconds" '<=' "$cpu")," \
	"$most MiB or less$(verdict "$mib" '<=' "$most")"
