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
		within 60 answers $s || bad "$s does not start"
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
	for s in $leaves; do port $s swp4 address 02:00:00:00:00:04; done
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
	for s in $leaves; do ip -n $s link del swp4; done
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

# ---- RoCE, on ports that are like those of a switching chip: as the tools of Linux have it ----
# What the ports of a switch are told, as dcb(8), tc(8) and ethtool(8) have it: a document for each
qos() {
	on "$1" sh -c 'for p in /sys/class/net/swp*; do
		p=${p##*/}
		echo "{\"port\": \"$p\", \"paused\": $(ethtool -a $p | grep -c "on$"), \"app\": $(dcb -j app show dev $p),"
		echo "\"pfc\": $(dcb -j pfc show dev $p), \"buffer\": $(dcb -j buffer show dev $p), \"tc\": $(tc -d -j qdisc show dev $p)}"
	done' | jq -cS .
}
# One leaf is enough to look at ports.
plan_leaf() { look "$1" "$2.seen" config,ports && "$LAB/msctl-switch" plan -s leaf03 "$2.seen" -o yaml > "$2"; }
# told JQ: what its ports say, each answer once
told() { jq -cS "$1" told-all | sort -u | paste -sd' '; }
# What is wanted of the ports of leaf03, octets
wanted() {
	"$LAB/msctl-switch" render --model -o json -s leaf03 roce-plan.yaml.seen | jq -cS 'select(.kind == "Config").spec.model |
		.qos.profiles as $profiles | .ports | to_entries | map({key: "swp\(.key)", value: ($profiles[.value.qos] | '"$1"')}) | from_entries'
}
is_told() { qos leaf03 | jq -cS "{key: .port, value: ($1)}" | jq -cS -s from_entries; }
lossless() {
	modprobe -a sch_ets sch_red sch_tbf cls_u32
	has dcbtest ports=swp || return 1
	sed '/^    - name: lab$/a\      roce: {trust: dscp, dcbx: off}' fabric.yaml > roce.yaml
	plan_leaf roce.yaml roce-plan.yaml || bad "plan"
	check "it changes" [ "$(steps roce-plan.yaml)" = 1 ]
	apply --confirm 10m --verify 5m roce-plan.yaml > roce-done.yaml || { bad "apply"; states roce-done.yaml; }
	qos leaf03 > told-all
	is "a DSCP leads to its priority" '{"default_prio":[0],"dscp_prio":[[26,3],[48,6]]}' "$(told .app)"
	is "RDMA is paused, and nothing else" '[3]' "$(told '[.pfc.prio_pfc | to_entries[] | select(.value).key]')"
	is "no link is" 0 "$(told .paused)"
	is "RDMA has a buffer of its own" '[0,0,0,1,0,0,0,0]' "$(told .buffer.prio_buffer)"
	is "control goes before all others, RDMA and the rest have half each" '[8,2,[7,4,1],true]' \
		"$(told '.tc[] | select(.root).options | [.bands, .strict, (.priomap | [.[0], .[3], .[6]]), .quanta[2] == .quanta[5]]')"
	is "RDMA alone is marked, and not dropped" '["1:5",true,true]' \
		"$(told '.tc[] | select(.root | not) | [.parent, .options.ecn, .options.nodrop]')"
	is "buffers are as large as cable and speed want" "$(wanted '.pfc."3" | .headroom + .xon | . / 2304 | ceil * 2304')" "$(is_told '.buffer.buffer_size[1]')"
	is "marks begin where speed wants" "$(wanted '.ecn."3" | [.min, .max]')" "$(is_told '.tc[] | select(.root | not).options | [.min, .max]')"
}

drained() { [ "$(on leaf03 tc -s -j qdisc show dev swp1 | jq 'map(.backlog) | add')" = 0 ]; }
# Where a chip would go by the DSCP, and the queue of a link fill, there are a filter and a slow discipline.
marked() {
	local seen
	on leaf03 sh -c 'tc filter add dev swp1 parent 1: protocol ip u32 match ip tos 0x68 0xfc flowid 1:5 &&
		tc qdisc add dev swp1 parent 15:1 handle 25: tbf rate 256kbit burst 4k limit 4m' || bad "tc"
	ip netns exec blue1 ping -q -c 200 -i 0.005 -s 1400 -Q 0x6a 10.1.1.13 > ping 2>&1 || { bad "ping"; cat ping; }
	check "the queue is empty in the end" within 60 drained
	seen=$(ip netns exec blue3 nstat -asj | jq .kernel.IpExtInCEPkts)
	check "packets arrive with the mark of congestion" [ "$seen" -gt 0 ]
	is "as many as tc(8) counts, and none is dropped" "[$seen,0]" \
		"$(on leaf03 tc -s -j qdisc show dev swp1 | jq -c '[(.[] | select(.kind == "red").marked), (map(.drops) | add)]')"
	echo "$(on leaf03 cat /sys/class/net/swp1/ifindex) 3 5 7" > /sys/module/dcbtest/parameters/pfc
	"$LAB/msctl-switch" get roce.yaml -o json -q --only counters -s leaf03 > counted.json
	is "and msctl, with what is paused" "[7,5,$seen]" "$(jq -c 'select(.kind == "Switch" and .metadata.name == "leaf03").status.switch.counters["1"] |
		[.rx_prio3_pause, .tx_prio3_pause, .tx_prio3_marked]' counted.json)"
	on leaf03 sh -c 'tc qdisc del dev swp1 parent 15:1; tc filter del dev swp1 parent 1:'
}

same_qos() { qos "$2" | diff "$1" -; }
by_hand() {
	qos leaf03 > told-before
	on leaf03 sh -c 'dcb pfc set dev swp1 prio-pfc 3:off; tc qdisc del dev swp11 root; dcb app add dev swp12 dscp-prio 30:3'
	refuse "it is not what it was" eval 'same_qos told-before leaf03 >/dev/null'
	plan_leaf roce.yaml hand.yaml
	is "plan finds it" 1 "$(steps hand.yaml)"
	apply --confirm 10m --verify 5m hand.yaml > hand-done.yaml || { bad "apply"; states hand-done.yaml; }
	check "apply mends it" same_qos told-before leaf03
	plan_leaf roce.yaml again.yaml
	check "a second plan changes nothing" [ "$(steps again.yaml)" = 0 ]
}

# What a start runs makes the same of ports that nobody has told anything.
started() {
	local p
	mkdir -p /sw/fresh
	ip netns add fresh
	for p in $(jq -r .port told-before); do
		port fresh $p mtu "$(on leaf03 cat /sys/class/net/$p/mtu)"
	done
	ip netns exec fresh sleep infinity &
	echo $! > /sw/fresh/pid
	within 10 eval '[ "$(ip netns identify "$(cat /sw/fresh/pid)")" = fresh ]'
	ip netns exec fresh sh -e /sw/leaf03/etc/network/msctl-qos > start 2>&1 || { bad "msctl-qos"; cat start; }
	check "a start makes the ports the same" same_qos told-before fresh
	check "there is a unit for it" grep -q '^ExecStart=.*/etc/network/msctl-qos' /sw/leaf03/etc/systemd/system/msctl-qos.service
	kill $!
	ip netns del fresh
}

off() {
	sed 's/roce: {.*}/roce: {profile: off}/' roce.yaml > off.yaml
	plan_leaf off.yaml off-plan.yaml
	check "it changes" [ "$(steps off-plan.yaml)" = 1 ]
	apply --confirm 10m --verify 5m off-plan.yaml > off-done.yaml || { bad "apply"; states off-done.yaml; }
	qos leaf03 > told-all
	is "nothing is told" '{}' "$(told .app)"
	is "nothing is paused" '[]' "$(told '[.pfc.prio_pfc[] | select(.)]')"
	is "nothing is queued" '"noqueue"' "$(told '.tc[].kind')"
	is "buffers are the chip's own affair" '[[0,0,0,0,0,0,0,0],0]' "$(told '.buffer | [.prio_buffer, (.buffer_size[1:] | add)]')"
	is "a start runs nothing" "" "$(ls -d /sw/leaf03/etc/network/msctl-qos /sw/leaf03/etc/systemd/system/msctl-qos.service 2>/dev/null)"
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
	tell lossless 600
	[ -e roce.yaml ] || return
	tell marked 300
	tell by_hand 600
	tell started 300
	tell off 600
}
story
t "end"
exit $failed
