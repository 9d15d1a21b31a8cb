# SPDX-License-Identifier: GPL-2.0-or-later
# The story that tests/lab/fabric tells, in the guest.
set -u
. "$LAB/chapters.sh"
. "$LAB/switch.sh"
cd /root || exit 1
export MSCTL_STATE=/root/state/state.db

spines="spine01 spine02" leaves="leaf01 leaf02 leaf03"

build() {
	local m s i
	for m in veth vrf vxlan bridge 8021q bonding dummy af_packet; do modprobe $m; done
	# The kernel asks for what it takes for names of modules, again and again.
	echo > /proc/sys/kernel/modprobe
	mkdir -p /sw ~/.ssh
	# Nobody answers for names here, and a smaller shell starts sooner.
	: > /etc/resolv.conf
	sed -i '/^root:/s,/bin/bash,/bin/sh,' /etc/passwd
	ssh-keygen -q -t ed25519 -N '' -f /sw/key
	ssh-keygen -q -t ed25519 -N '' -f /sw/host_key
	echo "192.0.2.* $(cut -d' ' -f1,2 /sw/host_key.pub)" > ~/.ssh/known_hosts
	cp "$LAB/fabric.yaml" . && cp /sw/key .
	ip link add mgmt type bridge
	ip address add 192.0.2.254/24 dev mgmt
	ip link set mgmt up
	sed -i 's/^bgpd=no/bgpd=yes/' /etc/frr/daemons
	i=0
	for s in $spines; do switch_new $s 192.0.2.$((i += 1)); done
	i=10
	for s in $leaves; do switch_new $s 192.0.2.$((i += 1)); done
	for i in 1 2 3; do
		cable leaf0$i swp11 spine01 swp$i
		cable leaf0$i swp12 spine02 swp$i
	done
	cable leaf01 swp13 leaf02 swp13
	host_new blue1 10.1.0.11/24 10.1.0.1 leaf01 swp1
	host_new blue2 10.1.0.12/24 10.1.0.1 leaf02 swp1
	host_new blue3 10.1.1.13/24 10.1.1.1 leaf03 swp1
	host_new red1 10.2.0.11/24 10.2.0.1 leaf01 swp2
	host_new red2 10.2.0.12/24 10.2.0.1 leaf03 swp2
	host_new green1 10.3.0.11/24 - leaf01 swp3
	host_new green2 10.3.0.12/24 - leaf02 swp3
	for s in $spines $leaves; do
		within 60 test -s /sw/$s/pid || bad "$s does not start"
	done
}

ping_from() { ip netns exec "$1" ping -c 1 -W 1 -q ${3:+-M do -s "$3"} "$2" >/dev/null 2>&1; }
reaches() {
	within 120 ping_from "$@" && return
	for s in $leaves; do
		echo "== $s"
		on $s vtysh -c 'show bgp summary' -c 'show evpn vni' -c 'show evpn next-hops vni all' -c 'show evpn rmac vni all' \
			-c 'show ip route vrf all'
		on $s bridge fdb show | grep dst
	done
	return 1
}

# plan SITE OUT: what would have to change; OUT.seen has all that was read, or the sections that are named
look() { "$LAB/msctl-switch" get "$1" -o yaml -q ${3:+--only "$3"} > "$2"; }
plan() { look "$1" "$2.seen" "${3-config}" && "$LAB/msctl-switch" plan "$2.seen" -o yaml > "$2"; }
steps() { grep -c '^kind: Step' "$1"; }
# Where it stands can be read from outside, and its errors are shown.
apply() {
	local rc
	"$LAB/msctl-switch" apply "$@" -o yaml --progress json 2>"$LAB/progress-$chapter"
	rc=$?
	grep -v '"event":' "$LAB/progress-$chapter"
	return $rc
}
states() { awk '/^kind: Step/ { s = 1 } s && /^  *(state|reason):/ { print } /^---/ { s = 0 }' "$1"; }
# What a switch runs and keeps, to compare
picture() {
	local s
	for s in "$@"; do
		echo "== $s"
		on $s vtysh -c 'show running-config' | grep -v '^Building\|^Current'
		on $s cat /etc/network/interfaces /etc/frr/frr.conf
		on $s ip -o link show | awk '{ print $2, $4, $5 }' | sort
		on $s bridge vlan show
	done
}
pending() { ls -d /sw/*/var/lib/msctl/*/state 2>/dev/null; }
nothing_pending() { [ -z "$(pending)" ]; }

# found SITE: what check says of it, a line for each finding; its exit status
found() {
	local rc
	"$LAB/msctl-switch" check "$1" -o json > found.json
	rc=$?
	jq -r 'select(.kind == "Finding").spec |
		"\(.rule) \(.severity) \([.objects[] | "\(.kind)/\(.name)"] | join(" ")): \(.message)"' found.json
	return $rc
}

# ---- nothing is configured; all of it comes about ----
configure() {
	plan fabric.yaml plan.yaml || bad "plan"
	check "a step for each switch" [ "$(steps plan.yaml)" = 5 ]
	took=$(uptime)
	apply --confirm 10m --verify 5m plan.yaml > done.yaml || bad "apply"
	took=$(($(uptime) - took))
	check "nothing waits" nothing_pending
	check "every step is done" [ "$(grep -c '^  state: done' done.yaml)" = 5 ]
	check "the management port is as it was" grep -q 'iface eth0 inet static' /sw/leaf01/etc/network/interfaces
}

connected() {
	check "blue: one VLAN, two leaves" reaches blue1 10.1.0.12
	check "blue: routed between VLANs, and three leaves" reaches blue1 10.1.1.13
	check "red: one VLAN, two leaves" reaches red1 10.2.0.12
	check "green: a VLAN on a trunk" reaches green1 10.3.0.12
	# 9000 octets, and none of them may be cut
	check "blue: the MTU of hosts, where it is routed too" reaches blue1 10.1.1.13 8972
	check "red: the MTU of hosts" reaches red1 10.2.0.12 8972
}

# By routes, and with an address of the other tenant's subnet on the same leaf.
apart() {
	local pair
	for pair in "blue1 10.2.0.11" "blue1 10.2.0.12" "red1 10.1.0.11" "red2 10.1.1.13" "blue2 10.3.0.12"; do
		refuse "$pair is out of reach" ping_from $pair
	done
	ip -n green1 address add 10.1.0.99/24 dev eth0
	refuse "green in the subnet of blue" ping_from green1 10.1.0.11
	refuse "green at the gateway of blue" ping_from green1 10.1.0.1
	ip -n green1 address del 10.1.0.99/24 dev eth0
}

settled() {
	plan fabric.yaml again.yaml ""
	check "a second plan changes nothing" [ "$(steps again.yaml)" = 0 ]
	found again.yaml.seen > found
	check "check finds nothing" [ $? = 0 ]
	grep -v '^T15 info' found
}

# ---- msctl dies between commit and confirm ----
more() {
	sed "s/^  networks:/&\n    - {name: blue-c, tenant: blue, vlan: 102, vni: 10102, gateways: [{address: 10.1.2.1\/24}], \
members: [{port: \"$1\"}]}/" fabric.yaml
}
is_committed() { local s; for s in $leaves; do [ -e "$(echo /sw/$s/var/lib/msctl/*/apply.rc)" ] || return 1; done; }
killed() {
	# As long as all of the fabric took: enough for a part of it on a machine that is as busy.
	local msctl timer=$((took + 30)) since
	more "leaf[01-03]:4" > more.yaml
	# A bridge left to itself would take this address for its own, and tunnels and hosts would lose it.
	for s in $leaves; do ip -n $s link add swp4 address 02:00:00:00:00:04 type veth peer name x4; done
	picture $leaves > before
	plan more.yaml more-plan.yaml
	check "the leaves change, the spines do not" [ "$(steps more-plan.yaml)" = 3 ]
	"$LAB/msctl-switch" apply --confirm $timer more-plan.yaml -o yaml > killed.yaml 2> killed-err &
	msctl=$!
	within $timer is_committed || bad "commit"
	kill -KILL $msctl
	since=$(uptime)
	wait $msctl 2>/dev/null
	check "the change waits on all of them" [ "$(pending | wc -l)" = 3 ]
	check "it runs" on leaf03 ip -br link show vlan102
	check "blue is connected meanwhile" reaches blue1 10.1.1.13
	check "they go back by themselves" within $((2 * timer)) nothing_pending
	t "      timers of $timer s, back after $(($(uptime) - since)) s"
	picture $leaves > after
	check "they are as before" diff before after
	check "blue is connected again" reaches blue1 10.1.1.13
	cat killed-err
}

# ---- a leaf that cannot ----
broken() {
	more "leaf[01-02]:4\"}, {port: \"leaf03:9" > broken.yaml
	plan broken.yaml broken-plan.yaml
	apply --confirm 10m --verify 5m broken-plan.yaml > broken-done.yaml
	check "apply says that some failed" [ $? = 4 ]
	check "nothing waits" nothing_pending
	check "the other leaves were rolled back because of leaf03" \
		[ "$(grep -c 'reason: .*rolled back: commit of Switch/leaf03 failed' broken-done.yaml)" = 2 ]
	check "its port is named" grep -q 'reason: .*swp9' broken-done.yaml
	picture $leaves > after
	check "all leaves are as before" diff before after
	states broken-done.yaml
}

# ---- somebody lets red's routes into blue, by hand ----
leaked() { [ -n "$(on "$1" ip route show vrf blue 10.2.0.0/24)" ]; }
leak() {
	local asn
	asn=$(on leaf03 vtysh -c 'show running-config' | awk '/^router bgp/ { print $3; exit }')
	on leaf03 vtysh -c 'configure terminal' -c "router bgp $asn vrf blue" -c 'address-family l2vpn evpn' \
		-c 'route-target import 65000:50001'
	check "red's routes are in blue" within 60 leaked leaf03
	look fabric.yaml leak.yaml config
	found leak.yaml > found
	check "check says so by its exit status" [ $? = 5 ]
	check "it names both tenants, and the way" \
		grep -q '^T05 error Tenant/blue Tenant/red: .*leaf03 VRF blue -(import of the VRF)- RT 65000:50001 ' found
	grep -v '^T15 info' found
}

# ---- and apply takes it away again; FRR alone would forget the way to the next hops of blue ----
mended() {
	plan fabric.yaml mend.yaml
	check "one leaf changes" [ "$(steps mend.yaml)" = 1 ]
	apply --confirm 10m --verify 5m mend.yaml > mend-done.yaml || bad "apply"
	refuse "red's routes are out of blue" leaked leaf03
	check "blue is connected through that leaf" reaches blue1 10.1.1.13
	check "and back" reaches blue3 10.1.0.11
}

story() {
	tell build 240
	if ! tell configure 600; then
		states done.yaml
		t "skip  all the rest: there is no fabric to prove it on"
		return
	fi
	tell connected 240
	tell apart 120
	tell settled 300
	tell killed 900
	tell broken 600
	tell leak 300
	tell mended 300
}
story
t "end"
exit $failed
