/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes of ietf-interfaces:interfaces.  There is no candidate and no way back behind RESTCONF:
 * each request is lines of the command line that run at once, all of them or none.
 */
#include "sim/os10/restconf.h"
#include "sim/os10/os10.h"

static json_t *kids_of(const struct sim_req *req, const char *name)
{
	MS_AUTO_FREE char *header = ms_asprintf("interface %s", name);

	return header ? sim_cli_block(sim_os10_config(sim_switch_of(req->dev)), header) : NULL;
}

static void bad(struct sim_req *req, const char *tag, const char *what, const char *name)
{
	sim_restconf_fail(req, 400, tag, "%s: %s", what, name);
}

/* ---- members of an interface, as lines; false = that value it cannot have ---- */

static bool description(const char *name, const json_t *value, struct ms_buf *out)
{
	const char *text = json_string_value(value);

	(void)name;
	if (!text || !*text || strlen(text) > 240 || strpbrk(text, "\"\r\n\t"))
		return false;
	ms_buf_printf(out, strchr(text, ' ') ? "description \"%s\"\n" : "description %s\n", text);
	return true;
}

static bool enabled(const char *name, const json_t *value, struct ms_buf *out)
{
	(void)name;
	ms_buf_puts(out, json_is_true(value) ? "no shutdown\n" : "shutdown\n");
	return json_is_boolean(value);
}

static bool mtu(const char *name, const json_t *value, struct ms_buf *out)
{
	(void)name;
	ms_buf_printf(out, "mtu %lld\n", (long long)json_integer_value(value));
	return json_is_integer(value);
}

static bool mode(const char *name, const json_t *value, struct ms_buf *out)
{
	static const struct { const char *word, *line; } modes[] = {
		{ "MODE_L2", "switchport mode access\n" },
		{ "MODE_L2HYBRID", "switchport mode trunk\n" },
		{ "MODE_L2DISABLED", "no switchport\n" },
	};

	(void)name;
	for (size_t i = 0; i < MS_ARRAY_SIZE(modes); i++)
		if (ms_streq(json_string_value(value), modes[i].word)) {
			ms_buf_puts(out, modes[i].line);
			return true;
		}
	return false;
}

/* Lines of other interfaces, and back to this one. */
static bool members(const char *name, const json_t *ports, const char *line, struct ms_buf *out)
{
	json_t *port;
	size_t i;

	if (!json_is_array(ports) || !ms_starts(name, "vlan"))
		return false;
	json_array_foreach(ports, i, port) {
		const char *text = json_string_value(port);

		if (!text || !sim_os10_type(text) || strpbrk(text, " \r\n\t"))
			return false;
		ms_buf_printf(out, "exit\ninterface %s\n%s %s\n", text, line,
			      name + strlen("vlan"));
	}
	ms_buf_printf(out, "exit\ninterface %s\n", name);
	return true;
}

static bool untagged(const char *name, const json_t *value, struct ms_buf *out)
{
	return members(name, value, "switchport access vlan", out);
}

static bool tagged(const char *name, const json_t *value, struct ms_buf *out)
{
	return members(name, value, "switchport trunk allowed vlan", out);
}

static const struct member {
	const char *module, *name, *reset;
	bool (*lines)(const char *name, const json_t *value, struct ms_buf *out);
	bool replaced;                 /* by PUT: what is not said is reset */
} all_members[] = {
	{ "ietf-interfaces", "description", "no description", description, true },
	{ "ietf-interfaces", "enabled", "no shutdown", enabled, true },
	{ "dell-interface", "mtu", "no mtu", mtu, true },
	{ "dell-interface", "mode", "switchport mode access", mode, false },
	{ "dell-interface", "untagged-ports", NULL, untagged, false },
	{ "dell-interface", "tagged-ports", NULL, tagged, false },
};

/* "dell-interface:mtu", "mtu" */
static const struct member *member_of(const char *key)
{
	const char *colon = strchr(key, ':'), *name = colon ? colon + 1 : key;

	for (size_t i = 0; i < MS_ARRAY_SIZE(all_members); i++) {
		const struct member *m = &all_members[i];
		size_t len = strlen(m->module);

		if (!strcmp(name, m->name) &&
		    (!colon || (!strncmp(key, m->module, len) && key[len] == ':')))
			return m;
	}
	return NULL;
}

/* ---- lines ---- */

static void run(struct sim_req *req, const struct ms_buf *lines, unsigned status)
{
	struct sim_switch *sw = sim_switch_of(req->dev);
	MS_AUTO_FREE char *text = ms_asprintf("configure terminal\n%s\nend\n",
					      lines->data ? lines->data : "");
	json_auto_t *before = json_deep_copy(sw->state);
	MS_AUTO_BUF struct ms_buf out = { 0 };
	const char *why;

	if (json_object_get(sw->state, "lock")) {
		sim_restconf_fail(req, 409, "lock-denied",
				  "Configuration is locked by another session.");
		return;
	}
	req->reply.status = status;
	if (!text || !before || !sim_os10_batch(sw, text, &out))
		return;
	why = out.data && ms_starts(out.data, "% Error: ") ? out.data + 9 : "Illegal parameter.";
	sim_restconf_fail(req, 400, "invalid-value", "%.*s", (int)strcspn(why, "\n"), why);
	json_object_update(sw->state, before);
	if (!json_object_get(before, "candidate"))
		json_object_del(sw->state, "candidate");
	sim_switch_changed(sw);
}

static bool add_member(struct sim_req *req, const char *name, const char *key, const json_t *value,
		       struct ms_buf *lines)
{
	const struct member *m = member_of(key);

	if (!m)
		bad(req, "unknown-element", "not a member that can be written", key);
	else if (!m->lines(name, value, lines))
		bad(req, "invalid-value", "not a value of", key);
	else
		return true;
	return false;
}

/* Of an entry of the list: name and type, and is it there already? */
static bool check_row(struct sim_req *req, const json_t *row, const char *wanted,
		      const char **ret_name)
{
	const char *name = ms_str(row, "/name", wanted), *type = ms_str(row, "/type", NULL),
		   *right = name ? sim_os10_type(name) : NULL;

	if (!json_is_object(row) || !name)
		bad(req, "missing-element", "interface", "name");
	else if (!right || strpbrk(name, " \r\n\t"))
		bad(req, "invalid-value", "not the name of an interface", name);
	else if (wanted && strcmp(name, wanted))
		bad(req, "invalid-value", "not the name in the path", name);
	else if (!type && !kids_of(req, name))
		bad(req, "missing-element", name, "type");
	else if (type && strcmp(type, right))
		bad(req, "invalid-value", "not the type of this interface", type);
	else
		*ret_name = name;
	return *ret_name;
}

static bool add_row(struct sim_req *req, const json_t *row, const char *wanted, bool replaces,
		    struct ms_buf *lines)
{
	const char *key, *name = NULL;
	json_t *value;

	if (!check_row(req, row, wanted, &name))
		return false;
	ms_buf_printf(lines, "interface %s\n", name);
	for (size_t i = 0; replaces && i < MS_ARRAY_SIZE(all_members); i++)
		if (all_members[i].replaced)
			ms_buf_printf(lines, "%s\n", all_members[i].reset);
	json_object_foreach((json_t *)row, key, value)
		if (strcmp(key, "name") && strcmp(key, "type") &&
		    !add_member(req, name, key, value, lines))
			return false;
	ms_buf_puts(lines, "exit\n");
	return true;
}

/* ---- what is written to ---- */

/* "interface" of the body, one row or as many as there are. */
static const json_t *rows_of(struct sim_req *req, const json_t *body, bool one)
{
	static const struct sim_restconf_step step = { "ietf-interfaces", "interface", NULL };
	const char *key;
	json_t *rows;

	if (sim_restconf_member(body, &step, &key, &rows) && json_is_array(rows) &&
	    json_object_size(body) == 1 && (!one || json_array_size(rows) == 1))
		return rows;
	sim_restconf_fail(req, 400, "malformed-message", "%s is wanted",
			  one ? "{\"ietf-interfaces:interface\": [one]}"
			      : "{\"ietf-interfaces:interfaces\": {\"interface\": [...]}}");
	return NULL;
}

static void patch_all(struct sim_req *req)
{
	static const struct sim_restconf_step step = { "ietf-interfaces", "interfaces", NULL };
	MS_AUTO_BUF struct ms_buf lines = { 0 };
	const json_t *rows;
	json_t *body = NULL, *row;
	const char *key;
	size_t i;

	sim_restconf_member(req->json, &step, &key, &body);
	rows = rows_of(req, body, false);
	json_array_foreach(rows, i, row)
		if (!add_row(req, row, NULL, false, &lines))
			return;
	if (rows)
		run(req, &lines, 204);
}

/* The key of a list, as a step of a path. */
static void set_location(struct sim_req *req, const char *name)
{
	size_t len = (size_t)snprintf(req->reply.location, sizeof(req->reply.location),
				      SIM_RESTCONF_DATA "/ietf-interfaces:interfaces/interface=");

	for (; *name && len + 4 < sizeof(req->reply.location); name++)
		len += (size_t)snprintf(req->reply.location + len, 4,
					strchr("/:", *name) ? "%%%02X" : "%c", *name);
}

static void create(struct sim_req *req)
{
	const json_t *rows = rows_of(req, req->json, true);
	MS_AUTO_BUF struct ms_buf lines = { 0 };
	const char *name = ms_str(json_array_get(rows, 0), "/name", "");

	if (!rows)
		return;
	if (kids_of(req, name)) {
		sim_restconf_fail(req, 409, "data-exists", "%s is there already", name);
		return;
	}
	if (!add_row(req, json_array_get(rows, 0), NULL, false, &lines))
		return;
	run(req, &lines, 201);
	if (req->reply.status == 201)
		set_location(req, name);
}

static void change_one(struct sim_req *req, const char *name, bool replaces)
{
	const json_t *rows = rows_of(req, req->json, true);
	MS_AUTO_BUF struct ms_buf lines = { 0 };
	bool there = kids_of(req, name);

	if (!rows)
		return;
	if (!there && !replaces)
		sim_restconf_fail(req, 404, "invalid-value", "Resource not found");
	else if (add_row(req, json_array_get(rows, 0), name, replaces, &lines))
		run(req, &lines, there ? 204 : 201);
}

static void write_one(struct sim_req *req, const char *name)
{
	MS_AUTO_BUF struct ms_buf lines = { 0 };

	if (strcmp(req->method, "DELETE")) {
		change_one(req, name, !strcmp(req->method, "PUT"));
	} else if (kids_of(req, name)) {
		ms_buf_printf(&lines, "no interface %s\n", name);
		run(req, &lines, 204);
	} else {
		sim_restconf_fail(req, 404, "invalid-value", "Resource not found");
	}
}

/* Of a list of ports one, which has to be there. */
static bool drop_port(const char *name, const struct member *m, const char *port,
		      struct ms_buf *lines)
{
	bool tag = m->lines == tagged;

	if (m->reset || !port || strpbrk(port, " \r\n\t"))
		return false;
	ms_buf_printf(lines, "exit\ninterface %s\nno switchport %s %s\n", port,
		      tag ? "trunk allowed vlan" : "access vlan", tag ? name + strlen("vlan") : "");
	return true;
}

static void write_leaf(struct sim_req *req, const char *name, const struct sim_restconf_step *leaf)
{
	const struct member *m = member_of(leaf->name);
	MS_AUTO_BUF struct ms_buf lines = { 0 };
	const char *key;
	json_t *value;

	ms_buf_printf(&lines, "interface %s\n", name);
	if (!m || !kids_of(req, name)) {
		sim_restconf_fail(req, 404, "invalid-value", "Resource not found");
	} else if (!strcmp(req->method, "DELETE")) {
		if (m->reset && !leaf->key)
			ms_buf_printf(&lines, "%s\n", m->reset);
		else if (!drop_port(name, m, leaf->key, &lines))
			return bad(req, "missing-element", leaf->name, "key");
		run(req, &lines, 204);
	} else if (json_object_size(req->json) != 1 ||
		   !sim_restconf_member(req->json, leaf, &key, &value)) {
		sim_restconf_fail(req, 400, "malformed-message", "{\"%s:%s\": VALUE} is wanted",
				  m->module, m->name);
	} else if (add_member(req, name, key, value, &lines)) {
		run(req, &lines, 204);
	}
}

void sim_os10_write(struct sim_req *req, const struct sim_restconf_path *path)
{
	/* interface=NAME, or interface/NAME */
	bool listed = path->n > 1 && !strcmp(path->step[1].name, "interface"),
	     bare = listed && !path->step[1].key && path->n > 2;
	const char *name = bare ? path->step[2].name : listed ? path->step[1].key : NULL;
	size_t left = path->n - (bare ? 3 : path->n > 1 ? 2 : 1);
	bool post = !strcmp(req->method, "POST"), patch = !strcmp(req->method, "PATCH");

	if (strcmp(path->step[0].name, "interfaces") || (path->n == 1 && !post && !patch) ||
	    (path->n > 1 && post))
		sim_restconf_fail(req, 405, "operation-not-supported",
				  "%s is not for this resource", req->method);
	else if (path->n == 1 && post)
		create(req);
	else if (path->n == 1)
		patch_all(req);
	else if (!name || left > 1)
		sim_restconf_fail(req, 404, "invalid-value", "Resource not found");
	else if (!left)
		write_one(req, name);
	else
		write_leaf(req, name, &path->step[path->n - 1]);
	if (req->reply.status == 405)
		snprintf(req->reply.allow, sizeof(req->reply.allow), "GET, HEAD, OPTIONS%s",
			 path->n == 1 ? ", POST, PATCH" : ", PUT, PATCH, DELETE");
}
