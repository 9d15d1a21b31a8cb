# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced in the guest: switches and hosts in namespaces.
#
# A switch has its own network, host name and files: /etc/frr, /etc/network, /run and what daemons keep.  So it is to
# whoever logs in what any Debian machine with FRR is, and nothing on it knows that it is not alone.

# on NAME COMMAND...: there
on() {
	local name=$1
	shift
	nsenter -t "$(cat "/sw/$name/pid")" -m -u -n -- "$@"
}

# The kernel has one table of DCB's APP entries, by index alone: no two ports share one, wherever they are.
port_index=1000

# cable A PORT B PORT
cable() {
	ip link add "$2" index $((port_index += 1)) netns "$1" type veth peer name "$4" index $((port_index += 1)) netns "$3"
}

# port NAME PORT [WORD...]: one without a cable
port() {
	ip -n "$1" link add "$2" index $((port_index += 1)) "${@:3}" type veth peer name "x-$2"
}

# What a machine does when it starts: its own files over those of the system, then its daemons.
switch_init() {
	local name=$1 base=/sw/$1 d
	hostname "$name"
	mount -t tmpfs run /run
	mkdir -p /run/frr /run/network /run/sshd /run/lldpd /var/tmp/network /var/lib/msctl /var/log/frr
	for d in etc/frr etc/network etc/systemd/system var/tmp/network var/lib/msctl var/log/frr; do
		mount --bind "$base/$d" "/$d"
	done
	chown -R frr:frr /run/frr /etc/frr /var/log/frr
	ip link set lo up
	/usr/lib/frr/zebra -d -A 127.0.0.1
	/usr/lib/frr/bgpd -d -A 127.0.0.1
	/usr/lib/frr/staticd -d -A 127.0.0.1
	vtysh -b 2>/dev/null
	/usr/sbin/lldpd
	echo $$ > "$base/pid"
	exec /usr/sbin/sshd -D -f /dev/null -h /sw/host_key -o AuthorizedKeysFile=/sw/key.pub -o StrictModes=no -o UsePAM=no \
		-o PermitRootLogin=prohibit-password -o PidFile=none -o MaxStartups=50 -o PrintLastLog=no \
		-o KexAlgorithms=curve25519-sha256
}

# It has started when it lets one log in.
answers() { [ -s "/sw/$1/pid" ] && (: < "/dev/tcp/$(cat "/sw/$1/address")/22") 2>/dev/null; }

# switch_new NAME ADDRESS: its management port is eth0
switch_new() {
	local name=$1 address=$2 base=/sw/$1
	mkdir -p "$base"/etc/{frr,network/interfaces.d,systemd/system} "$base"/var/{tmp/network,lib/msctl,log/frr}
	echo "$address" > "$base/address"
	cp -r /etc/network/ifupdown2 "$base/etc/network/"
	cp /etc/frr/* "$base/etc/frr/"
	printf 'frr defaults traditional\nhostname %s\nservice integrated-vtysh-config\n' "$name" > "$base/etc/frr/frr.conf"
	printf 'auto lo\niface lo inet loopback\n\nauto eth0\niface eth0 inet static\n    address %s/24\n' "$address" \
		> "$base/etc/network/interfaces"
	ip netns add "$name"
	ip link add "m-$name" type veth peer name eth0 netns "$name"
	ip link set "m-$name" master mgmt up
	ip -n "$name" address add "$address/24" dev eth0
	ip -n "$name" link set eth0 up
	setsid ip netns exec "$name" unshare --mount --uts --propagation private \
		bash -c ". $LAB/switch.sh; switch_init $name" </dev/null >"$base/log" 2>&1 &
}

# host_new NAME ADDRESS GATEWAY SWITCH PORT
host_new() {
	ip netns add "$1"
	cable "$1" eth0 "$4" "$5"
	ip -n "$1" link set lo up
	ip -n "$1" link set eth0 up mtu 9000
	ip -n "$1" address add "$2" dev eth0
	[ "$3" = - ] || ip -n "$1" route add default via "$3"
}

# within SECONDS COMMAND...: until it succeeds
within() {
	local end=$(($(date +%s) + $1))
	shift
	until "$@"; do
		[ "$(date +%s)" -lt "$end" ] || return 1
		sleep 0.2
	done
}
