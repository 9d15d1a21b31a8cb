# SPDX-License-Identifier: GPL-2.0-or-later
# Inside of the guest.  Soft RoCE of this kernel lives in the first network namespace only, so both NICs are there, and
# policy routing sends what is between them through the bridge:
#
#	rxe0 on va (10.0.0.1) -- pa, bridge hop, pb -- vb (10.0.0.2) with rxe1
set -u
failed=0
pass() { echo "ok    $1"; }
fail() { echo "FAIL  $1"; failed=1; }
# is NAME WANTED SEEN
is() { if [ "$2" = "$3" ]; then pass "$1"; else fail "$1: $3, not $2"; false; fi; }

for m in crc32_generic rdma_rxe rdma_ucm veth bridge sch_ingress cls_matchall act_pedit act_csum; do modprobe $m || fail "no module $m"; done
ip link add hop type bridge
for end in a b; do
	ip link add name v$end mtu 4200 type veth peer name p$end mtu 4200
	ip link set p$end master hop up
	ip link set v$end up
	sysctl -qw net.ipv4.conf.v$end.accept_local=1 net.ipv4.conf.v$end.arp_ignore=1
done
sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.va.rp_filter=0 net.ipv4.conf.vb.rp_filter=0
ip link set hop mtu 4200 up
ip addr add 10.0.0.1/32 dev va
ip addr add 10.0.0.2/32 dev vb
ip rule add pref 10 iif va lookup local
ip rule add pref 10 iif vb lookup local
ip rule add pref 20 from 10.0.0.1 to 10.0.0.2 lookup 101
ip rule add pref 20 from 10.0.0.2 to 10.0.0.1 lookup 102
ip route add 10.0.0.2 dev va src 10.0.0.1 table 101
ip route add 10.0.0.1 dev vb src 10.0.0.2 table 102
ip rule add pref 100 lookup local
ip rule del pref 0
rdma link add rxe0 type rxe netdev va
rdma link add rxe1 type rxe netdev vb

cp /lab/msctl-roce /usr/bin/
mkdir -p /run/sshd /root/.ssh
ssh-keygen -q -t ed25519 -N '' -f /root/.ssh/id_ed25519
cp /root/.ssh/id_ed25519.pub /root/.ssh/authorized_keys
ssh-keygen -q -t ed25519 -N '' -f /run/host_key
/usr/sbin/sshd -f /dev/null -h /run/host_key -o StrictModes=no -o UsePAM=no -o PidFile=none -o MaxStartups=50 \
	-o AuthorizedKeysFile=/root/.ssh/authorized_keys
key=$(cut -d' ' -f1,2 /run/host_key.pub)

for n in 1 2; do
	netdev=v$(echo $n | tr 12 ab)
	cat <<END
---
apiVersion: msctl/v1
kind: Server
metadata: {name: node0$n}
spec: {os: {ssh: {address: 127.0.0.1, hostKey: "$key", credentials: {username: root}}}}
---
apiVersion: msctl/v1
kind: Nic
metadata: {name: "node0$n:rail0"}
spec: {server: node0$n, name: rail0, netdev: $netdev, roce: {address: 10.0.0.$n}}
END
done > site.yaml
path() { jq -r "select(.kind == \"Path\" and .spec.from == \"node0$1:rail0\") | $2" paths; }

echo "-- both directions"
msctl-roce probe --tos 106 --duration 2s -o json site.yaml > paths
case $? in 0 | 5) pass "probe" ;; *) fail "probe: status $?" ;; esac
for n in 1 2; do
	is "from $n: connected" true "$(path $n .status.roce.connected)"
	is "from $n: the MTU of the interfaces" 4096 "$(path $n .status.roce.mtu)"
	is "from $n: no error" null "$(path $n .status.roce.error)"
	is "from $n: DSCP 26 and ECT(0) as captured at the other end" '{"26":true} {"2":true}' \
		"$(path $n '.status.roce.dscp | "\(.seen | map_values(. > 0) | tojson) \(.ecn | map_values(. > 0) | tojson)"')"
	is "from $n: GID of RoCE v2" "RoCE v2" "$(path $n .status.roce.gid.from.type)"
	is "from $n: latency in order" true "$(path $n '.status.roce.latency | .min > 0 and .min <= .median and .median <= .p99')"
	is "from $n: bandwidth" true "$(path $n '.status.roce.bandwidth.average > 0')"
done
# Two of them: nothing is off a median.  Soft RoCE does send again under load.
is "no findings but what was sent again" "" "$(jq -r 'select(.kind == "Finding" and .spec.rule != "P06") | "\(.spec.rule) \(.spec.message)"' paths)"
left() { pgrep -f 'probe --endpoint' >/dev/null && fail "$1: an endpoint is left behind" || pass "$1: nothing is left behind"; }
left "after measuring"

echo "-- a hop that rewrites code points"
tc qdisc add dev pa clsact
tc filter add dev pa egress protocol ip matchall action pedit ex munge ip tos set 0 retain 252 pipe csum ip
msctl-roce probe --tos 106 --duration 0s -q -o json site.yaml > paths
is "DSCP as it arrived" '0' "$(path 2 '.status.roce.dscp.seen | keys | join(" ")')"
is "DSCP of the other direction" '26' "$(path 1 '.status.roce.dscp.seen | keys | join(" ")')"
is "P03 says so, and where" 'node02:rail0--node01:rail0' "$(jq -r 'select(.kind == "Finding" and .spec.rule == "P03").spec.objects[].name' paths)"
tc qdisc del dev pa clsact

echo "-- a hop with a smaller MTU"
ip link set pa mtu 2200
msctl-roce probe --duration 0s -q -o json site.yaml > paths
is "what passes, and what does not" "2048 4096" "$(path 1 '"\(.status.roce.mtu) \(.status.roce.blocked)"')" || path 1 .status.roce
is "P02 says so" "P02" "$(jq -r 'select(.kind == "Finding" and .spec.rule != "P06").spec.rule' paths | sort -u)"
ip link set pa mtu 4200

echo "-- a cut"
ip link set pb down
msctl-roce probe --duration 0s -q -o json --svg heat.svg site.yaml > paths
is "an error that says where" "connect" "$(path 1 .status.roce.error.phase)"
is "P01 says so" "P01" "$(jq -r 'select(.kind == "Finding").spec.rule' paths | sort -u)"
grep -q '</svg>' heat.svg && pass "a picture" || fail "no picture"
left "after a cut"
ip link set pb up

echo "-- perftest on the same link"
gid() { for i in /sys/class/infiniband/$1/ports/1/gids/*; do grep -q ":ffff:0a00:" $i && basename $i; done | head -1; }
# peer TOOL ARGS...: both ends of a tool of perftest; what the client says
peer() {
	local tool=$1 port=18600 tries=0
	shift
	rm -f server
	timeout 60 $tool -d rxe0 -x "$(gid rxe0)" -F -p $port "$@" >server 2>&1 &
	server=$!
	until [ -e server ] && ss -tln | grep -q ":$port "; do
		[ $((tries += 1)) -lt 600 ] && kill -0 $server 2>/dev/null || { cat server; return 1; }
		sleep 0.1
	done
	timeout 50 $tool -d rxe1 -x "$(gid rxe1)" -F -p $port "$@" 127.0.0.1 || cat server
	kill $server 2>/dev/null
	wait $server
}
# In turns, so that a slow moment of the machine meets both; the best of each.
ours_bw=0 peer_bw=0 ours_lat=999999999 peer_lat=999999999
for turn in 1 2 3; do
	echo "      turn $turn"
	msctl-roce probe --duration 2s -q -o json site.yaml > paths
	b=$(path 2 .status.roce.bandwidth.average) l=$(path 2 .status.roce.latency.median)
	case $b$l in *null*) path 2 .status.roce.error; fail "probe, turn $turn"; continue ;; esac
	[ "$b" -gt $ours_bw ] && ours_bw=$b
	[ "$l" -lt $ours_lat ] && ours_lat=$l
	peer ib_write_bw -s 65536 -t 16 -D 2 --report_gbits > bw
	b=$(awk '$1 == 65536 { printf "%d", $4 * 1000 }' bw)
	[ "${b:-0}" -gt $peer_bw ] && peer_bw=$b
	peer ib_write_lat -s 8 -n 1000 > lat
	l=$(awk '$1 == 8 { printf "%d", $5 * 1000 }' lat)
	[ -n "$l" ] && [ "$l" -lt $peer_lat ] && peer_lat=$l
done
[ $peer_bw -gt 0 ] || { cat bw; fail "ib_write_bw says nothing"; }
[ $peer_lat -lt 999999999 ] || { cat lat; fail "ib_write_lat says nothing"; }
# share NAME OURS THEIRS: at least nine tenths
share() {
	local percent=$(($2 * 100 / $3))
	echo "      $1: $percent % ($2 of $3)"
	[ $percent -ge 90 ] && pass "$1" || fail "$1: less than 90 %"
}
share "bandwidth (Mb/s), against ib_write_bw" $ours_bw $peer_bw
share "speed of a write (ns turned round), against ib_write_lat" $peer_lat $ours_lat

exit $failed
