# SPDX-License-Identifier: GPL-2.0-or-later
# A fabric of 1,000 switches and 8,000 NICs that is well: all rules of RoCE, over hosts and switches together, in less than
# 2 s.  Beside it, jq only printing the same input again.
. "${0%/*}/common"
need roce jq
switches=${SWITCHES:-1000} nics=${NICS:-8000}
"$PYTHON" "${0%/*}/roce-path" "$switches" "$nics" >"$tmp/path.json"
check="msctl-roce check -o name $tmp/path.json"
least=
for round in $(seq "$ROUNDS"); do
	ns=$(once "$check") || exit 1
	[ -n "$least" ] && [ "$least" -le "$ns" ] || least=$ns
done
seconds=$(awk -v ns="$least" 'BEGIN { printf "%.2f", ns / 1e9 }')
echo "roce-check: $seconds s for $switches switches and $nics NICs; wanted: 2 s or less$(verdict "$seconds" '<=' 2)"
turns "$check" "jq -c . $tmp/path.json"
slower roce-check "jq printing what was checked" 3
