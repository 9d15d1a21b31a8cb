/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dcb(8) of iproute2 6.1 at a port of mlxsw. */
#include "sim/box/qos.h"

#define DSCP_MAX 63
/* IEEE_8021QAZ_APP_SEL_ETHERTYPE and _DSCP. */
enum { SELECT_ETHERTYPE = 1, SELECT_DSCP = 5 };

struct request {
	struct sim_box_shell *shell;
	struct sim_switch *sw;
	json_t *port;
	const char *const *word;     /* what follows the device */
	size_t n;
	bool statistics;
	const char *dev;
};

static void usage(struct request *q)
{
	sim_qos_fail(q->shell, 1, "What is \"%s\"?", q->n ? *q->word : "");
}

static void refused(struct request *q, int error)
{
	sim_qos_fail(q->shell, 1, "Attribute write: %s", strerror(error));
}

/* ---- KEY:VALUE... ---- */

struct mapping { const char *title, *key, *value; int64_t max_key, max_value; };

static bool number_of(struct request *q, const struct mapping *m, const char *text, int64_t *ret)
{
	bool on = false;

	if (m->max_value == 1 && !sim_qos_on_off(text, &on)) {
		sim_qos_fail(q->shell, 1,
			     "Error: argument of \"%s\" must be one of \"off\", \"on\", not \"%s\"",
			     m->value, text);
		return false;
	}
	*ret = on;
	return m->max_value == 1 || sim_qos_number(text, ret);
}

static bool within(struct request *q, const struct mapping *m, const char *what, int64_t number,
		   int64_t max)
{
	if (number <= max)
		return true;
	sim_qos_fail(q->shell, 1, "In %s:%s mapping, %s is expected to be 0..%lld", m->key,
		     m->value, what, (long long)max);
	return false;
}

/* One of them; `all` is -1. */
static bool pair_of(struct request *q, const struct mapping *m, const char *text, int64_t *ret_key,
		    int64_t *ret_value)
{
	char key[16];

	snprintf(key, sizeof(key), "%.*s", (int)strcspn(text, ":"), text);
	*ret_key = -1;
	if ((!strcmp(key, "all") || sim_qos_number(key, ret_key)) &&
	    number_of(q, m, strchr(text, ':') + 1, ret_value) &&
	    within(q, m, m->key, *ret_key, m->max_key) &&
	    within(q, m, m->value, *ret_value, m->max_value))
		return true;
	sim_qos_fail(q->shell, 1, "Invalid %smapping %s", m->title, key);
	return false;
}

/* As many as follow: each is given to `put`. */
static bool each_pair(struct request *q, const struct mapping *m, json_t *into,
		      void (*put)(json_t *into, int64_t key, int64_t value))
{
	int64_t key, value;

	for (; q->n && strchr(*q->word, ':'); q->word++, q->n--) {
		if (!pair_of(q, m, *q->word, &key, &value))
			return false;
		for (int64_t k = key < 0 ? 0 : key; k <= (key < 0 ? m->max_key : key); k++)
			put(into, k, value);
	}
	return true;
}

static void put_boolean(json_t *into, int64_t key, int64_t value)
{
	json_array_set_new(into, (size_t)key, json_boolean(value));
}

static void put_integer(json_t *into, int64_t key, int64_t value)
{
	json_array_set_new(into, (size_t)key, json_integer(value));
}

/* Is that what follows?  Then it is behind. */
static bool takes(struct request *q, const char *word)
{
	if (!q->n || strcmp(*q->word, word))
		return false;
	q->word++;
	q->n--;
	return true;
}

/* ---- dcb pfc ---- */

static bool any(const json_t *booleans)
{
	const json_t *one;
	size_t i;

	json_array_foreach(booleans, i, one)
		if (json_is_true(one))
			return true;
	return false;
}

static json_t *counted(const struct request *q, const char *name)
{
	json_t *list = json_array();
	char port[64];

	if (sim_port_abstract(q->sw, q->dev, port, sizeof(port)))
		for (unsigned p = 0; p < SIM_QOS_PRIORITIES; p++)
			json_array_append_new(list, json_integer(sim_counter(q->sw->counters, port,
									     name, p)));
	return list;
}

static json_t *pfc_show(struct request *q)
{
	json_t *said = json_pack("{s:i, s:b, s:i, s:O}", "pfc_cap", 8, "macsec_bypass", 0, "delay",
				 0, "prio_pfc", json_object_get(q->port, "pfc"));

	if (q->statistics) {
		json_object_set_new(said, "requests", counted(q, "tx_prio%u_pause"));
		json_object_set_new(said, "indications", counted(q, "rx_prio%u_pause"));
	}
	return said;
}

static void pfc_set(struct request *q)
{
	static const struct mapping mapping = { "pfc ", "PRIO", "PFC", 7, 1 };
	json_auto_t *mask = json_deep_copy(json_object_get(q->port, "pfc"));

	while (q->n) {
		if (!takes(q, "prio-pfc")) {
			usage(q);
			return;
		}
		if (!each_pair(q, &mapping, mask, put_boolean))
			return;
	}
	if (any(mask) && (json_is_true(json_object_get(q->port, "rx")) ||
			  json_is_true(json_object_get(q->port, "tx"))))
		return; /* EINVAL, which nobody is told of */
	json_object_set(q->port, "pfc", mask);
}

/* ---- dcb buffer ---- */

/* Only with a root qdisc that it has in hardware does mlxsw leave buffers to others. */
static bool is_left_to_others(const struct request *q)
{
	return ms_int(q->port, "/root/bands", 9) <= 8;
}

static int64_t cells(const struct request *q, int64_t octets)
{
	int64_t cell = sim_qos_cell(q->sw);

	return (octets + cell - 1) / cell * cell;
}

static bool is_used(const json_t *map, size_t buffer)
{
	const json_t *one;
	size_t i;

	json_array_foreach(map, i, one)
		if (json_integer_value(one) == (json_int_t)buffer)
			return true;
	return false;
}

/* mlxsw_sp_hdroom_bufs_reset_sizes(): a buffer that is used has two frames at least; what mlxsw
 * sizes by itself has a third where it must not lose any.  There is one more for control traffic.
 */
static json_t *buffer_show(struct request *q)
{
	int64_t frame = cells(q, sim_box_kind_of(q->sw)->mtu(q->sw, q->dev)),
		total = cells(q, 10000);
	bool ours = is_left_to_others(q);
	json_auto_t *own = json_pack("[i,i,i,i,i,i,i,i]", 0, 0, 0, 0, 0, 0, 0, 0);
	json_t *map = ours ? json_object_get(q->port, "map") : own, *sizes = json_array();

	for (size_t i = 0; i < SIM_QOS_PRIORITIES; i++) {
		int64_t least = is_used(map, i) ? 2 * frame : 0,
			size = json_integer_value(
				json_array_get(json_object_get(q->port, "sizes"), i));

		if (!ours)
			size = least && any(json_object_get(q->port, "pfc")) ? 3 * frame : least;
		size = size < least ? least : size;
		json_array_append_new(sizes, json_integer(size));
		total += size;
	}
	return json_pack("{s:O, s:o, s:I}", "prio_buffer", map, "buffer_size", sizes, "total_size",
			 (json_int_t)total);
}

static void buffer_set(struct request *q)
{
	static const struct mapping buffers = { "priority ", "PRIO", "BUFFER", 7, 7 },
				    octets = { "buffer size ", "BUFFER", "INTEGER", 7, UINT32_MAX };
	json_auto_t *now = buffer_show(q),
		    *map = json_deep_copy(json_object_get(now, "prio_buffer")),
		    *sizes = json_deep_copy(json_object_get(now, "buffer_size"));

	while (q->n) {
		bool good = takes(q, "prio-buffer")   ? each_pair(q, &buffers, map, put_integer)
			    : takes(q, "buffer-size") ? each_pair(q, &octets, sizes, put_integer)
						      : (usage(q), false);

		if (!good)
			return;
	}
	if (!is_left_to_others(q))
		return; /* EINVAL, which nobody is told of */
	for (size_t i = 0; i < SIM_QOS_PRIORITIES; i++)
		put_integer(sizes, (int64_t)i,
			    cells(q, json_integer_value(json_array_get(sizes, i))));
	json_object_set(q->port, "map", map);
	json_object_set(q->port, "sizes", sizes);
}

/* ---- dcb app ---- */

static json_t *app(int selector, int64_t protocol, int64_t priority)
{
	return json_pack("[i,I,I]", selector, (json_int_t)protocol, (json_int_t)priority);
}

static json_int_t app_part(const json_t *row, size_t i)
{
	return json_integer_value(json_array_get(row, i));
}

static void put_dscp(json_t *into, int64_t dscp, int64_t priority)
{
	json_array_append_new(into, app(SELECT_DSCP, dscp, priority));
}

static json_t *app_list(const struct request *q)
{
	return json_object_get(q->port, "app");
}

/* Its place, or the number of all. */
static size_t app_find(const json_t *apps, const json_t *wanted)
{
	size_t i = 0;

	while (i < json_array_size(apps) && !json_equal(json_array_get(apps, i), wanted))
		i++;
	return i;
}

static int app_add(json_t *apps, const json_t *row)
{
	size_t at = 0;

	if (app_find(apps, row) < json_array_size(apps))
		return EEXIST;
	if (app_part(row, 2) >= SIM_QOS_PRIORITIES)
		return EINVAL;
	while (at < json_array_size(apps) &&
	       app_part(json_array_get(apps, at), 1) * 8 + app_part(json_array_get(apps, at), 2) <
		       app_part(row, 1) * 8 + app_part(row, 2))
		at++;
	json_array_insert(apps, at, (json_t *)row);
	return 0;
}

static int app_delete(json_t *apps, const json_t *row)
{
	size_t at = app_find(apps, row);

	if (at == json_array_size(apps))
		return ENOENT;
	json_array_remove(apps, at);
	return 0;
}

/* The entries that are named; NULL when they are not understood. */
static json_t *app_named(struct request *q)
{
	static const struct mapping mapping = { "", "DSCP", "PRIO", DSCP_MAX, 7 };
	json_auto_t *list = json_array();
	int64_t priority;

	while (q->n) {
		if (takes(q, "dscp-prio")) {
			if (!each_pair(q, &mapping, list, put_dscp))
				return NULL;
		} else if (takes(q, "default-prio")) {
			for (; q->n && sim_qos_number(*q->word, &priority); q->word++, q->n--)
				json_array_append_new(list, app(SELECT_ETHERTYPE, 0, priority));
		} else {
			usage(q);
			return NULL;
		}
	}
	return json_incref(list);
}

/* One after the other: what was done before one fails is done. */
static void app_change(struct request *q, int (*change)(json_t *apps, const json_t *row))
{
	json_auto_t *named = app_named(q);
	const json_t *row;
	int error = 0;
	size_t i;

	json_array_foreach(named, i, row)
		if (!error)
			error = change(app_list(q), row);
	if (error)
		refused(q, error);
}

static void app_set(struct request *q)
{
	app_change(q, app_add);
}

static void app_del(struct request *q)
{
	app_change(q, app_delete);
}

/* Others of the same selector and protocol go. */
static void app_replace(struct request *q)
{
	json_auto_t *named = app_named(q);
	const json_t *row;
	size_t i;

	json_array_foreach(named, i, row) {
		for (size_t k = json_array_size(app_list(q)); k--;) {
			const json_t *old = json_array_get(app_list(q), k);

			if (app_part(old, 0) == app_part(row, 0) &&
			    app_part(old, 1) == app_part(row, 1) && app_find(named, old) ==
				    json_array_size(named))
				json_array_remove(app_list(q), k);
		}
		app_add(app_list(q), row);
	}
}

static void app_flush(struct request *q)
{
	int selector = takes(q, "default-prio") ? SELECT_ETHERTYPE
		       : takes(q, "dscp-prio")	? SELECT_DSCP
						: 0;

	if (q->n) {
		usage(q);
		return;
	}
	for (size_t k = json_array_size(app_list(q)); k--;)
		if (!selector || app_part(json_array_get(app_list(q), k), 0) == selector)
			json_array_remove(app_list(q), k);
}

static json_t *app_show(struct request *q)
{
	json_auto_t *all = json_array(), *dscp = json_array();
	json_t *said = json_object();
	const json_t *row;
	size_t i;

	json_array_foreach(app_list(q), i, row) {
		if (app_part(row, 0) == SELECT_DSCP)
			json_array_append_new(dscp, json_pack("[I,I]", app_part(row, 1),
							      app_part(row, 2)));
		else
			json_array_append_new(all, json_integer(app_part(row, 2)));
	}
	if (json_array_size(all))
		json_object_set(said, "default_prio", all);
	if (json_array_size(dscp))
		json_object_set(said, "dscp_prio", dscp);
	return said;
}

/* ---- dcb [OPTION]... OBJECT COMMAND dev DEVICE ... ---- */

static const struct command {
	const char *object, *command;
	json_t *(*show)(struct request *);
	void (*change)(struct request *);
	bool writes;                 /* before it reads anything */
} commands[] = {
	{ "pfc", "show", pfc_show, NULL, false },
	{ "pfc", "set", NULL, pfc_set, false },
	{ "buffer", "show", buffer_show, NULL, false },
	{ "buffer", "set", NULL, buffer_set, false },
	{ "app", "show", app_show, NULL, false },
	{ "app", "add", NULL, app_set, true },
	{ "app", "del", NULL, app_del, true },
	{ "app", "replace", NULL, app_replace, false },
	{ "app", "flush", NULL, app_flush, false },
};

static const struct command *command_of(const char *const *word, size_t n)
{
	for (size_t i = 0; n >= 4 && !strcmp(word[2], "dev") && i < MS_ARRAY_SIZE(commands); i++)
		if (!strcmp(commands[i].object, word[0]) && !strcmp(commands[i].command, word[1]))
			return &commands[i];
	return NULL;
}

static void act(struct request *q, const struct command *c)
{
	bool there = sim_qos_is_device(q->sw, q->dev);

	q->port = sim_qos_has_dcb(q->sw) ? sim_qos_port(q->sw, q->dev) : NULL;
	if (!q->port) {
		sim_qos_fail(q->shell, 1, "Attribute %s: %s", c->writes ? "write" : "read",
			     strerror(there ? EOPNOTSUPP : ENODEV));
		if (c->show)
			ms_buf_puts(q->shell->out, "\n");
	} else if (c->show) {
		json_auto_t *said = c->show(q);

		sim_qos_say(q->shell, said);
	} else {
		c->change(q);
	}
}

/* What it shows it shows as JSON here, whether -j is said or not. */
void sim_dcb(struct sim_box_shell *shell, const char *const *word, size_t n)
{
	struct request q = { .shell = shell, .sw = shell->sw };
	const struct command *c;

	for (; n && **word == '-'; word++, n--) {
		if (!strcmp(*word, "-V")) {
			ms_buf_puts(shell->out, "dcb utility, iproute2-6.1.0\n");
			return;
		}
		q.statistics |= strchr(*word, 's') != NULL;
	}
	c = command_of(word, n);
	if (!c) {
		sim_qos_fail(shell, 1, "Object \"%s\" is unknown", n ? *word : "");
		return;
	}
	q.dev = word[3];
	q.word = word + 4;
	q.n = n - 4;
	act(&q, c);
}
