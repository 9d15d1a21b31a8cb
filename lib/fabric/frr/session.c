/* SPDX-License-Identifier: GPL-2.0-or-later */
/* FRR on Linux: what the box is and runs, and what is put there for a change. */
#include <errno.h>
#include "fabric/box/box.h"
#include "fabric/frr/frr.h"

#define RUNNING_ROUTING "vtysh -c \"show running-config\""
#define QOS_FILE "/etc/network/msctl-qos"

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

int frr_ask_ports(struct fabric_session *session, const char *names, const char *question,
		  char **ret_said, struct ms_err *err)
{
	MS_AUTO_BUF struct ms_buf command = { 0 };
	char name[64], abstract[64];

	for (; *names; names += strcspn(names, "\n"), names += *names == '\n') {
		if (sscanf(names, "%63[^\n]", name) != 1 ||
		    !fabric_port_abstract(&session->dialect, name, abstract, sizeof abstract))
			continue;
		ms_buf_printf(&command, "echo @%s; ", name);
		for (const char *at = question; *at; at++)
			ms_buf_add(&command, *at == '@' ? name : at,
				   *at == '@' ? strlen(name) : 1);
		ms_buf_puts(&command, "; ");
	}
	ms_buf_puts(&command, "true");
	return command.failed ? ms_nomem(err)
			      : box_run(session, command.data, NULL, 120, ret_said, NULL, err);
}

static int read_qos(struct fabric_session *session, const char *names, const char *disciplines,
		    json_t *native, struct ms_err *err)
{
	MS_AUTO_FREE char *said = NULL, *text = NULL;
	struct frr_qos qos;
	int r = frr_ask_ports(session, names, frr_qos_question, &said, err);

	if (!r)
		r = frr_qos_take(&session->dialect, said, disciplines, &qos, err);
	if (r)
		return r;
	text = frr_qos_lines(NULL, &qos);
	frr_qos_release(&qos);
	if (!text || (*text && json_object_set_new(native, "qos", json_string(text))))
		return ms_nomem(err);
	return 0;
}

int frr_read(struct fabric_session *session, json_t **ret_native, struct ms_err *err)
{
	enum { ROUTING, INTERFACES, SOURCED, NAMES, DISCIPLINES, DCB, QUESTIONS };
	static const char *const commands[QUESTIONS] = {
		RUNNING_ROUTING,
		RUNNING_INTERFACES,
		"grep -Hs . /etc/network/interfaces.d/*",
		"ls /sys/class/net",
		"tc -d -j qdisc show",
		"dcb -V",
	};
	struct box_answer said[QUESTIONS] = { 0 };
	json_auto_t *native = json_object();
	int r = native ? box_ask(session, commands, QUESTIONS, said, err) : ms_nomem(err);

	for (size_t i = 0; i <= INTERFACES && !r; i++)
		if (said[i].status)
			r = ms_fail(err, -EIO, MS_FAILED, "`%s` failed with status %d", commands[i],
				    said[i].status);
	if (!r && (json_object_set_new(native, "frr.conf", json_string(said[ROUTING].text)) ||
		   json_object_set_new(native, "interfaces", json_string(said[INTERFACES].text)) ||
		   json_object_set_new(native, "sourced",
				       sourced(said[INTERFACES].text, said[SOURCED].text))))
		r = ms_fail(err, -EBADMSG, MS_INVALID, "the configuration is not UTF-8");
	if (!r && !said[DCB].status)
		r = read_qos(session, said[NAMES].text, said[DISCIPLINES].text, native, err);
	if (!r)
		*ret_native = ms_take(native);
	box_answers_release(said, QUESTIONS);
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

/* What it would set its ports to at a start, without the remarks. */
static bool same_qos(const char *file, const char *running)
{
	for (; *file == '#'; file += *file == '\n')
		file += strcspn(file, "\n");
	return !strcmp(file, running);
}

static int read_saved(struct fabric_session *session, const struct fabric_dialect *dialect,
		      json_t *status, struct ms_err *err)
{
	static const char *const commands[] = { RUNNING_ROUTING, "cat /etc/frr/frr.conf",
						"cat " QOS_FILE " 2> /dev/null" };
	struct box_answer said[3] = { 0 };
	MS_AUTO_FREE char *qos = NULL;
	int r = frr_qos_text(dialect, json_object_get(status, "config"), &qos, err);

	if (!r)
		r = box_ask(session, commands, 3, said, err);
	if (!r && !said[0].status && !said[1].status &&
	    json_object_set_new(
		    status, "saved",
		    json_boolean(same_lines(frr_without_header(said[0].text), said[1].text) &&
				 same_qos(said[2].text, qos))))
		r = ms_nomem(err);
	box_answers_release(said, 3);
	return r;
}

int frr_facts(struct fabric_session *session, const struct fabric_dialect *dialect,
	      const char *const *only, json_t *status, struct ms_err *err)
{
	int r = box_facts(session, dialect, only, status, err);

	if (!r && fabric_wants(only, "config"))
		r = read_saved(session, dialect, status, err);
	return !r && fabric_wants(only, "counters") ? frr_counters(session, dialect, status, err)
						    : r;
}

/* ---- a change ---- */

const char frr_platform[] =
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
	"# Commands, a line each: the first that fails ends a change.  On the way back all are\n"
	"# tried, because some undo what never came about.\n"
	"qos() {\n"
	"\t[ ! -s \"$d/$1.qos\" ] || sh ${2-} \"$d/$1.qos\" >&2\n"
	"}\n"
	"reload() {\n"
	"\tsame interfaces || with \"$1\" ifreload -a || return 1\n"
	"\t# For whoever reads what runs; nothing once the folder is gone, or after a restart.\n"
	"\tln -sfn \"$d/$1.interfaces\" /run/msctl.interfaces || return 1\n"
	"\tcase $1 in\n"
	"\tnew) qos new -e || return 1 ;;\n"
	"\told) qos old || : ;;\n"
	"\tesac\n"
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
	"no_dcb() {\n"
	"\tsed -n 's/^dcb pfc set dev \\([^ ]*\\) .*/\\1/p' \"$d/new.qos\" | sort -u |\n"
	"\t\twhile read -r dev; do\n"
	"\t\t\tdcb pfc show dev \"$dev\" >/dev/null 2>&1 || printf ' %s' \"$dev\"\n"
	"\t\tdone\n"
	"}\n"
	"validate() {\n"
	"\tfor tool in vtysh ifreload unshare flock setsid; do\n"
	"\t\tcommand -v $tool >/dev/null || fail \"$tool is not installed\"\n"
	"\tdone\n"
	"\tif [ -s \"$d/new.qos\" ]; then\n"
	"\t\tcommand -v dcb >/dev/null || fail \"dcb is not installed: it comes with iproute2\"\n"
	"\t\tbad=$(no_dcb)\n"
	"\t\t[ -z \"$bad\" ] ||\n"
	"\t\t\tfail \"no DCB on$bad: RoCE needs a switching chip that Linux drives\"\n"
	"\tfi\n"
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
	"# What a start runs: the kernel forgets.\n"
	"unit=/etc/systemd/system/msctl-qos.service\n"
	"wants=/etc/systemd/system/multi-user.target.wants\n"
	"persist_qos() {\n"
	"\tif [ ! -s \"$d/boot.qos\" ]; then\n"
	"\t\t[ ! -e " QOS_FILE " ] || rm -f " QOS_FILE " $unit $wants/${unit##*/}\n"
	"\t\treturn\n"
	"\tfi\n"
	"\tcmp -s \"$d/boot.qos\" " QOS_FILE " || {\n"
	"\t\tcp \"$d/boot.qos\" " QOS_FILE ".new && chmod 755 " QOS_FILE ".new &&\n"
	"\t\t\tmv " QOS_FILE ".new " QOS_FILE " || return 1\n"
	"\t}\n"
	"\t[ -e $unit ] && [ -e $wants/${unit##*/} ] && return\n"
	"\tmkdir -p $wants && cat > $unit <<-END && ln -sf $unit $wants/ && chmod 644 $unit\n"
	"\t\t[Unit]\n"
	"\t\tDescription=RoCE on the ports of this switch, by msctl-switch\n"
	"\t\tAfter=networking.service\n"
	"\t\t[Service]\n"
	"\t\tType=oneshot\n"
	"\t\tRemainAfterExit=yes\n"
	"\t\tExecStart=/bin/sh " QOS_FILE "\n"
	"\t\t[Install]\n"
	"\t\tWantedBy=multi-user.target\n"
	"\tEND\n"
	"}\n"
	"persist() {\n"
	"\tcmp -s \"$d/new.interfaces\" /etc/network/interfaces || {\n"
	"\t\tcp \"$d/new.interfaces\" /etc/network/interfaces.msctl &&\n"
	"\t\t\tchmod 644 /etc/network/interfaces.msctl &&\n"
	"\t\t\tmv /etc/network/interfaces.msctl /etc/network/interfaces ||\n"
	"\t\t\tfail \"cannot write /etc/network/interfaces\"\n"
	"\t}\n"
	"\tpersist_qos || fail \"cannot write " QOS_FILE " or its unit\"\n"
	"\tvtysh -c 'write memory' >/dev/null || fail \"vtysh cannot write /etc/frr/frr.conf\"\n"
	"}\n"
	"logs=/var/log/frr/frr-reload.log\n";

int frr_stage(struct fabric_session *session, const char *id, const json_t *delta,
	      const json_t *target, struct ms_err *err)
{
	MS_AUTO_FREE char *routing = NULL, *interfaces = NULL;
	struct frr_qos_files qos = { 0 };
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
	if (!r)
		r = frr_qos_change(&session->dialect, running, target, &qos, err);
	const struct box_file files[] = {
		{ "platform", frr_platform },
		{ "new.frr.conf", routing },
		{ "new.interfaces", interfaces },
		{ "new.qos", qos.new },
		{ "old.qos", qos.old },
		{ "boot.qos", qos.boot },
		{ NULL, NULL },
	};

	if (!r)
		r = box_stage(session, id, files, err);
	frr_qos_files_release(&qos);
	return r;
}
