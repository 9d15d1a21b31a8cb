/* SPDX-License-Identifier: GPL-2.0-or-later */
/* FRR on Linux: what the box is and runs, and what is put there for a change. */
#include <errno.h>
#include "fabric/box/box.h"
#include "fabric/frr/frr.h"

#define RUNNING_ROUTING "vtysh -c \"show running-config\""

/* ---- what it is ---- */

static void add_word(json_t *facts, const char *key, const char *text, const char *stop)
{
	size_t len = strcspn(text, stop);

	if (len)
		json_object_set_new(facts, key, json_stringn(text, len));
}

/* "FRRouting 8.4.4 (leaf01) on Linux(6.1.0-26-amd64)." */
static int read_version(json_t *facts, const char *text, struct ms_err *err)
{
	const char *at = strstr(text, "FRRouting "), *host;
	int r;

	if (!at) {
		r = ms_fail(err, -EBADMSG, MS_INVALID,
			    "`show version` does not speak of FRRouting");
		ms_hint(err, "is spec.platform of the Switch right?");
		return r;
	}
	at += strlen("FRRouting ");
	add_word(facts, "version", at, " \n");
	host = strchr(at, '(');
	if (host && host < at + strcspn(at, "\n"))
		add_word(facts, "hostname", host + 1, ")\n");
	return 0;
}

int frr_probe(struct fabric_session *session, json_t **ret_facts, struct ms_err *err)
{
	static const char *const commands[] = { "vtysh -c \"show version\"",
						"cat /sys/class/dmi/id/product_name",
						"cat /sys/class/dmi/id/product_serial" };
	struct box_answer said[3] = { 0 };
	json_auto_t *facts = json_object();
	int r = facts ? box_ask(session, commands, 3, said, err) : ms_nomem(err);

	if (!r)
		r = read_version(facts, said[0].text, err);
	if (!r) {
		add_word(facts, "model", said[1].text, "\n");
		add_word(facts, "serialNumber", said[2].text, "\n");
		*ret_facts = ms_take(facts);
	}
	box_answers_release(said, 3);
	return r;
}

/* ---- what it runs ---- */

/* Files that /etc/network/interfaces sources, as {PATH: TEXT}: grep prints "PATH:LINE". */
static json_t *sourced(const char *interfaces, char *text)
{
	json_t *files = json_object();
	const char *before;
	char *line, *colon;

	while (strstr(interfaces, "source") && (line = strsep(&text, "\n"))) {
		colon = strchr(line, ':');
		if (!colon)
			continue;
		*colon++ = 0;
		before = json_string_value(json_object_get(files, line));
		json_object_set_new(files, line,
				    json_sprintf("%s%s\n", before ? before : "", colon));
	}
	return files;
}

/* Until a change is confirmed, what ifupdown2 was given last is not the file of the system. */
#define RUNNING_INTERFACES \
	"cat /run/msctl.interfaces 2>/dev/null || cat /etc/network/interfaces"

int frr_read(struct fabric_session *session, json_t **ret_native, struct ms_err *err)
{
	static const char *const commands[] = { RUNNING_ROUTING,
						RUNNING_INTERFACES,
						"grep -Hs . /etc/network/interfaces.d/*" };
	struct box_answer said[3] = { 0 };
	json_auto_t *native = json_object();
	int r = native ? box_ask(session, commands, 3, said, err) : ms_nomem(err);

	for (size_t i = 0; i < 2 && !r; i++)
		if (said[i].status)
			r = ms_fail(err, -EIO, MS_FAILED, "`%s` failed with status %d", commands[i],
				    said[i].status);
	if (!r && (json_object_set_new(native, "frr.conf", json_string(said[0].text)) ||
		   json_object_set_new(native, "interfaces", json_string(said[1].text)) ||
		   json_object_set_new(native, "sourced", sourced(said[1].text, said[2].text))))
		r = ms_fail(err, -EBADMSG, MS_INVALID, "the configuration is not UTF-8");
	if (!r)
		*ret_native = ms_take(native);
	box_answers_release(said, 3);
	return r;
}

/* ---- is it saved? ---- */

const char *frr_without_header(const char *running)
{
	static const char header[] = "Current configuration:\n";
	const char *at = strstr(running, header);

	return at ? at + strlen(header) : running;
}

static bool same_lines(const char *a, const char *b)
{
	struct fabric_lines *one = NULL, *two = NULL;
	struct ms_err err = MS_ERR_INIT;
	MS_AUTO_FREE char *delta = NULL;
	bool same = !fabric_lines_parse(a, &one, &err) && !fabric_lines_parse(b, &two, &err) &&
		    !fabric_lines_delta(one, two, NULL, &delta, &err) && !*delta;

	fabric_lines_free(one);
	fabric_lines_free(two);
	return same;
}

static int read_saved(struct fabric_session *session, json_t *status, struct ms_err *err)
{
	static const char *const commands[] = { RUNNING_ROUTING, "cat /etc/frr/frr.conf" };
	struct box_answer said[2] = { 0 };
	int r = box_ask(session, commands, 2, said, err);

	if (!r && !said[0].status && !said[1].status &&
	    json_object_set_new(status, "saved",
				json_boolean(same_lines(frr_without_header(said[0].text),
							said[1].text))))
		r = ms_nomem(err);
	box_answers_release(said, 2);
	return r;
}

int frr_facts(struct fabric_session *session, const struct fabric_dialect *dialect,
	      const char *const *only, json_t *status, struct ms_err *err)
{
	int r = box_facts(session, dialect, only, status, err);

	return !r && fabric_wants(only, "config") ? read_saved(session, status, err) : r;
}

/* ---- a change ---- */

static const char platform[] =
	"# ifreload and frr-reload.py know one place each, and the latter saves what it "
	"reads elsewhere.\n"
	"# In a mount namespace of its own a command sees the files of this change there.\n"
	"with() {\n"
	"\tfiles=$d/$1\n"
	"\tshift\n"
	"\tunshare -m sh -c 'mount --bind \"$0.interfaces\" /etc/network/interfaces &&\n"
	"\t\tmount --bind \"$0.frr.conf\" /etc/frr/frr.conf && exec \"$@\"' \"$files\" \"$@\"\n"
	"}\n"
	"# What the change does not touch is not loaded again.\n"
	"same() { cmp -s \"$d/new.$1\" \"$d/old.$1\"; }\n"
	"imports() {\n"
	"\tawk '/^router bgp/ { who = $3 \" \" $5 }\n"
	"\t\t$1 == \"route-target\" && $2 == \"import\" { print who, $3 }'\n"
	"}\n"
	"routed() {\n"
	"\tvtysh -c \"show ip route vrf $1 bgp\" </dev/null | grep -q \"$2\"\n"
	"}\n"
	"interface_of() {\n"
	"\tvtysh -c 'show vrf vni' </dev/null | awk -v vrf=\"$1\" '$1 == vrf { print $4 }'\n"
	"}\n"
	"# When a VRF stops to import something, FRR 8 forgets MAC addresses of next hops:\n"
	"# what it still imports stays installed, and leads nowhere.  So nothing is imported\n"
	"# meanwhile: the interface of the VRF's VNI is down.\n"
	"stop_imports() {\n"
	"\tvtysh -c 'show running-config' | imports | sort > \"$d/imports\"\n"
	"\timports < \"$d/$1.frr.conf\" | sort | comm -23 \"$d/imports\" - |\n"
	"\t\twhile read -r asn vrf target; do\n"
	"\t\t\tdev=$(interface_of \"$vrf\")\n"
	"\t\t\tip link show up dev \"$dev\" 2>/dev/null | grep -q . || continue\n"
	"\t\t\tip link set \"$dev\" down\n"
	"\t\t\ttries=0\n"
	"\t\t\twhile routed \"$vrf\" \"$dev\" && [ $((tries += 1)) -le 50 ]; do\n"
	"\t\t\t\tsleep 0.2\n"
	"\t\t\tdone\n"
	"\t\t\tvtysh -c 'configure terminal' -c \"router bgp $asn vrf $vrf\" \\\n"
	"\t\t\t\t-c 'address-family l2vpn evpn' \\\n"
	"\t\t\t\t-c \"no route-target import $target\" </dev/null\n"
	"\t\t\tip link set \"$dev\" up\n"
	"\t\tdone\n"
	"}\n"
	"reload() {\n"
	"\tsame interfaces || with \"$1\" ifreload -a || return 1\n"
	"\t# For whoever reads what runs; nothing once the folder is gone, or after a restart.\n"
	"\tln -sfn \"$d/$1.interfaces\" /run/msctl.interfaces || return 1\n"
	"\tsame frr.conf && return\n"
	"\tstop_imports \"$1\"\n"
	"\twith \"$1\" /usr/lib/frr/frr-reload.py --reload /etc/frr/frr.conf || {\n"
	"\t\techo \"frr-reload.py failed: see /var/log/frr/frr-reload.log\" >&2\n"
	"\t\treturn 1\n"
	"\t}\n"
	"}\n"
	"\n"
	"needs() {\n"
	"\tgrep -q \"^$1\" \"$d/new.frr.conf\" || return 0\n"
	"\tcase \" $(vtysh -c 'show daemons' 2>/dev/null) \" in\n"
	"\t*\" $2 \"*) ;;\n"
	"\t*) fail \"$2 is not running: say $2=yes in /etc/frr/daemons and restart frr\" ;;\n"
	"\tesac\n"
	"}\n"
	"validate() {\n"
	"\tfor tool in vtysh ifreload unshare flock setsid; do\n"
	"\t\tcommand -v $tool >/dev/null || fail \"$tool is not installed\"\n"
	"\tdone\n"
	"\t[ -x /usr/lib/frr/frr-reload.py ] || fail \"frr-reload.py is missing: install "
	"frr-pythontools\"\n"
	"\t[ -e /etc/frr/frr.conf ] && [ -e /etc/network/interfaces ] ||\n"
	"\t\tfail \"/etc/frr/frr.conf or /etc/network/interfaces is not there\"\n"
	"\tneeds 'router bgp' bgpd\n"
	"\tneeds 'router ospf' ospfd\n"
	"\tvtysh -C -f \"$d/new.frr.conf\" >&2 || exit 1\n"
	"\t# It takes the MTU of a bridge, and yet its syntax check finds fault with the word.\n"
	"\tcp \"$d/new.frr.conf\" \"$d/check.frr.conf\" &&\n"
	"\t\tsed '/^iface " FRR_BRIDGE "$/,/^auto/{/^ *mtu /d;}' \"$d/new.interfaces\" \\\n"
	"\t\t\t> \"$d/check.interfaces\" && with check ifreload -s -a >&2 || exit 1\n"
	"}\n"
	"\n"
	"keep() {\n"
	"\tvtysh -c 'show running-config' | sed '/^Building/d; /^Current/d' > "
	"\"$d/old.frr.conf\" &&\n"
	"\t\tcp /etc/network/interfaces \"$d/old.interfaces\"\n"
	"}\n"
	"persist() {\n"
	"\tcmp -s \"$d/new.interfaces\" /etc/network/interfaces || {\n"
	"\t\tcp \"$d/new.interfaces\" /etc/network/interfaces.msctl &&\n"
	"\t\t\tchmod 644 /etc/network/interfaces.msctl &&\n"
	"\t\t\tmv /etc/network/interfaces.msctl /etc/network/interfaces ||\n"
	"\t\t\tfail \"cannot write /etc/network/interfaces\"\n"
	"\t}\n"
	"\tvtysh -c 'write memory' >/dev/null || fail \"vtysh cannot write /etc/frr/frr.conf\"\n"
	"}\n"
	"logs=/var/log/frr/frr-reload.log\n";

int frr_stage(struct fabric_session *session, const char *id, const json_t *delta,
	      const json_t *target, struct ms_err *err)
{
	MS_AUTO_FREE char *routing = NULL, *interfaces = NULL;
	json_auto_t *running = NULL;
	int r = frr_read(session, &running, err);

	(void)delta;
	if (!r)
		r = frr_merge_routing(&session->dialect,
				      json_string_value(json_object_get(running, "frr.conf")),
				      json_string_value(json_object_get(target, "frr.conf")),
				      &routing, err);
	if (!r)
		r = frr_merge_interfaces(&session->dialect, ms_str(running, "/interfaces", ""),
					 ms_str(target, "/interfaces", ""), &interfaces, err);
	const struct box_file files[] = {
		{ "platform", platform },
		{ "new.frr.conf", routing },
		{ "new.interfaces", interfaces },
		{ NULL, NULL },
	};

	return r ? r : box_stage(session, id, files, err);
}
