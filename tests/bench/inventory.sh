# SPDX-License-Identifier: GPL-2.0-or-later
# Full inventory of 10,000 simulated BMCs: peak memory of msctl-bmc under 256 MiB.  Beside it, the same of a tenth as
# many, to show that memory follows the window and not the number.
. "${0%/*}/common"
n=${SERVERS:-10000}
ulimit -n "$(ulimit -Hn)" 2>/dev/null || :
serve "$n"
head -n $((n / 10)) "$tmp/site.json" >"$tmp/tenth.json"
few=$(peak "msctl-bmc get -o json $tmp/tenth.json >$tmp/few")
begin=$(now)
many=$(peak "msctl-bmc get -o json $tmp/site.json >$tmp/many")
seconds=$((($(now) - begin) / 1000000000))
good=$(jq -c 'select(.status.bmc.system and (.status.error | not)) | 1' "$tmp/many" | wc -l)
awk -v n="$n" -v few="$few" -v many="$many" -v good="$good" -v s="$seconds" -v v="$(verdict "$many" '<=' 262144)" 'BEGIN {
	printf "inventory: %.2f times the memory of a tenth (%d BMCs %.0f MiB, %d BMCs %.0f MiB); %d read in %d s; " \
		"wanted: 256 MiB or less%s\n", many / few, n, many / 1024, n / 10, few / 1024, good, s, v }'
[ "$good" -eq "$n" ] || echo "inventory: $((n - good)) of $n were not read  MISSED"
