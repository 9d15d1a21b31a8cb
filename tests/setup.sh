#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Install what building (setup.sh build) or building and testing (setup.sh test) needs on Debian 12.
# Only what is missing is installed; nothing happens where all is there.
set -eu

build="gcc make pkg-config libc6-dev libjansson-dev libyaml-dev libcurl4-openssl-dev libsqlite3-dev libssl-dev
	libmicrohttpd-dev libgnutls28-dev libxml2-dev libnl-3-dev librdmacm-dev libibverbs-dev openssh-client python3 ca-certificates"
test="$build clang libclang-rt-14-dev libcmocka-dev mandoc man-db jq curl openssl xz-utils zsh fish bash-completion
	python3-yaml python3-jsonschema redfishtool graphviz valgrind git procps openssh-server pssh iproute2
	libyang-tools frr frr-pythontools netconfd redis-tools"
# What the guest of tests/lab runs.
lab="qemu-system-x86 linux-image-amd64 busybox-static cpio kmod iputils-ping ethtool ifupdown2 lldpd
	udev rdma-core ibverbs-providers librdmacm1 perftest nvme-cli e2fsprogs linux-headers-amd64 linux-source-6.1"

installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

case ${1:-build} in
build) want=$build ;;
test) want="$test $lab" ;;
*) echo "usage: setup.sh build|test" >&2; exit 2 ;;
esac

missing=
for p in $want; do
	# It would take the place of what brings up this machine's own network; the lab is skipped there.
	[ "$p" = ifupdown2 ] && installed ifupdown && continue
	installed "$p" || missing="$missing $p"
done
[ -n "$missing" ] || exit 0

root=
if [ "$(id -u)" -ne 0 ]; then
	command -v sudo >/dev/null || { echo "setup.sh: run as root to install:$missing" >&2; exit 1; }
	root=sudo
fi
echo "installing:$missing" >&2
export DEBIAN_FRONTEND=noninteractive
# Package lists of a fresh machine may be missing or too old to fetch from.
{ $root apt-get update -q && $root apt-get install -q -y --no-install-recommends $missing; } >&2
