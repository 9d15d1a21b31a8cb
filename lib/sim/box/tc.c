/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tc(8) of iproute2 6.1: the queueing disciplines ets, and red below it. */
#include "sim/box/qos.h"

#define QUANTUM_MIN 256
#define QUANTUM_MAX (1 << 20)
#define QUANTUM_DEFAULT 1514
#define BANDS_MAX 16
#define PRIORITIES 16
#define NOBODY_CAN 2

void sim_tc_refuse(struct sim_tc *q, const char *text)
{
	sim_qos_fail(q->shell, NOBODY_CAN, "Error: %s", text);
}

json_t *sim_tc_root(const struct sim_tc *q)
{
	return json_object_get(q->port, "root");
}

unsigned sim_tc_handle(const json_t *qdisc)
{
	return (unsigned)ms_int(qdisc, "/handle", 0);
}

/* ---- ets ---- */

/* Numbers that follow. */
static json_t *numbers(struct sim_tc *q)
{
	json_t *list = json_array();
	int64_t number;

	for (; q->n && sim_qos_number(*q->word, &number); q->word++, q->n--)
		json_array_append_new(list, json_integer(number));
	return list;
}

struct ets { int64_t bands, strict; json_t *quanta, *priomap; };

static void ets_release(struct ets *ets)
{
	json_decref(ets->quanta);
	json_decref(ets->priomap);
}

static bool ets_word(struct sim_tc *q, struct ets *ets)
{
	const char *word = *q->word;
	json_t **list = !strcmp(word, "quanta")	   ? &ets->quanta
			: !strcmp(word, "priomap") ? &ets->priomap
						   : NULL;
	int64_t *number = !strcmp(word, "bands")    ? &ets->bands
			  : !strcmp(word, "strict") ? &ets->strict
						    : NULL;

	q->word++;
	q->n--;
	if (list) {
		json_decref(*list);
		*list = numbers(q);
		return true;
	}
	if (!number || !q->n || !sim_qos_number(*q->word, number)) {
		sim_qos_fail(q->shell, 1, "What is \"%s\"?", word);
		return false;
	}
	q->word++;
	q->n--;
	return true;
}

static bool ets_check(struct sim_tc *q, struct ets *ets)
{
	size_t quanta = json_array_size(ets->quanta), i;
	const json_t *one;

	if (!ets->bands)
		ets->bands = ets->strict + (int64_t)quanta;
	if (ets->bands < 1 || ets->bands > BANDS_MAX)
		sim_qos_fail(q->shell, 1, "\"%s\" must be 1..16", "bands");
	else if (ets->strict + (int64_t)quanta > ets->bands)
		sim_qos_fail(q->shell, 1, "%s",
			     "Not enough total bands to cover all the strict bands and quanta");
	else if (json_array_size(ets->priomap) > PRIORITIES)
		sim_qos_fail(q->shell, 1, "\"%s\" index out of bounds", "priomap");
	json_array_foreach(ets->quanta, i, one)
		if (json_integer_value(one) == 0)
			sim_qos_fail(q->shell, 1, "\"%s\" must be > 0", "quanta");
	json_array_foreach(ets->priomap, i, one)
		if (json_integer_value(one) >= ets->bands)
			sim_qos_fail(q->shell, 1, "\"%s\" element is out of bounds", "priomap");
	return !q->shell->status;
}

/* As the kernel has it: quanta within bounds, and those that nobody gave; all sixteen priorities.
 */
static json_t *ets_make(const struct sim_tc *q, const struct ets *ets)
{
	json_t *quanta = json_array(), *priomap = json_array();

	for (int64_t i = 0; i < ets->bands - ets->strict; i++) {
		const json_t *given = json_array_get(ets->quanta, (size_t)i);
		json_int_t number = given ? json_integer_value(given) : QUANTUM_DEFAULT;

		json_array_append_new(quanta, json_integer(number < QUANTUM_MIN	  ? QUANTUM_MIN
							   : number > QUANTUM_MAX ? QUANTUM_MAX
										  : number));
	}
	for (size_t i = 0; i < PRIORITIES; i++) {
		const json_t *given = json_array_get(ets->priomap, i);

		json_array_append_new(priomap, json_integer(given ? json_integer_value(given)
								  : ets->bands - 1));
	}
	return json_pack("{s:i, s:I, s:I, s:o, s:o}", "handle", (int)q->handle, "bands",
			 (json_int_t)ets->bands, "strict", (json_int_t)ets->strict, "quanta",
			 quanta, "priomap", priomap);
}

/* With the handle that is there it is changed, and what is below stays; else all is new. */
static void ets_put(struct sim_tc *q, json_t *root)
{
	json_t *below = json_object_get(q->port, "red"), *red;
	bool same = sim_tc_handle(root) == sim_tc_handle(sim_tc_root(q));
	const char *band;
	void *next;

	json_object_foreach_safe(below, next, band, red)
		if (!same || strtoll(band, NULL, 10) >= ms_int(root, "/bands", 0))
			json_object_del(below, band);
	json_object_set_new(q->port, "root", root);
}

static void ets(struct sim_tc *q)
{
	struct ets given = { .quanta = json_array(), .priomap = json_array() };
	bool good = true;

	while (good && q->n)
		good = ets_word(q, &given);
	good = good && ets_check(q, &given);
	if (good && !q->port)
		sim_qos_fail(q->shell, 1, "Cannot find device \"%s\"", q->dev);
	else if (good && q->parent)
		sim_tc_refuse(
			q, "Specified qdisc kind is unknown."); /* below another one: not played */
	else if (good && !strcmp(q->verb, "add") && sim_tc_root(q))
		sim_tc_refuse(q, "Exclusivity flag on, cannot modify.");
	else if (good)
		ets_put(q, ets_make(q, &given));
	ets_release(&given);
}

/* The class that parent says. */
bool sim_tc_class(struct sim_tc *q, const char *no_qdisc)
{
	if (!q->major || !sim_tc_root(q) || sim_tc_handle(sim_tc_root(q)) != q->major)
		sim_tc_refuse(q, no_qdisc);
	else if (!q->minor || q->minor > ms_int(sim_tc_root(q), "/bands", 0))
		sim_tc_refuse(q, "Specified class not found.");
	return !q->shell->status;
}

/* ---- tc qdisc del ---- */

static void delete(struct sim_tc *q)
{
	char band[16];

	snprintf(band, sizeof(band), "%u", q->minor - 1);
	if (!q->port)
		sim_qos_fail(q->shell, 1, "Cannot find device \"%s\"", q->dev);
	else if (q->parent && !sim_tc_class(q, "Failed to find qdisc with specified classid."))
		return;
	else if (q->parent ? json_object_del(json_object_get(q->port, "red"), band)
			   : json_object_del(q->port, "root"))
		sim_tc_refuse(q, "Cannot delete qdisc with handle of zero.");
	else if (!q->parent)
		json_object_clear(json_object_get(q->port, "red"));
}

/* ---- tc [-j] [-s] [-d] qdisc show [dev DEVICE] ---- */

struct show { struct sim_switch *sw; json_t *list; bool named, statistics, details; };

static json_t *row_of(const struct show *show, const char *kind, unsigned handle, const char *dev)
{
	json_t *row = json_pack("{s:s, s:o}", "kind", kind, "handle", json_sprintf("%x:", handle));

	if (!show->named)
		json_object_set_new(row, "dev", json_string(dev));
	json_array_append_new(show->list, row);
	return row;
}

static void put_statistics(const struct show *show, json_t *row, json_int_t dropped,
			   json_int_t over)
{
	json_auto_t *counted =
		json_pack("{s:i, s:i, s:I, s:I, s:i, s:i, s:i}", "bytes", 0, "packets", 0, "drops",
			  dropped, "overlimits", over, "requeues", 0, "backlog", 0, "qlen", 0);

	if (show->statistics)
		json_object_update(row, counted);
}

static void put_root(const struct show *show, const char *dev, const json_t *root)
{
	json_t *row = row_of(show, "ets", sim_tc_handle(root), dev),
	       *options = json_deep_copy(root);

	json_object_set_new(row, "root", json_true());
	json_object_set_new(row, "refcnt", json_integer(2));
	if (ms_int(root, "/bands", 0) <= 8 && sim_qos_has_dcb(show->sw))
		json_object_set_new(row, "offloaded", json_true());
	json_object_del(options, "handle");
	json_object_set_new(row, "options", options);
	put_statistics(show, row, 0, 0);
}

static void put_red(const struct show *show, const char *dev, unsigned major, unsigned band,
		    const json_t *red)
{
	json_t *row = row_of(show, "red", sim_tc_handle(red), dev),
	       *options = json_deep_copy(json_object_get(red, "options"));
	json_int_t marked = sim_qos_sum(show->sw, dev, 7 - band, "tx_prio%u_marked"),
		   dropped = sim_qos_sum(show->sw, dev, 7 - band, "tx_prio%u_discards");

	json_object_set_new(row, "parent", json_sprintf("%x:%x", major, band + 1));
	if (json_is_true(json_object_get(red, "offloaded")) && sim_qos_has_dcb(show->sw))
		json_object_set_new(row, "offloaded", json_true());
	for (size_t i = 0; !show->details && i < 3; i++)
		json_object_del(options, (const char *const[]){ "ewma", "probability",
								"Scell_log" }[i]);
	json_object_set_new(row, "options", options);
	put_statistics(show, row, dropped, marked);
	if (show->statistics) {
		json_object_set_new(row, "marked", json_integer(marked));
		json_object_set_new(row, "early", json_integer(0));
		json_object_set_new(row, "pdrop", json_integer(dropped));
		json_object_set_new(row, "other", json_integer(0));
	}
}

/* net.core.default_qdisc of systemd, or nothing where nothing queues. */
static void put_default(const struct show *show, const char *dev)
{
	bool queues = strcmp(dev, "lo");
	json_t *row = row_of(show, queues ? "fq_codel" : "noqueue", 0, dev);

	json_object_set_new(row, "root", json_true());
	json_object_set_new(row, "refcnt", json_integer(2));
	json_object_set_new(row, "options",
			    queues ? json_pack("{s:i, s:i, s:i, s:i, s:i, s:i, s:b, s:i}", "limit",
					       10240, "flows", 1024, "quantum", 1514, "target",
					       4999, "interval", 99999, "memory_limit", 33554432,
					       "ecn", 1, "drop_batch", 64)
				   : json_object());
	put_statistics(show, row, 0, 0);
}

static void put_device(const struct show *show, const char *dev)
{
	const json_t *port = json_object_get(json_object_get(show->sw->state, "qos"), dev),
		     *root = json_object_get(port, "root");
	json_t *below = json_object_get(port, "red"), *red;
	const char *band;

	if (!root) {
		put_default(show, dev);
		return;
	}
	put_root(show, dev, root);
	json_object_foreach(below, band, red)
		put_red(show, dev, sim_tc_handle(root), (unsigned)strtoul(band, NULL, 10), red);
}

/* A device that never was up has none yet. */
static bool is_up(struct sim_switch *sw, const char *native)
{
	char port[64];

	return !sw->platform->enabled || !sim_port_abstract(sw, native, port, sizeof(port)) ||
	       sw->platform->enabled(sw, port);
}

static void show_all(const struct show *show, const char *dev)
{
	json_auto_t *ports = sim_box_ports(show->sw);
	const json_t *port;
	size_t i;

	json_array_insert_new(ports, 0, json_string("lo"));
	json_array_insert_new(ports, 1, json_string("eth0"));
	json_array_foreach(ports, i, port) {
		const char *name = json_string_value(port);

		if ((!dev || !strcmp(dev, name)) &&
		    (json_object_get(json_object_get(json_object_get(show->sw->state, "qos"), name),
				     "root") ||
		     is_up(show->sw, name)))
			put_device(show, name);
	}
}

/* ---- tc ---- */

/* "1:5", "15:" */
static bool take_handle(const char *text, unsigned *ret_major, unsigned *ret_minor)
{
	int used = 0;

	*ret_minor = 0;
	return (sscanf(text, "%4x:%4x%n", ret_major, ret_minor, &used) == 2 && !text[used]) ||
	       (sscanf(text, "%4x:%n", ret_major, &used) == 1 && used && !text[used]);
}

/* What comes before the kind. */
static bool take_place(struct sim_tc *q)
{
	unsigned none;

	for (; q->n; q->word++, q->n--) {
		const char *word = *q->word, *value = q->n > 1 ? q->word[1] : "";

		if (!strcmp(word, "root")) {
			q->root = true;
			continue;
		}
		if (!strcmp(word, "dev"))
			q->dev = value;
		else if (!strcmp(word, "parent"))
			q->parent = take_handle(value, &q->major, &q->minor);
		else if (strcmp(word, "handle"))
			break;
		else if (!take_handle(value, &q->handle, &none))
			return false;
		q->word++;
		q->n -= q->n > 1;
	}
	if (q->n) {
		q->kind = *q->word++;
		q->n--;
	}
	return q->dev && q->root != q->parent;
}

static void change(struct sim_tc *q)
{
	if (!take_place(q)) {
		sim_qos_fail(q->shell, 1, "Command line is not complete. Try option \"help\"");
		return;
	}
	q->port = sim_qos_port(q->sw, q->dev);
	if (!strcmp(q->verb, "del"))
		delete(q);
	else if (ms_streq(q->kind, "ets"))
		ets(q);
	else if (ms_streq(q->kind, "red") && q->parent)
		sim_tc_red(q);
	else
		sim_tc_refuse(q, "Specified qdisc kind is unknown.");
}

/* What it shows it shows as JSON here, whether -j is said or not. */
void sim_tc(struct sim_box_shell *shell, const char *const *word, size_t n)
{
	struct sim_tc q = { .shell = shell, .sw = shell->sw };
	json_auto_t *list = json_array();
	struct show show = { .sw = shell->sw, .list = list };

	for (; n && **word == '-'; word++, n--) {
		show.statistics |= !strcmp(*word, "-s");
		show.details |= !strcmp(*word, "-d");
	}
	if (n < 2 || strcmp(*word, "qdisc")) {
		sim_qos_fail(shell, 1, "Object \"%s\" is unknown, try \"tc help\".",
			     n ? *word : "");
		return;
	}
	q.verb = word[1];
	q.word = word + 2;
	q.n = n - 2;
	if (!strcmp(q.verb, "replace") || !strcmp(q.verb, "add") || !strcmp(q.verb, "del")) {
		change(&q);
		return;
	}
	if (strcmp(q.verb, "show")) {
		sim_qos_fail(shell, 255, "Command \"%s\" is unknown, try \"tc qdisc help\".",
			     q.verb);
		return;
	}
	show.named = n == 4 && !strcmp(word[2], "dev");
	if (show.named && !sim_qos_is_device(shell->sw, word[3])) {
		sim_qos_fail(shell, 1, "Cannot find device \"%s\"", word[3]);
		return;
	}
	show_all(&show, show.named ? word[3] : NULL);
	sim_qos_say(shell, list);
}
