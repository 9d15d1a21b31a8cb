# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced behind vm.sh: modules for the kernel that boots, built once and kept beside the build.
#
#	module_dcbtest, module_netdevsim    bring NAME.ko into ./lab; where there is nothing to build it with, NAME.why says so

version_of() { dpkg-query -W -f '${Version}' "$1" 2>/dev/null; }
why() { echo "$2" > "lab/$1.why"; }

# module NAME SOURCE COMMAND...: built where it is not kept, or is older than SOURCE; COMMAND lays the source into ./NAME
module() {
	local name=$1 source=$2 image kept
	shift 2
	mkdir -p lab "$name"
	image=$(version_of "linux-image-$kernel")
	[ -d "/lib/modules/$kernel/build" ] && [ "$(version_of "linux-headers-$kernel")" = "$image" ] || { why "$name" "linux-headers-$kernel $image is not installed"; return; }
	[ -e "$source" ] || { why "$name" "there is no $source"; return; }
	kept=$BUILD/lab/$kernel-$image/$name.ko
	if [ ! "$kept" -nt "$source" ]; then
		"$@" && make -s -C "/lib/modules/$kernel/build" "M=$PWD/$name" CONFIG_NETDEVSIM=m modules >"$name.log" 2>&1 || {
			cat "$name.log"
			echo "FAIL  $name.ko is not built"
			exit 1
		}
		mkdir -p "${kept%/*}"
		cp "$name/$name.ko" "$kept.$$" && mv "$kept.$$" "$kept"
	fi
	cp "$kept" lab/
}

module_dcbtest() {
	module dcbtest "$(ls -t "$TOP"/tests/lab/dcbtest/* | head -n 1)" cp "$TOP"/tests/lab/dcbtest/* dcbtest
}

# Debian's kernel has none, its source has.
module_netdevsim() {
	local source=linux-source-${kernel%.*}
	module netdevsim "/usr/src/$source.tar.xz" tar -xJf "/usr/src/$source.tar.xz" --strip-components=4 -C netdevsim \
		"$source/drivers/net/netdevsim"
}
