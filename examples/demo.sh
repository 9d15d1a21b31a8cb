#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The main job, from nothing: install what is missing, build, play rack.yaml with the faults of faults/rack.yaml, and take
# the rack from unknown to inventoried, configured and verified.  Everything stays on loopback addresses of this machine.
# Then its switches: one transaction over two vendors, a proof that the tenants cannot see each other, and RoCE compared
# over all hops.  Ends with 0 when all is as the site file wants it, but for the one server that is broken on purpose.
set -eu
cd "$(dirname "$0")/.."
build=${BUILD:-build}
if [ -z "${DEMO_BUILT:-}" ]; then
	sh tests/setup.sh build
	make -s -j"$(nproc)" BUILD="$build" all >&2
fi
PATH=$PWD/$build/bin:$PATH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PATH BMC_PASSWORD=rehearsal MSCTL_STATE="$work/state.db" W="$work"
cd examples

say() { printf '\n== %s\n' "$1"; }
# run EXIT COMMAND: print it, run it, and insist on its exit status.
run() {
	printf '$ %s\n' "$2"
	rc=0
	sh -c "$2" || rc=$?
	[ "$rc" -eq 0 ] || printf '(exit status %s)\n' "$rc"
	[ "$rc" -eq "$1" ] || { echo "demo: exit status $1 was expected" >&2; exit 1; }
}

say "A rack is played: each BMC has an address, a port and a certificate of its own, and its vendor's habits"
run 0 "msctl-sim serve --daemon --while $$ --port 0 --speed 30 --faults faults/rack.yaml rack.yaml > \$W/site.yaml"

say "What is there?  One BMC is busy and one drops connections: both are overcome.  One is broken: it is reported"
run 4 "msctl-bmc get \$W/site.yaml > \$W/seen.yaml"
run 0 "msctl-site show -o table \$W/seen.yaml"

say "What differs from what the site file wants?  Nothing is touched yet"
run 4 "msctl-bmc plan \$W/seen.yaml > \$W/plan.yaml"
run 0 "msctl-site show -o table \$W/plan.yaml"

say "Do it: settings are staged, machines restart, and a Step is done when reading back says so"
run 0 "msctl-bmc apply --allow reboot \$W/plan.yaml > \$W/done.yaml"
run 0 "msctl-site show -o table \$W/done.yaml"

say "Look again: is it so?  No Step is left to do, and check finds only the server that is broken"
run 4 "msctl-bmc get \$W/site.yaml > \$W/again.yaml"
run 4 "msctl-bmc plan -o name \$W/again.yaml"
run 5 "msctl-bmc check -o table \$W/again.yaml"
failed=$(msctl-site show --failed -o name "$W/again.yaml" "$W/done.yaml" | sort -u)
[ "$failed" = server/node07 ] || { echo "demo: only node07 was to fail:" $failed >&2; exit 1; }

say "The switches: from the factory to two tenants on one fabric, all of it or nothing"
run 0 "msctl-switch get \$W/site.yaml | msctl-switch plan > \$W/fabric.yaml"
run 0 "msctl-switch apply --confirm 5m \$W/fabric.yaml > \$W/up.yaml"
run 0 "msctl-site show -o table \$W/up.yaml"

say "Is it so?  Nothing is left to do; tenants meet nowhere; the way of a packet"
run 0 "msctl-switch get \$W/site.yaml > \$W/fabric-seen.yaml"
run 0 "msctl-switch plan --exit-code -o name \$W/fabric-seen.yaml"
run 0 "msctl-switch trace --view observed --from node01:rail0 --to node02:rail1 -o table \$W/fabric-seen.yaml"
run 1 "msctl-switch trace --view observed --from node01:rail0 --to node03:rail0 \$W/fabric-seen.yaml"

say "RoCE over all of it: every hop classifies, pauses and marks alike"
run 0 "msctl-roce check -o table \$W/fabric-seen.yaml"

say "Somebody rolls another code point out, to one leaf only: check says where packets of RDMA would be lost, and why"
run 0 "sed 's/^\\( *\\)- 26\$/\\1- 24/' \$W/site.yaml | msctl-switch get | msctl-switch plan -s leaf02 > \$W/other.yaml"
run 0 "msctl-switch apply -o name \$W/other.yaml"
run 5 "msctl-switch get \$W/site.yaml | msctl-roce check -o table"
run 0 "msctl-switch get \$W/site.yaml | msctl-switch plan | msctl-switch apply -o name"
run 0 "msctl-switch get \$W/site.yaml | msctl-roce check -o table"
