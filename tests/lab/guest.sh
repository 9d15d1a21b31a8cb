# SPDX-License-Identifier: GPL-2.0-or-later
# Process 1 of a guest: runs /lab/story, leaves what it prints and how it ends in /lab, and stops the machine.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C LAB=/lab
mount -t devpts devpts /dev/pts
mount -t tmpfs shm /dev/shm
ip link set lo up
echo "the guest runs" >/lab/output
bash /lab/story >>/lab/output 2>&1
echo $? > /lab/status
sync
echo o > /proc/sysrq-trigger
while :; do wait; done
