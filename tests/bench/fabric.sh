# SPDX-License-Identifier: GPL-2.0-or-later
# Fabrics of 250, 500 and 1,000 switches with 200 tenants and 64 host ports on each leaf: the configuration of every
# switch is rendered in less than 3 s and 512 MiB, and that no tenant reaches another is proven in less than 2 s; twice
# the tenants are not twice the time.  Beside it, jq only printing the same configuration again.
. "${0%/*}/common"
need fabric jq
n=${SWITCHES:-1000}
export SWITCH_PASSWORD=x
site() { # switches, tenants: $tmp/fabric-N-T.json, expanded
	[ -e "$tmp/fabric-$1-$2.json" ] || {
		"$PYTHON" "${0%/*}/fabric-site" "$1" "$2" >"$tmp/fabric.yaml"
		msctl-site render -o json "$tmp/fabric.yaml" >"$tmp/fabric-$1-$2.json"
	}
}
best() { # command: the best time of ROUNDS, in seconds
	least=
	for round in $(seq "$ROUNDS"); do
		ns=$(once "$1") || exit 1
		[ -n "$least" ] && [ "$least" -le "$ns" ] || least=$ns
	done
	awk -v ns="$least" 'BEGIN { printf "%.2f", ns / 1e9 }'
}
mib() { awk -v k="$(peak "$1")" 'BEGIN { printf "%.0f", k / 1024 }'; }

for size in $((n / 4)) $((n / 2)) "$n"; do
	site "$size" 200
	render="msctl-switch render -o json $tmp/fabric-$size-200.json"
	seconds=$(best "$render")
	memory=$(mib "$render")
	mark=
	[ "$size" != "$n" ] || mark="; wanted: 3 s and 512 MiB or less$(verdict "$seconds" '<=' 3)$(verdict "$memory" '<=' 512)"
	echo "fabric-render: $seconds s, $memory MiB for $size switches$mark"
	[ "$size" != $((n / 4)) ] || quarter=$seconds
done
growth=$(awk -v a="$seconds" -v b="$quarter" 'BEGIN { printf "%.1f", a / b }')
echo "fabric-render-growth: $growth times the time for 4 times the switches; wanted: 5 or less$(verdict "$growth" '<=' 5)"
$render >"$tmp/rendered.json"
turns "$render" "jq -c . $tmp/rendered.json"
slower fabric-render "jq printing what was rendered" 3

for tenants in 50 100 200; do
	site "$n" "$tenants"
	check="msctl-switch check --rule T05 -o name $tmp/fabric-$n-$tenants.json"
	seconds=$(best "$check")
	mark=
	[ "$tenants" != 200 ] || mark="; wanted: 2 s or less$(verdict "$seconds" '<=' 2)"
	echo "fabric-isolation: $seconds s for $n switches and $tenants tenants$mark"
	[ "$tenants" != 50 ] || few=$seconds
done
growth=$(awk -v a="$seconds" -v b="$few" 'BEGIN { printf "%.1f", a / b }')
echo "fabric-isolation-growth: $growth times the time for 4 times the tenants; wanted: 4 or less$(verdict "$growth" '<=' 4)"
seconds=$(best "msctl-switch check -o name $tmp/fabric-$n-200.json")
echo "fabric-check: $seconds s for all rules"
