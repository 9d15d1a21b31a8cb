/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SONiC over ssh: what it is, what it runs, and what is put there for a change. */
#include <errno.h>
#include "fabric/box/box.h"
#include "fabric/frr/frr.h"
#include "fabric/sonic/sonic.h"

static int running_db(struct fabric_session *session, json_t **ret_db, struct ms_err *err)
{
	MS_AUTO_FREE char *out = NULL;
	int r = box_run(session, "sonic-cfggen -d --print-data", NULL, 120, &out, NULL, err);

	if (r)
		return r;
	r = ms_json_decode(out, strlen(out), ret_db, NULL, err);
	if (!r && !json_is_object(*ret_db)) {
		json_decref(*ret_db);
		r = ms_fail(err, -EBADMSG, MS_INVALID, "%s: CONFIG_DB is no object",
			    ms_name(session->sw));
	}
	return r;
}

/* ---- what it is ---- */

struct panel_port { long index, number; const char *name; };

static int by_panel(const void *a, const void *b)
{
	const struct panel_port *x = a, *y = b;

	return x->index != y->index ? (x->index > y->index) - (x->index < y->index)
				    : (x->number > y->number) - (x->number < y->number);
}

/*
 * The PORT table says which port of the front panel each name is (`index`); several of one are its
 * parts.  Some platforms, and the virtual switch, count from 0.
 */
static size_t panel(const json_t *table, struct panel_port *ports, size_t max)
{
	const char *name;
	size_t n = 0;
	json_t *row;

	json_object_foreach((json_t *)table, name, row) {
		const char *number = name + strlen("Ethernet"),
			   *index = json_string_value(json_object_get(row, "index"));

		/* "Ethernet-Rec0" leads to no port. */
		if (!index || !ms_starts(name, "Ethernet") || *number < '0' || *number > '9' ||
		    n == max)
			continue;
		ports[n++] = (struct panel_port){ strtol(index, NULL, 10), strtol(number, NULL, 10),
						  name };
	}
	qsort(ports, n, sizeof *ports, by_panel);
	for (size_t i = n; i-- > 0 && !ports[0].index;)
		ports[i].index++;
	return n;
}

static json_t *names_of(const json_t *db)
{
	struct panel_port ports[1024];
	size_t n = panel(json_object_get(db, "PORT"), ports, MS_ARRAY_SIZE(ports)), i, part = 0;
	json_t *names = json_object();
	char name[32];

	for (i = 0; i < n; i++) {
		bool same = i && ports[i - 1].index == ports[i].index;
		bool parts = same || (i + 1 < n && ports[i + 1].index == ports[i].index);

		part = same ? part + 1 : 1;
		if (parts)
			snprintf(name, sizeof name, "%ld/%zu", ports[i].index, part);
		else
			snprintf(name, sizeof name, "%ld", ports[i].index);
		json_object_set_new(names, name, json_string(ports[i].name));
	}
	return names;
}

/* build_version: 'SONiC.202405.1-0a1b2c3' */
static void add_version(json_t *facts, const char *text)
{
	const char *at = strstr(text, "build_version:");
	size_t len;

	if (!at)
		return;
	at += strlen("build_version:");
	at += strspn(at, " '\"");
	if (ms_starts(at, "SONiC"))
		at += strlen("SONiC") + strspn(at + strlen("SONiC"), ".-OS");
	len = strcspn(at, "'\"\n");
	if (len)
		json_object_set_new(facts, "version", json_stringn(at, len));
}

static void add_line(json_t *facts, const char *key, const char *text)
{
	size_t len = strcspn(text, "\r\n");

	if (len)
		json_object_set_new(facts, key, json_stringn(text, len));
}

int sonic_probe(struct fabric_session *session, json_t **ret_facts, struct ms_err *err)
{
	MS_AUTO_FREE char *version = NULL, *serial = NULL, *mac = NULL;
	json_auto_t *db = NULL, *facts = json_object();
	int status, r = facts ? 0 : ms_nomem(err);
	const json_t *box;

	if (!r)
		r = box_run(session, "cat /etc/sonic/sonic_version.yml", NULL, 60, &version,
			    &status, err);
	if (!r)
		r = box_run(session, "decode-syseeprom -s", NULL, 60, &serial, &status, err);
	if (!r && status)
		*serial = 0;
	if (!r)
		r = box_run(session, "decode-syseeprom -m", NULL, 60, &mac, &status, err);
	if (!r && status)
		*mac = 0;
	if (!r)
		r = running_db(session, &db, err);
	if (r)
		return r;
	box = ms_at(db, "/DEVICE_METADATA/localhost");
	add_version(facts, version);
	add_line(facts, "serialNumber", serial);
	add_line(facts, "macAddress", *mac ? mac : ms_str(box, "/mac", ""));
	add_line(facts, "hostname", ms_str(box, "/hostname", ""));
	add_line(facts, "model", ms_str(box, "/hwsku", ""));
	json_object_set_new(facts, "names", names_of(db));
	*ret_facts = ms_take(facts);
	return 0;
}

/* ---- what it runs ---- */

int sonic_read(struct fabric_session *session, json_t **ret_native, struct ms_err *err)
{
	MS_AUTO_FREE char *routing = NULL;
	json_auto_t *db = NULL;
	int r = running_db(session, &db, err);

	if (!r)
		r = box_run(session, "vtysh -c \"show running-config\"", NULL, 60, &routing, NULL,
			    err);
	if (r)
		return r;
	*ret_native = json_pack("{s:O,s:s}", "config_db", db, "frr.conf", routing);
	return *ret_native ? 0
			   : ms_fail(err, -EBADMSG, MS_INVALID,
				     "%s: the configuration is not UTF-8", ms_name(session->sw));
}

static int read_saved(struct fabric_session *session, const struct fabric_dialect *dialect,
		      json_t *status, struct ms_err *err)
{
	MS_AUTO_FREE char *text = NULL;
	json_auto_t *running = NULL, *saved = NULL, *one = NULL, *other = NULL, *native = NULL;
	struct ms_err odd = MS_ERR_INIT;
	int rc, r = sonic_read(session, &running, err);

	if (!r)
		r = box_run(session, "cat /etc/sonic/config_db.json", NULL, 60, &text, &rc, err);
	if (r)
		return r;
	if (rc || ms_json_decode(text, strlen(text), &saved, NULL, &odd))
		return json_object_set_new(status, "saved", json_false()) ? ms_nomem(err) : 0;
	native = json_pack("{s:O,s:O}", "config_db", saved, "frr.conf",
			   json_object_get(running, "frr.conf"));
	r = sonic_parse(dialect, running, &one, NULL, err);
	if (!r)
		r = sonic_parse(dialect, native, &other, NULL, err);
	return r ? r
	       : json_object_set_new(status, "saved", json_boolean(json_equal(one, other)))
		       ? ms_nomem(err)
		       : 0;
}

int sonic_facts(struct fabric_session *session, const struct fabric_dialect *dialect,
		const char *const *only, json_t *status, struct ms_err *err)
{
	int r = box_facts(session, dialect, only, status, err);

	if (!r && fabric_wants(only, "config"))
		r = read_saved(session, dialect, status, err);
	return !r && fabric_wants(only, "counters") ? sonic_counters(session, dialect, status, err)
						    : r;
}

/* ---- a change ---- */

const char sonic_platform[] =
	"# SONiC: CONFIG_DB by its own checkpoints, routing by FRR in its container.\n"
	"patched() { [ \"$(cat \"$d/patch.json\")\" != '[]' ]; }\n"
	"routing() {\n"
	"\t[ -s \"$d/$1.frr\" ] || return 0\n"
	"\tdocker exec -i bgp sh -c \"cat > /tmp/$id.conf && vtysh ${2-} -f /tmp/$id.conf; "
	"rc=\\$?; rm -f /tmp/$id.conf; exit \\$rc\" \\\n"
	"\t\t< \"$d/$1.frr\" >&2\n"
	"}\n"
	"# What a patch may not do.\n"
	"direct() {\n"
	"\twhile read -r steps; do\n"
	"\t\tsonic-db-cli CONFIG_DB EVAL \"$(cat \"$d/direct.lua\")\" 0 \\\n"
	"\t\t\t\"$steps\" </dev/null >&2 || return 1\n"
	"\tdone < \"$d/$1.direct\"\n"
	"}\n"
	"forget() { config delete-checkpoint \"$id\" >/dev/null 2>&1; }\n"
	"validate() {\n"
	"\tfor tool in config docker flock setsid; do\n"
	"\t\tcommand -v $tool >/dev/null || fail \"$tool is not there: is this SONiC?\"\n"
	"\tdone\n"
	"\tif patched; then config apply-patch -d \"$d/patch.json\" >&2 || exit 1; fi\n"
	"\trouting new -C || exit 1\n"
	"}\n"
	"keep() { forget; config checkpoint \"$id\" >&2; }\n"
	"reload() {\n"
	"\tif [ \"$1\" = new ]; then\n"
	"\t\tdirect new || return 1\n"
	"\t\tif patched; then config apply-patch \"$d/patch.json\" >&2 || return 1; fi\n"
	"\t\trouting new\n"
	"\telse\n"
	"\t\trouting old\n"
	"\t\tdirect old\n"
	"\t\tconfig rollback \"$id\" >&2 && forget\n"
	"\tfi\n"
	"}\n"
	"persist() {\n"
	"\tconfig save -y >&2 || fail \"config save failed\"\n"
	"\tdocker exec bgp vtysh -c 'write memory' >&2 ||\n"
	"\t\tfail \"FRR cannot write its configuration\"\n"
	"\tforget\n"
	"}\n"
	"logs='/var/log/syslog'\n";

/* Lines that bring FRR from what runs to what is wanted, and back. */
static int routing_lines(const struct fabric_session *session, const char *running,
			 const char *target, char **ret_new, char **ret_old, struct ms_err *err)
{
	struct fabric_lines *now = NULL, *wanted = NULL;
	MS_AUTO_FREE char *merged = NULL;
	int r = frr_merge_routing(&session->dialect, running, target, &merged, err);

	if (!r)
		r = fabric_lines_parse(frr_without_header(running), &now, err);
	if (!r)
		r = fabric_lines_parse(merged, &wanted, err);
	if (!r)
		r = fabric_lines_delta(now, wanted, NULL, ret_new, err);
	if (!r)
		r = fabric_lines_delta(wanted, now, NULL, ret_old, err);
	fabric_lines_free(now);
	fabric_lines_free(wanted);
	return r;
}

/* Routing that is generated out of CONFIG_DB would be overwritten; ports are split by a command of
 * their own. */
static int check_mode(const struct fabric_session *session, const json_t *db, const json_t *delta,
		      struct ms_err *err)
{
	const char *mode = ms_str(db, "/DEVICE_METADATA/localhost/docker_routing_config_mode",
				  "separated");
	int r = 0;

	if (json_object_get(delta, "frr") && !ms_starts(mode, "split")) {
		r = ms_fail(
			err, -EOPNOTSUPP, MS_UNSUPPORTED,
			"routing is generated out of CONFIG_DB "
				"(docker_routing_config_mode is %.40s)",
			mode);
		ms_hint(err,
			"sonic-db-cli CONFIG_DB HSET 'DEVICE_METADATA|localhost' "
			"docker_routing_config_mode "
			"split; config save -y; systemctl restart bgp");
	} else if (ms_at(delta, "/config_db/BREAKOUT_CFG")) {
		r = ms_fail(err, -EOPNOTSUPP, MS_UNSUPPORTED,
			    "ports are to be split or joined, which a patch cannot do");
		ms_hint(err, "config interface breakout PORT MODE, on the switch");
	}
	if (r)
		ms_err_at(err, ms_name(session->sw), NULL);
	return r;
}

int sonic_stage(struct fabric_session *session, const char *id, const json_t *delta,
		const json_t *target, struct ms_err *err)
{
	MS_AUTO_FREE char *forth = NULL, *back = NULL, *text = NULL, *there = NULL, *again = NULL;
	json_auto_t *running = NULL, *patch = NULL, *merge = json_object_get(delta, "config_db")
			? json_deep_copy(json_object_get(delta, "config_db"))
			: json_object();
	int r = merge ? sonic_read(session, &running, err) : ms_nomem(err);

	if (!r)
		r = check_mode(session, json_object_get(running, "config_db"), delta, err);
	if (!r)
		r = sonic_qos_settle(json_object_get(running, "config_db"),
				     json_object_get(target, "config_db"), merge, err);
	if (!r)
		r = sonic_direct(json_object_get(running, "config_db"), merge, &there, &again, err);
	if (!r)
		r = sonic_patch(json_object_get(running, "config_db"), merge, &patch, err);
	if (!r && json_object_get(delta, "frr"))
		r = routing_lines(session, ms_str(running, "/frr.conf", ""),
				  json_string_value(json_object_get(target, "frr.conf")), &forth,
				  &back, err);
	if (!r) {
		text = ms_json_text(patch, MS_JSON_COMPACT);
		r = text ? 0 : ms_nomem(err);
	}
	const struct box_file files[] = {
		{ "platform", sonic_platform },
		{ "direct.lua", sonic_direct_script },
		{ "new.direct", there },
		{ "old.direct", again },
		{ "patch.json", text },
		{ "new.frr", forth ? forth : "" },
		{ "old.frr", back ? back : "" },
		{ NULL, NULL },
	};

	return r ? r : box_stage(session, id, files, err);
}
