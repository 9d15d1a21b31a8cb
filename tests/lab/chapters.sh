# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced in the guest: what a story is told with.  A line for each thing that is seen, after the seconds of the machine.
failed=0

uptime() { cut -d. -f1 /proc/uptime; }
t() { printf '%4d s  %s\n' "$(uptime)" "$*"; }
ok() { t "ok    $*"; }
bad() { t "FAIL  $*"; failed=1; }
# check WHAT COMMAND...: it succeeds; refuse: it does not
check() { local what=$1; shift; if "$@"; then ok "$what"; else bad "$what"; false; fi; }
refuse() { local what=$1; shift; if "$@"; then bad "$what"; false; else ok "$what"; fi; }
# is WHAT WANTED SEEN
is() { if [ "$2" = "$3" ]; then ok "$1"; else bad "$1: $3, not $2"; false; fi; }

# has MODULE [PARAMETER=VALUE...]: is it there?  Else says why its chapters are skipped.
has() {
	[ -e "$LAB/$1.ko" ] || { t "skip  $1: $(cat "$LAB/$1.why")"; return 1; }
	insmod "$LAB/$1.ko" "${@:2}" || { bad "$1.ko is not loaded"; return 1; }
}

# A chapter that hangs is named, and ends the machine.
watch() {
	(
		sleep "$1"
		t "FAIL  $chapter is not over after $1 s"
		ps -eo etimes,time,args --sort=-etimes | grep -v '\[' | tail -n 60
		echo 1 > "$LAB/status"
		sync
		echo o > /proc/sysrq-trigger
	) &
	watcher=$!
}

# tell CHAPTER SECONDS: a function, and how long it may take; false when something failed in it
tell() {
	local before=$failed
	chapter=$1
	failed=0
	t "-- $chapter"
	watch "$2"
	$chapter
	kill $watcher
	[ $failed = 0 ] && { failed=$before; return 0; }
}
