# SPDX-License-Identifier: GPL-2.0-or-later
# The second guest: node02.
set -u
# What the first one puts here; this file comes last.
until [ -s "$LAB/roce-host.sh" ]; do sleep 0.2; done
. "$LAB/roce-host.sh"
host_init
ip address add 192.0.2.2/24 dev eth0
ip link set eth0 up
ip link set eth1 name rail0
host_up 10.0.0.2/24
host_sshd "$LAB" -D
