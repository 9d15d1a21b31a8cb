# SPDX-License-Identifier: GPL-2.0-or-later
# Inside of the guest.  Each chapter has a device of its own; one whose module could not be built is skipped.
set -u
. "$LAB/chapters.sh"
# says NAME WANTED FILE
says() { if grep -qF -- "$2" "$3"; then ok "$1"; else bad "$1: $(cat "$3") does not say: $2"; false; fi; }

# ---- the verbs; `nic` is what says which NIC it is ----
write() { jq -nc "{apiVersion: \"msctl/v1\", kind: \"Nic\", metadata: {name: \"here:nic\"}, spec: ({server: \"here\", name: \"nic\"} + $nic + $1)}" > nic.json; }
get() { write '{}' && msctl-nic get --local -q -o json nic.json | jq -c ".status.nic$1"; }
plan() { write "$1" && msctl-nic get --local -q -o json nic.json > seen && msctl-nic plan -q -o json seen > planned 2> errors; }
steps() { jq -r 'select(.kind == "Step").spec.action' planned | uniq -c | awk '{ print ($1 > 1 ? $1 " " : "") $2 }' | paste -sd, | sed 's/,/, /g'; }
apply() { msctl-nic apply --local -q -o json "$@" planned > done 2> errors; }
# settle NAME SPEC STEPS [--allow WHAT]: these are planned and carried out, and then there is nothing left to do
settle() {
	local name=$1 spec=$2 steps=$3
	shift 3
	plan "$spec"
	is "$name: planned" "$steps" "$(steps)" || cat errors
	apply "$@" || { bad "$name: status $?"; cat errors; }
	plan "$spec"
	is "$name: done" "" "$(steps)"
}
# refused NAME SPEC TEXT: it is planned; carrying it out fails for this reason
refused() {
	plan "$2"
	apply && bad "$1: it was done"
	says "$1" "$3" errors
}
# impossible NAME SPEC TEXT: it is not even planned
impossible() {
	plan "$2" && bad "$1: it was planned"
	says "$1" "$3" errors
}
findings() { msctl-nic check -o json --rule "$1" seen | jq -r 'select(.kind == "Finding").spec | "\(.rule) \(.message)"'; }

cp /lab/msctl-nic /lab/msctl-roce /usr/bin/
cd /tmp || exit 1
mount -t debugfs debug /sys/kernel/debug
modprobe configfs
mount -t configfs config /sys/kernel/config

# ---- netdevsim: virtual functions, eswitch, devlink, ethtool ----
simulated() {
	local sim=/sys/kernel/debug/netdevsim/netdevsim1
	nic='{netdev: "eth0"}'
	echo "1 1 4" > /sys/bus/netdevsim/new_device

	echo "-- netdevsim: a NIC on a bus of its own"
	is "found without being asked for" "eth0" "$(msctl-nic get --local -q -o json < /dev/null | jq -r 'select(.status.nic.device.bus == "netdevsim").spec.netdev')"
	is "device, driver, firmware" '[{"bus":"netdevsim","name":"netdevsim1"},"netdevsim",{"vfs":0},"10.20.30"]' \
		"$(get '| [.device, .driver, .sriov, .firmware.version]')"

	echo "-- netdevsim: virtual functions"
	settle "three functions" '{vfs: 3, functions: [
		{index: "0", mac: "02:00:00:00:01:00", vlan: 100, priority: 3, spoofCheck: true, trust: true},
		{index: "1", vlan: 200, protocol: "802.1ad", minRate: 100, maxRate: 5000, linkState: "enable"}]}' "nic.vfs, 2 nic.function"
	is "as ip(8) has them" \
		'[["02:00:00:00:01:00",100,3,null,true,true,0,0,"auto"],["00:00:00:00:00:00",200,null,"802.1ad",false,false,5000,100,"enable"],["00:00:00:00:00:00",null,null,null,false,false,0,0,"auto"]]' \
		"$(ip -j link show eth0 | jq -c '[.[0].vfinfo_list[] | [.address, .vlan_list[0].vlan, .vlan_list[0].qos, .vlan_list[0].protocol, .spoofchk, .trust, .rate.max_tx, .rate.min_tx, .link_state]]')"
	ip link set eth0 vf 1 vlan 300 && ip link set eth0 vf 1 trust on && ip link set eth0 vf 2 mac 02:00:00:00:02:02
	is "and as ip(8) has set them" '[300,true,"02:00:00:00:02:02"]' "$(get '.sriov.functions | [.[1].vlan, .[1].trust, .[2].mac]')"
	plan '{functions: [{index: "1", vlan: 200}]}'
	is "N04 finds what somebody else has set" 'N04 /functions/1/vlan is 300 (wanted 200)' "$(findings N04)"
	refused "more than the device can" '{vfs: 9}' 'sriov_numvfs'
	is "those that there were are back" "3" "$(get .sriov.vfs)"

	echo "-- netdevsim: eswitch"
	ip addr add 192.0.2.1/24 dev eth0
	refused "an address would be cut" '{eswitch: {mode: "switchdev"}}' 'address 192.0.2.1/24'
	settle "to switchdev, allowed" '{eswitch: {mode: "switchdev"}}' "nic.eswitch" --allow use
	ip addr flush dev eth0
	is "as devlink(8) has it" "switchdev" "$(devlink -j dev eswitch show netdevsim/netdevsim1 | jq -r '.dev[].mode')"
	is "representors" '["pcivf 0","pcivf 1","pcivf 2"]' "$(get '.eswitch.representors | map("\(.flavour) \(.function)")')"
	is "and their interfaces as devlink(8) has them" "$(devlink -j port show | jq -c '[.port[] | select(.flavour == "pcivf").netdev]')" \
		"$(get '.eswitch.representors | map(.netdev)')"
	ip link add br0 type bridge
	ip link set "$(get '.eswitch.representors[0].netdev' | tr -d '"')" master br0
	refused "a bridge would lose a function" '{vfs: 0}' 'representor eth1: bridge br0'
	is "they are all there" "3" "$(get .sriov.vfs)"
	settle "back to legacy, allowed" '{eswitch: {mode: "legacy"}}' "nic.eswitch" --allow use
	settle "no functions" '{vfs: 0}' "nic.vfs"

	echo "-- netdevsim: parameters, interface, firmware"
	echo Y > $sim/dont_allow_reload
	refused "a driver that does not reload" '{parameters: [{name: "max_macs", value: 64}]}' 'reload of netdevsim/netdevsim1'
	is "nothing waits for it" "32" "$(get .parameters.max_macs.driverinit)"
	echo N > $sim/dont_allow_reload
	echo Y > $sim/fail_reload
	refused "a reload that fails half way" '{parameters: [{name: "max_macs", value: 64}]}' 'reload of netdevsim/netdevsim1'
	echo N > $sim/fail_reload
	devlink dev reload netdevsim/netdevsim1 > /dev/null
	is "the next one brings what was" "32" "$(cat $sim/max_macs)"
	settle "parameters and a reload" '{parameters: [{name: "max_macs", value: 64}, {name: "test1", value: false}]}' "2 nic.parameter"
	is "the driver has them" "64 N" "$(cat $sim/max_macs) $(cat $sim/test1)"
	settle "MTU, rings, channels, offloads" '{mtu: 9000, rings: {rx: 512, tx: 256}, channels: {combined: 2}, offloads: {"hw-tc-offload": true}}' \
		"nic.mtu, nic.rings, nic.channels, nic.offload"
	is "as ethtool(8) and ip(8) have them" "9000 512 256 2 on" "$(cat /sys/class/net/eth0/mtu) $(ethtool -g eth0 | awk '/^Current/ { now = 1 } now && /^(RX|TX):/ { printf "%s ", $2 }')$(
		ethtool -l eth0 | awk '/^Combined/ { n = $2 } END { print n }') $(ethtool -k eth0 | awk '/^hw-tc-offload/ { print $2 }')"
	impossible "more rings than there can be" '{rings: {rx: 8192}}' 'the device has 4096 at most'
	impossible "a device that has no serial number is not written to" '{firmware: {version: "9.9.9", file: "nowhere.bin"}}' 'no serial number'
}

# ---- QEMU's NVMe controller: functions on a real PCI bus ----
stored() {
	local pci vf0 vf1
	modprobe -a nvme vfio-pci
	pci=$(basename "$(readlink -f /sys/class/nvme/nvme0/device)")
	nic="{pci: \"$pci\"}"

	echo "-- NVMe: a function that is no NIC"
	is "class, driver, functions" '["010802","nvme",{"total":2,"vfs":0},["disk nvme0n1"]]' "$(get '| [.pci.class, .driver, .sriov, .use]')"
	impossible "more than it has" '{vfs: 3}' 'its firmware gives 2'
	settle "two functions, one for a guest" '{vfs: 2, functions: [{index: "0", driver: "vfio-pci"}, {index: "1", driver: "none"}]}' "nic.vfs, 2 nic.driver"
	vf0=$(basename "$(readlink -f "/sys/bus/pci/devices/$pci/virtfn0")")
	vf1=$(basename "$(readlink -f "/sys/bus/pci/devices/$pci/virtfn1")")
	is "driver of the first, by sysfs" "vfio-pci" "$(basename "$(readlink -f "/sys/bus/pci/devices/$vf0/driver")")"

	echo "-- NVMe: a guest's function"
	sleep 1000 9<> "/dev/vfio/$(basename "$(readlink -f "/sys/bus/pci/devices/$vf0/iommu_group")")" &
	until [ "$(cat /proc/$!/comm)" = sleep ]; do :; done
	is "who has it" "[\"function 0: a guest's, opened by sleep ($!)\"]" "$(get '.sriov.functions[0].use')"
	refused "its driver stays" '{functions: [{index: "0", driver: "kernel"}]}' 'opened by sleep'
	refused "it stays" '{vfs: 0}' 'opened by sleep'
	kill $! && wait $!
	settle "without the guest" '{functions: [{index: "0", driver: "none"}]}' "nic.driver"

	echo "-- NVMe: a function with the root disk"
	for word in "-r 0 -a 8 -n 2" "-r 1 -a 8 -n 1" "-a 9"; do nvme virt-mgmt /dev/nvme0 -c 2 $word > /dev/null || bad "virt-mgmt $word"; done
	settle "the kernel's own driver" '{functions: [{index: "1", driver: "kernel"}]}' "nic.driver"
	tries=0
	until [ -e "/sys/bus/pci/devices/$vf1/nvme/nvme"?"/nvme0c"?"n1" ] || [ $((tries += 1)) -gt 300 ]; do sleep 0.1; done
	mkfs.ext4 -q -F /dev/nvme0n1 && mkdir disk && mount /dev/nvme0n1 disk || bad "no file system"
	for d in bin lib lib64 usr proc sys dev etc root run tmp; do
		[ -d "/$d" ] && mkdir -p "disk/$d" && mount --rbind "/$d" "disk/$d"
	done
	write '{vfs: 0}'
	cp nic.json disk/
	chroot disk sh -c "cd /tmp && msctl-nic get --local -q -o json /nic.json | msctl-nic plan -q -o json > planned; msctl-nic apply --local -q -o json planned" > done 2> errors &&
		bad "the root disk's function was taken away"
	says "its function stays" 'function 1: root disk nvme0n1' errors
	is "both are there" "2" "$(get .sriov.vfs)"
	umount -R disk
	settle "no functions, allowed" '{vfs: 0}' "nic.vfs" --allow use
}

# ---- dcbtest: devlink with all modes of parameters and a flash; DCB ----
flashed() {
	nic='{netdev: "dcb0"}'
	echo "-- devlink: what waits"
	devlink dev param set platform/dcbtest.0 name enable_roce value false cmode driverinit
	is "for a reload" '{"type":"flag","runtime":true,"driverinit":false,"permanent":true,"pending":true,"needs":"reload"}' "$(get .parameters.enable_roce)"
	plan '{}'
	is "N01 finds it" 'N01 parameter enable_roce is set, but waits for a reload' "$(findings N01)"
	devlink dev param set platform/dcbtest.0 name enable_roce value true cmode driverinit
	settle "set and reloaded" '{parameters: [{name: "enable_roce", value: false, mode: "driverinit"}]}' "nic.parameter"
	is "it runs" '[false,false,true]' "$(get '.parameters.enable_roce | [.runtime, .driverinit, .permanent]')"
	settle "at once" '{parameters: [{name: "enable_roce", value: true, mode: "runtime"}]}' "nic.parameter"
	settle "what waits is not planned again" '{parameters: [{name: "enable_roce", value: false, mode: "driverinit"}]}' ""
	settle "started anew as it was" '{parameters: [{name: "enable_roce", value: true, mode: "driverinit"}]}' "nic.parameter"
	settle "for the next start" '{parameters: [{name: "enable_roce", value: false, mode: "permanent"}]}' "nic.parameter"
	is "waits for a restart" '[true,true,false,true,"reboot"]' \
		"$(get '.parameters.enable_roce | [.runtime, .driverinit, .permanent, .pending, .needs]')"
	is "as devlink(8) has it" '{"runtime":true,"driverinit":true,"permanent":false}' "$(devlink -j dev param show platform/dcbtest.0 name enable_roce |
		jq -c '[.param[][0].values[] | {key: .cmode, value: .value}] | from_entries')"

	echo "-- devlink: flash"
	mkdir -p /lib/firmware
	echo 2.0.0 > /lib/firmware/dcbtest.bin
	refused "not without being allowed" '{firmware: {version: "2.0.0", file: "dcbtest.bin"}}' '--allow data'
	settle "firmware" '{firmware: {version: "2.0.0", file: "dcbtest.bin"}}' "nic.firmware" --allow data
	is "as devlink(8) has it" "1.0.0 2.0.0" "$(devlink -j dev info platform/dcbtest.0 | jq -r '.info[].versions | "\(.running.fw) \(.stored.fw)"')"
	is "N07 finds that it does not run" 'N07 fw 2.0.0 is in store, 1.0.0 runs' "$(findings N07)"
	plan '{firmware: {version: "3.0.0", file: "nowhere.bin"}}'
	apply --allow data && bad "a file that is not there was flashed"
	says "a file that is not there" 'flash of platform/dcbtest.0' errors
}

site() {
	jq -nc '{apiVersion: "msctl/v1", kind: "Fabric", metadata: {name: "f"}, spec: {underlay: {routing: "ebgp-unnumbered", hostMtu: 9000},
		roce: {congestionControl: "none", classes: [{name: "data", priority: 3, dscp: [26], lossless: true, bandwidth: 60},
			{name: "cnp", priority: 6, dscp: [46], strict: true}, {name: "control", priority: 7, dscp: [48, 56], strict: true},
			{name: "bulk", priority: 0, default: true, bandwidth: 40, maxRate: 25000000}]}}},
		{apiVersion: "msctl/v1", kind: "Switch", metadata: {name: "leaf01"}, spec: {platform: "cumulus", fabric: "f"}},
		{apiVersion: "msctl/v1", kind: "Server", metadata: {name: "here"}, spec: {}},
		{apiVersion: "msctl/v1", kind: "Nic", metadata: {name: "here:nic"}, spec: {server: "here", name: "nic", netdev: "dcb0", cable: "leaf01:1"}}'
}
look() { site | msctl-roce get --local -q -o json > seen && msctl-roce plan -q -o json seen > planned 2> errors; }
# same NAME: get and dcb(8) tell the same of each attribute.  Rates are kb/s in the kernel, which dcb(8) of this release
# takes for octets/s in both directions; the script of the boot knows.
same() {
	local ours theirs
	ours=$(jq -cS 'select(.kind == "Nic").status.roce | {
		ets: [.ets.willing, .ets.max, .ets.algorithm, .ets.bandwidth, .ets.prioToTc],
		pfc: [.pfc.enabled, .pfc.max, .pfc.mbc, .pfc.delay], maxRate: .maxRate, buffer: [.buffer.prioToBuffer, .buffer.sizes, .buffer.total],
		dcbx: [.dcbx | to_entries[] | select(.value).key] | sort,
		app: (.app | group_by(.selector) | map({key: .[0].selector, value: map([.protocol, .priority])}) | from_entries)}' seen)
	theirs=$(for what in ets pfc maxrate buffer dcbx app; do dcb -N -j $what show dev dcb0; done | jq -cS -s '{
		ets: (.[0] | [.willing, .ets_cap, .tc_tsa, .tc_bw, .prio_tc]),
		pfc: (.[1] | [[.prio_pfc | to_entries[] | select(.value).key], .pfc_cap, .macsec_bypass, .delay]),
		maxRate: .[2].tc_maxrate, buffer: (.[3] | [.prio_buffer, .buffer_size, .total_size]),
		dcbx: (.[4] | keys | map(if . == "lld_managed" then "lld" else . end) | sort),
		app: (.[5] | with_entries(.key |= {ethtype_prio: "ethertype", dscp_prio: "dscp", stream_port_prio: "stream", dgram_port_prio: "dgram", port_prio: "any"}[.]))}')
	is "$1" "$theirs" "$ours"
}
# bring NAME STEPS: they are planned and carried out, then nothing is left
bring() {
	is "$1: planned" "$2" "$(steps)" || cat errors
	msctl-roce apply --local -q -o json planned > done 2> errors || { bad "$1: status $?"; cat errors; }
	look
	is "$1: done" "" "$(steps)"
}
bridged() {
	modprobe -a crc32_generic rdma_rxe rdma_cm
	rdma link add rxe0 type rxe netdev dcb0
	ip addr add 10.1.0.11/24 dev dcb0
	ip link set dcb0 up

	echo "-- DCB: as the fabric has it"
	look
	same "as the adapter left the factory"
	bring "all of it" "roce.dcbx, roce.mtu, roce.pause, roce.ets, roce.maxRate, roce.pfc, roce.app, roce.buffer, roce.cm, roce.persist"
	same "each attribute as dcb(8) has it"
	is "no pause frames, as ethtool(8) has it" "RX: off TX: off" "$(ethtool -a dcb0 | awk '/^[RT]X:/ { printf "%s%s %s", n++ ? " " : "", $1, $2 }')"
	is "marks of rdma_cm" "RoCE v2 104" "$(cat /sys/kernel/config/rdma_cm/rxe0/ports/1/default_roce_{mode,tos} | xargs)"

	echo "-- DCB: somebody else sets it"
	dcb ets set dev dcb0 tc-tsa 0:ets 1:ets 2:strict 3:ets tc-bw 0:20 1:30 3:50 prio-tc 1:1
	dcb pfc set dev dcb0 prio-pfc 3:off 4:on
	dcb app add dev dcb0 dgram-port-prio 4791:5 ethtype-prio 0x8906:3 stream-port-prio 3260:4 port-prio 5000:2 dscp-prio 26:4
	dcb buffer set dev dcb0 prio-buffer 3:0 buffer-size 0:1M 1:0
	dcb maxrate set dev dcb0 tc-maxrate 1:10Gbit 2:500Mbit
	dcb dcbx set dev dcb0 lld-managed ieee
	look
	same "each attribute as dcb(8) set it"
	is "plan finds it" "roce.dcbx, roce.ets, roce.maxRate, roce.pfc, roce.app, roce.buffer" "$(steps)"
	is "check finds who decides and what a restart brings" "R18 R19" \
		"$(msctl-roce check -q -o json --rule R18 --rule R19 seen | jq -r 'select(.kind == "Finding").spec.rule' | sort -u | xargs)"
	dcb pfc set dev dcb0 prio-pfc 4:off
	look
	ethtool -A dcb0 rx on
	msctl-roce apply --local -q -o json planned > done 2> errors && bad "a driver that refuses was not heard"
	says "what a driver refuses is heard" 'PFC of dcb0: the driver refused it: Device or resource busy' errors
	look
	bring "all of it again" "roce.pause, roce.pfc, roce.app, roce.buffer"
	same "each attribute as dcb(8) has it again"
	is "what is not the fabric's stays" '[["ethertype",35078,3],["stream",3260,4],["any",5000,2]]' \
		"$(jq -c 'select(.kind == "Nic").status.roce.app | map(select(.selector != "dscp") | [.selector, .protocol, .priority])' seen)"

	echo "-- DCB: after a restart"
	rdma link delete rxe0
	rmmod dcbtest && insmod /lab/dcbtest.ko && rdma link add rxe0 type rxe netdev dcb0
	/etc/msctl/roce/dcb0 2> errors || { bad "the script: status $?"; cat errors; }
	ip addr add 10.1.0.11/24 dev dcb0
	look
	bring "what the script leaves to drivers" "roce.buffer"

	echo "-- DCB: CPU of reading, changing and writing one port"
	ours=$(/lab/dcb-port dcb0 100)
	theirs=$({ time for turn in {1..5}; do port_by_dcb $turn || exit 1; done; } 2>&1 | awk '{ printf "%d", ($1 + $2) * 1e6 / 5 }')
	echo "      ${ours%.*} us; the three commands of dcb(8) $theirs us"
	is "no more than dcb(8)" true "$(jq -n "$ours > 0 and $ours <= $theirs")"
}
TIMEFORMAT='%U %S'
port_by_dcb() {
	dcb ets set dev dcb0 prio-tc 1:$(($1 % 2))
	dcb pfc set dev dcb0 prio-pfc 3:$([ $(($1 % 2)) = 1 ] && echo on || echo off)
	dcb buffer set dev dcb0 prio-buffer 1:$(($1 % 2))
}

modprobe psample
has netdevsim && simulated
stored
has dcbtest && { flashed; bridged; }
exit $failed
