# SPDX-License-Identifier: GPL-2.0-or-later
# What the figures were measured on.
model=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)
memory=$(awk '/^MemTotal/ { printf "%.0f", $2 / 1048576 }' /proc/meminfo)
echo "machine: $(nproc) x ${model:-$(uname -m)}, $memory GiB, Linux $(uname -r), load $(cut -d' ' -f1 /proc/loadavg)"
