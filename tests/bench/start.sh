# SPDX-License-Identifier: GPL-2.0-or-later
# Start to finish of a command that does nothing: at most 3 ms more than /bin/true.
. "${0%/*}/common"
runs=${RUNS:-200}
loop() { echo "i=0; while [ \$i -lt $runs ]; do $1; i=\$((i + 1)); done"; }
turns "$(loop 'msctl-bmc --version')" "$(loop /bin/true)"
more=$(awk -v a="$ours" -v b="$peer" -v n="$runs" 'BEGIN { printf "%.2f", (a - b) / n / 1e6 }')
awk -v m="$more" -v a="$ours" -v b="$peer" -v n="$runs" -v v="$(verdict "$more" '<=' 3)" 'BEGIN {
	printf "start: %s ms more (%.2f ms, /bin/true %.2f ms); wanted: 3 ms or less%s\n", m, a / n / 1e6, b / n / 1e6, v }'
