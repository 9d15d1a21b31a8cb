#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# One transaction over SWITCHES (500) simulated NVUE switches against the slowest of them alone.  Switches answer as slowly
# as real ones (--latency), and one of them takes half a second more for each request.
. "$(dirname "$0")/common"
SWITCHES=${SWITCHES:-500}
export SWITCH_PASSWORD=msctl-sim

site() {
	cat <<END
apiVersion: msctl/v1
kind: Site
metadata: {name: bench}
spec:
  credentials: [{name: f, username: cumulus, password: "env:SWITCH_PASSWORD"}]
  pools:
    addresses: [{name: loopbacks, prefix: 10.255.0.0/16, first: 10.255.0.1}]
    numbers: [{name: asns, first: 4200000000, last: 4200009999}]
  defaults: {switch: {fabric: dc1, platform: cumulus, version: 5.9.1, management: {credentials: f}}}
  fabrics: [{name: dc1, pools: {loopbacks: loopbacks, asns: asns}}]
  switches:
    - name: sw[001-$(printf %03d "$SWITCHES")]
      ports: [{name: "1", mtu: 9000, description: first}, {name: "2", mtu: 9000, description: first}]
END
}

site >"$tmp/site.yaml"
echo '[{"match": {"switch": "sw001"}, "action": {"latency": 0.5}}]' >"$tmp/faults.json"
msctl-sim serve --port 0 -o json --latency --faults "$tmp/faults.json" "$tmp/site.yaml" >"$tmp/site.json" 2>"$tmp/sim.err" &
sim=$!
until [ -s "$tmp/site.json" ] && ! [ -n "$(find "$tmp/site.json" -newermt "-1 second")" ]; do
	kill -0 "$sim" 2>/dev/null || { cat "$tmp/sim.err" >&2; exit 1; }
	sleep 0.2
done

plan() { msctl-switch get --window 512 "$tmp/$1.json" >"$tmp/got.json" && msctl-switch plan "$tmp/got.json" >"$tmp/plan.json"; }
sed 's/"description":"first"/"description":"second"/g' "$tmp/site.json" >"$tmp/second.json"
plan site
ours=$(once "msctl-switch apply -s sw001 $tmp/plan.json") || exit 1
peer=$ours
plan second
ours=$(once "msctl-switch apply $tmp/plan.json") || exit 1
slower "transaction over $SWITCHES switches" "the slowest alone" 1.5
