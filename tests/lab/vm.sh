# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced by the tests of this folder: a virtual machine with a real kernel, on any machine and without privileges.
#
#	. "$TOP/tests/lab/vm.sh"
#	vm_needs frr ifupdown2          Debian packages, besides those of the machine itself; says what is missing, exit 77
#	vm_run STORY SECONDS [FILE]...  run a script in a guest, with FILEs beside it in /lab; its exit status
#
# vm_args are arguments of QEMU for what is not in every guest, vm_append the like of its kernel.
#
# QEMU emulates the processor: /dev/kvm may be there and still not work.  What the guest prints comes out as it comes; what
# it writes into /lab is in ./lab afterwards.

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

vm_args=()

vm_run() {
	story=$1 seconds=$2
	shift 2
	mkdir -p lab
	cp "$TOP/tests/lab/guest.sh" lab/guest
	cp "$story" lab/story
	cp "$@" lab/
	bash "$TOP/tests/lab/initrd.sh" initrd.gz "$kernel"
	: > lab/output
	# A plain processor is the one that is emulated fastest, and nobody attacks it.
	timeout --foreground "$seconds" qemu-system-x86_64 -M q35 -accel tcg,thread=multi -cpu qemu64 -smp 2 -m 2048 \
		-nographic -no-reboot -net none -kernel "/boot/vmlinuz-$kernel" -initrd initrd.gz \
		-append "console=ttyS0 panic=-1 quiet loglevel=1 mitigations=off audit=0 apparmor=0 nokaslr norandmaps ${vm_append-}" \
		-virtfs local,path=/,mount_tag=root,security_model=none,readonly=on,multidevs=remap \
		-virtfs local,path="$PWD/lab",mount_tag=lab,security_model=none,multidevs=remap \
		"${vm_args[@]}" </dev/null >console 2>&1 &
	guest=$!
	tries=0
	until [ -s lab/output ]; do
		if [ $((tries += 1)) -gt 600 ] || ! kill -0 $guest 2>/dev/null; then
			kill $guest 2>/dev/null
			echo "no guest starts here: $(tail -n 5 console)"
			exit 77
		fi
		sleep 0.5
	done
	tail -n +1 -s 0.5 -f --pid=$guest lab/output
	wait $guest
	[ $? -ne 124 ] || echo "FAIL  the guest was stopped after $seconds s"
	return "$(cat lab/status 2>/dev/null || echo 1)"
}
