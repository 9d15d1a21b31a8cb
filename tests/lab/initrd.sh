# SPDX-License-Identifier: GPL-2.0-or-later
# usage: bash initrd.sh OUT: an initramfs that makes the machine's own root the guest's, under a layer that is forgotten.
#
# The root comes over 9p, read-only, with a tmpfs over it; /lab is the folder that the guest shares with whoever started
# it, and /lab/guest is run as process 1.
set -euo pipefail
out=$1
kernel=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mkdir -p "$work"/{bin,modules,proc,sys,dev,root,below,above}
cp "$(command -v busybox)" "$work/bin/busybox"
for module in virtio_pci 9p 9pnet_virtio overlay; do
	modprobe -S "$kernel" -n --show-depends "$module"
done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' | while read -r file; do
	cp "$file" "$work/modules/"
	basename "$file" >> "$work/modules/order"
done
cat > "$work/init" <<'EOF'
#!/bin/busybox sh
b=/bin/busybox
share() { $b mount -t 9p -o "trans=virtio,version=9p2000.L,msize=512000,$3" "$1" "$2" || $b poweroff -f; }
$b mount -t proc proc /proc
$b mount -t sysfs sys /sys
$b mount -t devtmpfs dev /dev
for m in $($b cat /modules/order); do $b insmod "/modules/$m"; done
share root /below ro,cache=loose
$b mount -t tmpfs -o size=50% above /above
$b mkdir /above/upper /above/work
$b mount -t overlay -o lowerdir=/below,upperdir=/above/upper,workdir=/above/work new /root
$b mkdir -p /root/lab
share lab /root/lab cache=none
for d in run tmp; do $b mount -t tmpfs $d /root/$d; done
for d in proc sys dev; do $b mount --move /$d /root/$d; done
$b mkdir -p /root/dev/pts /root/dev/shm
exec $b switch_root /root /bin/bash /lab/guest
EOF
chmod +x "$work/init"
(cd "$work" && find . | cpio -o -H newc 2>/dev/null | gzip -1) > "$out"
