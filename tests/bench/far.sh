# SPDX-License-Identifier: GPL-2.0-or-later
# get over ssh of 100 hosts, of which each has its own sshd: a network namespace each, in namespaces that end with this
# script; for others than root an address of the loopback each.  The peer pssh runs `true` on the same hosts, with the same
# key, as many at once.  Both sides and all of the far ends share this machine's processors.
. "${0%/*}/common"
n=${HOSTS:-100} window=${WINDOW:-32} port=$((20000 + $$ % 10000))
need far parallel-ssh
need far /usr/sbin/sshd
if [ "$(id -u)" = 0 ] && [ -z "${FAR_INSIDE:-}" ] && unshare -nmp --fork --kill-child true 2>/dev/null; then
	rm -rf "$tmp"
	FAR_INSIDE=1 exec unshare -nmp --fork --kill-child --mount-proc --propagation private sh "$0"
fi
export XDG_RUNTIME_DIR="$tmp/run"
mkdir -m 700 "$tmp/run"
for key in host key; do ssh-keygen -q -t ed25519 -N '' -C '' -f "$tmp/$key"; done
host_key=$(cut -d' ' -f1,2 "$tmp/host.pub")
libexec=${BUILD:-build}/libexec

# Host $1 has address $2; $3 is what stands before a command that runs there.
host() {
	printf '%s\n' "Port $port" "ListenAddress $2" "HostKey $tmp/host" "PidFile none" "UsePAM no" "StrictModes no" \
		"AuthorizedKeysFile $tmp/key.pub" "PasswordAuthentication no" "SetEnv PATH=$tmp/bin:/usr/bin:/bin" >"$tmp/sshd$1"
	$3 /usr/sbin/sshd -D -f "$tmp/sshd$1" &
	sshds="$sshds $!"
	echo "$2:$port" >>"$tmp/hosts"
	echo "[$2]:$port $host_key" >>"$tmp/known_hosts"
	cat >>"$tmp/site.json" <<-END
		{"apiVersion": "msctl/v1", "kind": "Server", "metadata": {"name": "node$1"}, "spec": {"os": {"ssh": {"address": "$2", "port": $port, "hostKey": "$host_key", "credentials": {"username": "$(id -un)", "key": "$tmp/key"}}}}}
		{"apiVersion": "msctl/v1", "kind": "Nic", "metadata": {"name": "node$1:rail0"}, "spec": {"server": "node$1", "name": "rail0", "netdev": "$nic"}}
	END
}
sshds=
stop_sim() { [ -z "$sshds" ] || { kill $sshds; wait $sshds; } 2>/dev/null || :; sshds=; }
if [ -n "${FAR_INSIDE:-}" ]; then
	nic=eth0
	mount -t tmpfs none /run && mkdir /run/sshd /run/netns "$tmp/home"
	# What a login shell of this account does at its start is not what is measured.
	awk -F: -v OFS=: -v home="$tmp/home" '$1 == "root" { $6 = home } 1' /etc/passwd >"$tmp/passwd"
	mount --bind "$tmp/passwd" /etc/passwd
	ip link set lo up
	ip link add hosts type bridge && ip addr add 10.0.0.1/16 dev hosts && ip link set hosts up
	for i in $(seq "$n"); do
		ip netns add "h$i"
		ip link add "h$i" type veth peer name eth0 netns "h$i"
		ip link set "h$i" master hosts up
		ip -n "h$i" link set lo up
		ip -n "h$i" addr add "10.0.1.$i/16" dev eth0
		ip -n "h$i" link set eth0 up
		host "$i" "10.0.1.$i" "ip netns exec h$i"
	done
else
	nic=lo
	for i in $(seq "$n"); do host "$i" "127.1.0.$i" ""; done
fi

mkdir "$tmp/bin"
pssh="parallel-ssh -p $window -t 60 -h $tmp/hosts -x '-F none -i $tmp/key -o UserKnownHostsFile=$tmp/known_hosts -o StrictHostKeyChecking=yes' true"
for try in $(seq 20); do
	sh -c "$pssh" >"$tmp/out" 2>&1 && break
	[ "$try" -lt 20 ] || { echo "far: the far ends do not answer" >&2; tail -3 "$tmp/out" >&2; exit 1; }
done
measure() { # command, what it is
	get="$1 get --window $window -o json $tmp/site.json"
	$get >"$tmp/facts"
	good=$(jq -r 'select(.kind == "Nic" and (.status.nic or .status.roce)) | 1' "$tmp/facts" | wc -l)
	[ "$good" -eq "$n" ] || { echo "far: $good of $n NICs were read" >&2; exit 1; }
	turns "$get" "$pssh"
}
for command in msctl-roce msctl-nic; do
	rm -f "$tmp/bin"/*
	ln -s "$(command -v "$command")" "$tmp/bin/$command"
	measure "$command"
	slower "far-$command ($n hosts, window $window)" "pssh running true" 1.2
	rm "$tmp/bin/$command"
	[ -e "$libexec/$command.static" ] || continue
	measure "$command"
	slower "far-$command-sent (a build of $(du -k "$libexec/$command.static" | cut -f1) KiB to each)" "pssh running true" 3
done
