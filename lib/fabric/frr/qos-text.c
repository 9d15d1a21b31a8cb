/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * RoCE of ports as commands of dcb(8), tc(8) and ethtool(8): what is shown, what is run, and what a
 * box runs again when it starts.  Written from a difference, and read back.
 *
 * The order is the chip's: buffers can be set only below a discipline of tc, pausing by priority
 * only where the whole link is not paused, and what pauses must have its buffer before.
 */
#include <errno.h>
#include "fabric/frr/frr.h"

#define HANDLE "1:"
#define MAX_WORDS 160

void frr_qos_release(struct frr_qos *qos)
{
	free(qos->ports);
	*qos = (struct frr_qos){ 0 };
}

/* As the kernel made it. */
static void fresh(struct frr_qos_port *port, const char *name)
{
	*port = (struct frr_qos_port){ .otherwise = -1 };
	memset(port->dscp, -1, sizeof port->dscp);
	snprintf(port->name, sizeof port->name, "%s", name);
}

static struct frr_qos_port *find(const struct frr_qos *qos, const char *name)
{
	for (size_t i = 0; qos && i < qos->n; i++)
		if (!strcmp(qos->ports[i].name, name))
			return &qos->ports[i];
	return NULL;
}

struct frr_qos_port *frr_qos_port(struct frr_qos *qos, const char *name)
{
	struct frr_qos_port *port = find(qos, name), *more;

	if (port)
		return port;
	more = reallocarray(qos->ports, qos->n + 1, sizeof *more);
	if (!more)
		return NULL;
	qos->ports = more;
	port = &more[qos->n++];
	fresh(port, name);
	return port;
}

/* ---- writing ---- */

static bool same_ets(const struct frr_qos_port *a, const struct frr_qos_port *b)
{
	return a->ets == b->ets && a->strict == b->strict &&
	       !memcmp(a->quanta, b->quanta, sizeof a->quanta) &&
	       !memcmp(a->band, b->band, sizeof a->band);
}

static void put_ets(struct ms_buf *out, const struct frr_qos_port *to)
{
	ms_buf_printf(out,
		      "tc qdisc replace dev %s root handle " HANDLE
		      " ets bands %d strict %u quanta",
		      to->name, FRR_BANDS, to->strict);
	for (unsigned band = to->strict; band < FRR_BANDS; band++)
		ms_buf_printf(out, " %u", to->quanta[band]);
	ms_buf_puts(out, " priomap");
	for (unsigned priority = 0; priority < 8; priority++)
		ms_buf_printf(out, " %u", to->band[priority]);
	ms_buf_puts(out, "\n");
}

/*
 * DCQCN wants marks by how full the queue is now: the burst is the shortest that tc takes, which
 * makes the average that RED judges by follow the queue at once.  100 percent has no fraction of 32
 * bits in tc.
 */
static void put_red(struct ms_buf *out, const char *name, unsigned band, const struct frr_red *red)
{
	char probability[16];

	snprintf(probability, sizeof probability, "%g", red->percent / 100.0);
	ms_buf_printf(out,
		      "tc qdisc replace dev %s parent " HANDLE "%u handle 1%u: red limit %u min %u "
		      "max %u avpkt 1000 burst %u probability %s ecn nodrop\n",
		      name, band + 1, band + 1, red->max < UINT32_MAX / 4 ? 4 * red->max : red->max,
		      red->min, red->max, (red->min + 999) / 1000,
		      red->percent < 100 ? probability : "0.999999");
}

static void put_reds(struct ms_buf *out, const struct frr_qos_port *now,
		     const struct frr_qos_port *to)
{
	for (unsigned band = 0; band < FRR_BANDS; band++) {
		const struct frr_red *old = &now->red[band], *new = &to->red[band];

		if (new->max && memcmp(old, new, sizeof *new))
			put_red(out, to->name, band, new);
		else if (old->max && !new->max)
			ms_buf_printf(out, "tc qdisc del dev %s parent " HANDLE "%u\n", to->name,
				      band + 1);
	}
}

/* Entries of `of` that `against` has not, or has otherwise. */
static void put_dscp(struct ms_buf *out, const char *verb, const struct frr_qos_port *of,
		     const struct frr_qos_port *against)
{
	bool any = false;

	for (unsigned dscp = 0; dscp < 64; dscp++) {
		if (of->dscp[dscp] < 0 || of->dscp[dscp] == against->dscp[dscp])
			continue;
		if (!any)
			ms_buf_printf(out, "dcb app %s dev %s dscp-prio", verb, of->name);
		any = true;
		ms_buf_printf(out, " %u:%d", dscp, of->dscp[dscp]);
	}
	if (any)
		ms_buf_puts(out, "\n");
}

static void put_app(struct ms_buf *out, const struct frr_qos_port *now,
		    const struct frr_qos_port *to)
{
	put_dscp(out, "del", now, to);
	put_dscp(out, "add", to, now);
	if (now->otherwise != to->otherwise && to->otherwise >= 0)
		ms_buf_printf(out, "dcb app replace dev %s default-prio %d\n", to->name,
			      to->otherwise);
	else if (now->otherwise != to->otherwise)
		ms_buf_printf(out, "dcb app flush dev %s default-prio\n", to->name);
}

static bool same_buffers(const struct frr_qos_port *a, const struct frr_qos_port *b)
{
	return !memcmp(a->buffer, b->buffer, sizeof a->buffer) &&
	       !memcmp(a->size, b->size, sizeof a->size);
}

static void put_buffers(struct ms_buf *out, const struct frr_qos_port *to)
{
	ms_buf_printf(out, "dcb buffer set dev %s prio-buffer all:0", to->name);
	for (unsigned i = 0; i < 8; i++)
		if (to->buffer[i])
			ms_buf_printf(out, " %u:%u", i, to->buffer[i]);
	ms_buf_puts(out, " buffer-size all:0");
	for (unsigned i = 0; i < 8; i++)
		if (to->size[i])
			ms_buf_printf(out, " %u:%u", i, to->size[i]);
	ms_buf_puts(out, "\n");
}

static void put_pfc(struct ms_buf *out, const char *name, unsigned pfc)
{
	ms_buf_printf(out, "dcb pfc set dev %s prio-pfc all:off", name);
	for (unsigned i = 0; i < 8; i++)
		if (pfc >> i & 1)
			ms_buf_printf(out, " %u:on", i);
	ms_buf_puts(out, "\n");
}

static void put_port(struct ms_buf *out, const struct frr_qos_port *now,
		     const struct frr_qos_port *to)
{
	if (now->pause && !to->pause)
		ms_buf_printf(out, "ethtool -A %s rx off tx off\n", to->name);
	if (now->pfc & ~to->pfc)
		put_pfc(out, to->name, now->pfc & to->pfc);
	if (to->ets && !same_ets(now, to))
		put_ets(out, to);
	put_reds(out, now, to);
	put_app(out, now, to);
	if (!same_buffers(now, to))
		put_buffers(out, to);
	if (to->pfc & ~now->pfc)
		put_pfc(out, to->name, to->pfc);
	if (now->ets && !to->ets)
		ms_buf_printf(out, "tc qdisc del dev %s root\n", to->name);
	if (to->pause && !now->pause)
		ms_buf_printf(out, "ethtool -A %s rx on tx on\n", to->name);
	if (*to->foreign)
		ms_buf_printf(out, "# %s: tc %s\n", to->name, to->foreign);
}

char *frr_qos_lines(const struct frr_qos *now, const struct frr_qos *target)
{
	struct ms_buf out = { 0 };
	struct frr_qos_port none;

	ms_buf_puts(&out, "");
	for (size_t i = 0; target && i < target->n; i++) {
		const struct frr_qos_port *old = find(now, target->ports[i].name);

		fresh(&none, target->ports[i].name);
		put_port(&out, old ? old : &none, &target->ports[i]);
	}
	for (size_t i = 0; now && i < now->n; i++) {
		fresh(&none, now->ports[i].name);
		if (!find(target, now->ports[i].name))
			put_port(&out, &now->ports[i], &none);
	}
	return ms_buf_steal(&out);
}

/* ---- reading ---- */

struct words { char *word[MAX_WORDS]; size_t n; };

static const char *at(const struct words *w, size_t i)
{
	return i < w->n ? w->word[i] : "";
}

/* Where the word stands; n where it does not. */
static size_t where(const struct words *w, const char *word)
{
	for (size_t i = 0; i < w->n; i++)
		if (!strcmp(w->word[i], word))
			return i;
	return w->n;
}

static unsigned number_behind(const struct words *w, const char *word)
{
	return (unsigned)strtoul(at(w, where(w, word) + 1), NULL, 10);
}

static void take_ets(const struct words *w, struct frr_qos_port *port)
{
	size_t quanta = where(w, "quanta") + 1, bands = where(w, "priomap") + 1;

	port->ets = true;
	port->strict = number_behind(w, "strict");
	if (port->strict > FRR_BANDS)
		port->strict = FRR_BANDS;
	for (unsigned i = port->strict; i < FRR_BANDS; i++)
		port->quanta[i] = (unsigned)strtoul(at(w, quanta + i - port->strict), NULL, 10);
	for (unsigned i = 0; i < 8; i++)
		port->band[i] = strtoul(at(w, bands + i), NULL, 10) & 7;
}

static void take_red(const struct words *w, struct frr_qos_port *port)
{
	unsigned band = (unsigned)strtoul(at(w, where(w, "parent") + 1) + strlen(HANDLE), NULL, 10);
	double share = strtod(at(w, where(w, "probability") + 1), NULL);

	if (band < 1 || band > FRR_BANDS || !(share >= 0) || share > 1)
		return;
	port->red[band - 1] = (struct frr_red){ number_behind(w, "min"), number_behind(w, "max"),
						(unsigned)(share * 100 + 0.5) };
}

/* "26:3", from word `from` on; false at the first that is none. */
static bool pair(const struct words *w, size_t i, unsigned long *key, const char **value)
{
	char *end;

	*key = strtoul(at(w, i), &end, 10);
	*value = end + 1;
	return end > at(w, i) && *end == ':';
}

static void take_app(const struct words *w, struct frr_qos_port *port)
{
	unsigned long dscp;
	const char *value;

	if (!strcmp(at(w, 5), "default-prio")) {
		port->otherwise = (signed char)(strtoul(at(w, 6), NULL, 10) & 7);
		return;
	}
	for (size_t i = 6; pair(w, i, &dscp, &value); i++)
		if (dscp < 64)
			port->dscp[dscp] = (signed char)(strtoul(value, NULL, 10) & 7);
}

static void take_buffers(const struct words *w, struct frr_qos_port *port)
{
	unsigned long key;
	const char *value;

	for (size_t i = where(w, "prio-buffer") + 2; pair(w, i, &key, &value); i++)
		if (key < 8)
			port->buffer[key] = strtoul(value, NULL, 10) & 7;
	for (size_t i = where(w, "buffer-size") + 2; pair(w, i, &key, &value); i++)
		if (key < 8)
			port->size[key] = (unsigned)strtoul(value, NULL, 10);
}

static void take_pfc(const struct words *w, struct frr_qos_port *port)
{
	unsigned long key;
	const char *value;

	for (size_t i = where(w, "prio-pfc") + 2; pair(w, i, &key, &value); i++)
		if (key < 8 && !strcmp(value, "on"))
			port->pfc |= 1U << key;
}

static void take_pause(const struct words *w, struct frr_qos_port *port)
{
	port->pause = where(w, "on") < w->n;
}

static const struct {
	const char *begins[3];
	size_t name;                 /* the word that is the port */
	void (*take)(const struct words *w, struct frr_qos_port *port);
} forms[] = {
	{ { "tc", "ets" }, 4, take_ets },      { { "tc", "red" }, 4, take_red },
	{ { "dcb", "app" }, 4, take_app },     { { "dcb", "buffer" }, 4, take_buffers },
	{ { "dcb", "pfc" }, 4, take_pfc },     { { "ethtool", "-A" }, 2, take_pause },
};

static void split(char *line, struct words *w)
{
	char *word;

	w->n = 0;
	while (w->n < MAX_WORDS && (word = strsep(&line, " \t")))
		if (*word)
			w->word[w->n++] = word;
}

/* "# swp1: tc root htb" */
static int take_remark(struct frr_qos *qos, const char *line)
{
	struct frr_qos_port *port;
	char name[64], what[128];

	if (sscanf(line, "# %63[^: ]: tc %127[^\n]", name, what) != 2)
		return 0;
	port = frr_qos_port(qos, name);
	if (port)
		snprintf(port->foreign, sizeof port->foreign, "%s", what);
	return port ? 0 : -ENOMEM;
}

static int take_line(struct frr_qos *qos, char *line)
{
	struct frr_qos_port *port;
	struct words w;

	if (*line == '#')
		return take_remark(qos, line);
	split(line, &w);
	for (size_t i = 0; i < MS_ARRAY_SIZE(forms); i++) {
		if (strcmp(at(&w, 0), forms[i].begins[0]) || where(&w, forms[i].begins[1]) == w.n)
			continue;
		port = frr_qos_port(qos, at(&w, forms[i].name));
		if (port)
			forms[i].take(&w, port);
		return port ? 0 : -ENOMEM;
	}
	return 0;
}

int frr_qos_parse(const char *text, struct frr_qos *ret_qos, struct ms_err *err)
{
	MS_AUTO_FREE char *copy = strdup(text);
	char *rest = copy, *line;
	int r = copy ? 0 : -ENOMEM;

	*ret_qos = (struct frr_qos){ 0 };
	while (!r && (line = strsep(&rest, "\n")))
		r = take_line(ret_qos, line);
	if (!r)
		return 0;
	frr_qos_release(ret_qos);
	return ms_nomem(err);
}
