# SPDX-License-Identifier: GPL-2.0-or-later
# Power state of 2,000 simulated BMCs over TLS.  The peer curl --parallel sends the same requests in the same window,
# in whichever of two orders suits it better: all requests of one BMC together, or the first of all, then the next.  It
# checks no certificate, and parses nothing.  The peer redfishtool reads a sample, 16 processes at a time.
#
# The simulator runs on the same machine and shares its processors with both sides.
. "${0%/*}/common"
n=${SERVERS:-2000} window=${WINDOW:-128} sample=${SAMPLE:-48}
need power-curl curl
serve "$n"
get="msctl-bmc get --only power --auth basic --window $window -o json"

$get --trace "$tmp/trace" "$tmp/site.json" >"$tmp/facts"
good=$(jq -r 'select(.status.bmc.power.state == "On") | .metadata.name' "$tmp/facts" | wc -l)
[ "$good" -eq "$n" ] || { echo "power: $good of $n BMCs answered" >&2; exit 1; }

config() { jq -r 'select(.method == "GET") | "url = \"" + .url + "\"\noutput = \"/dev/null\""' "$@"; }
config "$tmp/trace" >"$tmp/by-turn"
jq -s -c 'to_entries | sort_by(.value.peer, .key)[] | .value' "$tmp/trace" | config >"$tmp/by-bmc"
requests=$(grep -c '^url' "$tmp/by-turn")
curl="curl -s -S -g -k -u admin:$BMC_PASSWORD -H Accept:application/json --parallel --parallel-max $window -K"
order=by-turn
[ "$(once "$curl $tmp/by-bmc")" -ge "$(once "$curl $tmp/by-turn")" ] || order=by-bmc
turns "$get $tmp/site.json" "$curl $tmp/$order"
slower "power-curl ($n BMCs, $requests requests, window $window, $order)" "curl --parallel" 1.15

need power-redfishtool redfishtool
head -n "$sample" "$tmp/site.json" >"$tmp/sample.json"
jq -r '.spec.bmc | "\(.address):\(.port)"' "$tmp/sample.json" >"$tmp/hosts"
ROUNDS=1
turns "msctl-bmc get --only power $tmp/site.json" \
	"xargs -P 16 -I H redfishtool -r H -u admin -p $BMC_PASSWORD -S Always -A Basic Systems -F get <$tmp/hosts"
peer=$((peer * n / sample))
faster "power-redfishtool (from a sample of $sample)" "redfishtool under xargs -P 16" 20
