# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced in both guests, and run at the other from here: a host whose NIC rail0 does soft RoCE.

host_init() {
	local m
	for m in crc32_generic rdma_rxe rdma_ucm virtio_net; do modprobe $m || echo "FAIL  no module $m"; done
	mount -t configfs config /sys/kernel/config
	mkdir -p /run/sshd ~/.ssh
	# Nobody answers for names here, and a smaller shell starts sooner.
	: > /etc/resolv.conf
	sed -i '/^root:/s,/bin/bash,/bin/sh,' /etc/passwd
	cp "$LAB/msctl-roce" /usr/bin/
}

# host_up ADDRESS
host_up() {
	ip link set rail0 up mtu 9000
	ip address add "$1" dev rail0
	rdma link add rxe0 type rxe netdev rail0
}

# host_sshd KEYS [OPTION]...: /sw or where the keys are
host_sshd() {
	local keys=$1
	shift
	/usr/sbin/sshd -f /dev/null -h "$keys/host_key" -o AuthorizedKeysFile="$keys/key.pub" -o StrictModes=no -o UsePAM=no \
		-o PidFile=none -o MaxStartups=50 "$@"
}

# What a restart does to RoCE: the device is a new one, and nothing of what was set is left.
host_restart() {
	rdma link delete rxe0
	rmdir /sys/kernel/config/rdma_cm/rxe0
	ip link set rail0 mtu 1500
	rdma link add rxe0 type rxe netdev rail0
}

# What systemd does for the interface, by its rules and its unit.
host_boot() {
	udevadm test --action=add /sys/class/net/rail0 2>/dev/null | grep -q '^SYSTEMD_WANTS=.*msctl-roce@rail0\.service' ||
		{ echo "no rule of udev wants the unit"; return 1; }
	$(sed -n 's/^ExecStart=//p' /etc/systemd/system/msctl-roce@.service | sed 's/%i/rail0/')
}

# What marks there are by default.
host_marks() { cat /sys/kernel/config/rdma_cm/rxe0/ports/1/default_roce_tos; }

# What is left of a measurement.
host_left() { pgrep -f 'probe --endpoint'; }
