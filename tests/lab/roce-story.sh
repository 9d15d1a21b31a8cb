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
is() { [ "$2" = "$3" ] && pass "$1" || fail "$1: $3, not $2"; }

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
msctl-roce probe --tos 106 --duration 2s -o json site.yaml > paths || fail "probe: status $?"
cat paths
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
pgrep -f 'probe --endpoint' >/dev/null && fail "an endpoint is left behind" || pass "nothing is left behind"
exit $failed
