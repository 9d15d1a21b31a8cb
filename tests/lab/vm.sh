# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced by the tests of this folder: a virtual machine with a real kernel, on any machine and without privileges.
#
#	. "$TOP/tests/lab/vm.sh"
#	vm_needs frr ifupdown2          Debian packages, besides those of the machine itself; says what is missing, exit 77
#	vm_run STORY SECONDS [FILE]...  run a script in a guest, with FILEs beside it in /lab; its exit status
#
# With vm_peer=SCRIPT a second guest runs that beside it, and is stopped with it; its /lab is /lab/peer of the first.  Two
# cables join them, eth0 and eth1 of both, for packets of up to 9216 octets.
#
# vm_args are arguments of QEMU for what is not in every guest, vm_append the like of its kernel.
#
# QEMU emulates the processor: /dev/kvm may be there and still not work.  What the guest prints comes out as it comes; what
# it writes into /lab is in ./lab afterwards.
vm_peer=
vm_args=()

vm_needs() {
	missing=
	for package in qemu-system-x86 linux-image-amd64 busybox-static cpio kmod "$@"; do
		[ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing="$missing $package"
	done
	kernel=$(ls /lib/modules 2>/dev/null | grep -e -amd64 | sort -V | tail -1)
	[ -z "$missing" ] && [ -r "/boot/vmlinuz-$kernel" ] || {
		echo "not installed:${missing:- a kernel in /boot} (tests/setup.sh test installs it)"
		exit 77
	}
}

# vm_start FOLDER SECONDS [ARGUMENT]...: a guest whose /lab is FOLDER, and which runs its story; $! is its QEMU
vm_start() {
	local folder=$1 seconds=$2
	shift 2
	cp "$TOP/tests/lab/guest.sh" "$folder/guest"
	: > "$folder/output"
	# A plain processor is the one that is emulated fastest, and nobody attacks it.
	timeout --foreground "$seconds" qemu-system-x86_64 -M q35 -accel tcg,thread=multi -cpu qemu64 -m 2048 \
		-nographic -no-reboot -net none -kernel "/boot/vmlinuz-$kernel" -initrd initrd.gz \
		-append "console=ttyS0 panic=-1 quiet loglevel=1 no_timer_check mitigations=off audit=0 apparmor=0 nokaslr norandmaps ${vm_append-}" \
		-virtfs local,path=/,mount_tag=root,security_model=none,readonly=on,multidevs=remap \
		-virtfs local,path="$PWD/$folder",mount_tag=lab,security_model=none,multidevs=remap \
		"$@" </dev/null >"$folder/console" 2>&1 &
}

# vm_cables on|off NUMBER: arguments for both NICs of guest NUMBER, and whether QEMU waits for the other or goes there
vm_cables() {
	local i
	for i in 0 1; do
		echo "-netdev stream,id=cable$i,server=$1,addr.type=unix,addr.path=cable$i"
		echo "-device virtio-net-pci,netdev=cable$i,host_mtu=9216,mac=52:54:00:00:0$2:0$i"
	done
}

# vm_await CONDITION: as long as the guest is there
vm_await() {
	local tries=0
	until eval "$1"; do
		if [ $((tries += 1)) -gt 600 ] || ! kill -0 $guest 2>/dev/null; then
			kill $guest $peer 2>/dev/null
			echo "no guest starts here: $(tail -n 5 lab/console)"
			exit 77
		fi
		sleep 0.5
	done
}

vm_run() {
	story=$1 seconds=$2 peer=
	shift 2
	mkdir -p lab
	cp "$story" lab/story
	cp "$@" lab/
	bash "$TOP/tests/lab/initrd.sh" initrd.gz "$kernel"
	# Two processors for all of it: most machines have no more.
	if [ -n "$vm_peer" ]; then
		vm_args+=($(vm_cables on 1))
	else
		vm_args+=(-smp 2)
	fi
	vm_start lab "$seconds" "${vm_args[@]}"
	guest=$!
	if [ -n "$vm_peer" ]; then
		mkdir lab/peer
		cp "$vm_peer" lab/peer/story
		vm_await "[ -S cable0 ] && [ -S cable1 ]"
		vm_start lab/peer "$seconds" $(vm_cables off 2)
		peer=$!
	fi
	vm_await "[ -s lab/output ]"
	tail -n +1 -s 0.5 -f --pid=$guest lab/output
	wait $guest
	[ $? -ne 124 ] || echo "FAIL  the guest was stopped after $seconds s"
	[ -z "$peer" ] || kill $peer 2>/dev/null
	return "$(cat lab/status 2>/dev/null || echo 1)"
}
