/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * FRR on Linux: what is to be on the device: everything of ours as wanted, everything else as it is
 * there.
 *
 * In a block plain lines come first, the wanted ones in their order (a session is made before it is
 * described), then foreign ones, then inner blocks: frr-reload.py and vtysh take them in that
 * order.
 */
#include <errno.h>
#include "fabric/frr/frr.h"
#include "fabric/lines.h"

struct merge {
	struct frr_reading rd;
	const struct fabric_lines *sessions;   /* the wanted "router bgp" of the default VRF */
	struct ms_buf out;
};

static bool is_block(const struct fabric_lines *line)
{
	static const char *const words[] = { "vrf ", "interface ", "router ", "address-family ",
					     "route-map " };
	const char *text = fabric_lines_text(line);

	if (fabric_lines_count(line))
		return true;
	for (size_t i = 0; i < MS_ARRAY_SIZE(words); i++)
		if (ms_starts(text, words[i]))
			return true;
	return false;
}

static const char *leave(const char *header)
{
	if (ms_starts(header, "address-family "))
		return "exit-address-family";
	if (ms_starts(header, "vrf "))
		return "exit-vrf";
	return ms_starts(header, "vni ") ? "exit-vni" : "exit";
}

static void put(struct merge *m, unsigned depth, const char *text)
{
	ms_buf_printf(&m->out, "%*s%s\n", (int)depth, "", text);
}

static void put_whole(struct merge *m, const struct fabric_lines *line, unsigned depth)
{
	put(m, depth, fabric_lines_text(line));
	for (size_t i = 0; i < fabric_lines_count(line); i++)
		put_whole(m, fabric_lines_at(line, i), depth + 1);
	if (is_block(line))
		put(m, depth, leave(fabric_lines_text(line)));
}

/* Lines that everybody writes and no model says: the box's own value stays.  "timers bgp 10 30" */
static bool box_decides(const struct fabric_lines *running, const char *wanted)
{
	static const char *const keys[] = { "timers bgp " };

	for (size_t k = 0; k < MS_ARRAY_SIZE(keys); k++)
		for (size_t i = 0; ms_starts(wanted, keys[k]) && i < fabric_lines_count(running);
		     i++)
			if (ms_starts(fabric_lines_text(fabric_lines_at(running, i)), keys[k]))
				return strcmp(fabric_lines_text(fabric_lines_at(running, i)),
					      wanted);
	return false;
}

/* A foreign line of a session that goes: it would make the session half again. */
static bool of_lost_session(struct merge *m, const struct frr_place *at, const char *text)
{
	const char *rest = text + (ms_starts(text, "no ") ? 3 : 0);
	char name[96];

	if (at->in < FRR_BGP || at->in > FRR_BGP_EVPN || !ms_starts(rest, "neighbor "))
		return false;
	snprintf(name, sizeof name, "%.*s", (int)(strlen("neighbor ") + strcspn(rest + 9, " ")),
		 rest);
	return frr_has_session(&m->rd, name + strlen("neighbor ")) &&
	       !fabric_lines_find(m->sessions, name);
}

static void merge_lines(struct merge *m, const struct fabric_lines *running,
			const struct fabric_lines *target, const struct frr_place *at,
			unsigned depth);

/* Lines that are no block: first what is wanted, then what is foreign. */
static void merge_plain(struct merge *m, const struct fabric_lines *running,
			const struct fabric_lines *target, const struct frr_place *at,
			unsigned depth)
{
	struct frr_place inner;

	for (size_t i = 0; i < fabric_lines_count(target); i++) {
		const struct fabric_lines *line = fabric_lines_at(target, i);
		const char *text = fabric_lines_text(line);

		if (!is_block(line) && !box_decides(running, text))
			put(m, depth, text);
	}
	for (size_t i = 0; i < fabric_lines_count(running); i++) {
		const struct fabric_lines *line = fabric_lines_at(running, i);
		const char *text = fabric_lines_text(line);
		enum frr_verdict verdict;

		if (is_block(line))
			continue;
		verdict = frr_take(&m->rd, at, text, &inner);
		if (verdict != FRR_OURS && !fabric_lines_same(target, text) &&
		    !of_lost_session(m, at, text))
			put(m, depth, text);
	}
}

/* A block that may stay: its header, and what is left in it. */
static void merge_block(struct merge *m, const struct fabric_lines *line,
			const struct fabric_lines *wanted, const struct frr_place *inner,
			unsigned depth)
{
	const char *text = fabric_lines_text(line);
	size_t start = m->out.len, body;

	put(m, depth, text);
	body = m->out.len;
	merge_lines(m, line, wanted, inner, depth + 1);
	if (!wanted && m->out.len == body && m->out.data) {
		m->out.len = start;
		m->out.data[start] = 0;
		return;
	}
	put(m, depth, leave(text));
}

static void merge_lines(struct merge *m, const struct fabric_lines *running,
			const struct fabric_lines *target, const struct frr_place *at,
			unsigned depth)
{
	merge_plain(m, running, target, at, depth);
	for (size_t i = 0; i < fabric_lines_count(running); i++) {
		const struct fabric_lines *line = fabric_lines_at(running, i);
		const struct fabric_lines *wanted = fabric_lines_same(target,
								      fabric_lines_text(line));
		struct frr_place inner = { .in = FRR_TOP };
		enum frr_verdict verdict;

		if (!is_block(line))
			continue;
		verdict = frr_take(&m->rd, at, fabric_lines_text(line), &inner);
		if (verdict == FRR_SHARED || (wanted && verdict == FRR_BLOCK))
			merge_block(m, line, wanted, &inner, depth);
		else if (verdict != FRR_BLOCK && verdict != FRR_OURS)
			put_whole(m, line, depth);
	}
	for (size_t i = 0; i < fabric_lines_count(target); i++) {
		const struct fabric_lines *line = fabric_lines_at(target, i);

		if (is_block(line) && !fabric_lines_same(running, fabric_lines_text(line)))
			put_whole(m, line, depth);
	}
}

static int with_lines(struct merge *m, const char *running, const char *target, char **ret_text,
		      struct ms_err *err,
		      void (*merge)(struct merge *, const struct fabric_lines *,
				    const struct fabric_lines *))
{
	struct fabric_lines *a = NULL, *b = NULL;
	int r = running && target && m->rd.model && m->rd.opaque && m->rd.without4 ? 0
										   : ms_nomem(err);

	if (!r)
		r = fabric_lines_parse(running, &a, err);
	if (!r)
		r = fabric_lines_parse(target, &b, err);
	if (!r) {
		merge(m, a, b);
		*ret_text = ms_buf_steal(&m->out);
		if (!*ret_text)
			r = ms_nomem(err);
	}
	ms_buf_release(&m->out);
	fabric_lines_free(a);
	fabric_lines_free(b);
	json_decref(m->rd.model);
	json_decref(m->rd.opaque);
	json_decref(m->rd.without4);
	return r;
}

static struct merge merge_new(const struct fabric_dialect *dialect)
{
	return (struct merge){ .rd = { .dialect = dialect,
				       .model = json_object(),
				       .opaque = json_array(),
				       .without4 = json_object() } };
}

static void routing(struct merge *m, const struct fabric_lines *running,
		    const struct fabric_lines *target)
{
	struct frr_place top = { .in = FRR_TOP };

	for (size_t i = 0; i < fabric_lines_count(target); i++) {
		const char *text = fabric_lines_text(fabric_lines_at(target, i));

		if (ms_starts(text, "router bgp ") && !strstr(text, " vrf "))
			m->sessions = fabric_lines_at(target, i);
	}
	merge_lines(m, running, target, &top, 0);
}

int frr_merge_routing(const struct fabric_dialect *dialect, const char *running, const char *target,
		      char **ret_text, struct ms_err *err)
{
	struct merge m = merge_new(dialect);

	return with_lines(&m, running, target, ret_text, err, routing);
}

/* ---- interfaces
 * -------------------------------------------------------------------------------------- */

static void name_of(const char *line, char name[64])
{
	const char *text = line + strlen("iface ");

	snprintf(name, 64, "%.*s", (int)strcspn(text, " "), text);
}

static const struct fabric_lines *stanza(const struct fabric_lines *lines, const char *name)
{
	char other[64];

	for (size_t i = 0; i < fabric_lines_count(lines); i++) {
		const char *text = fabric_lines_text(fabric_lines_at(lines, i));

		if (!ms_starts(text, "iface "))
			continue;
		name_of(text, other);
		if (!strcmp(name, other))
			return fabric_lines_at(lines, i);
	}
	return NULL;
}

static enum frr_kind kind_of(struct merge *m, const struct fabric_lines *lines, const char *name)
{
	const struct fabric_lines *found = stanza(lines, name);

	return frr_kind_of(m->rd.dialect, name, found && fabric_lines_find(found, "vrf-table"));
}

static bool same_word(const char *a, const char *b)
{
	size_t n = strcspn(a, " ");

	return n == strcspn(b, " ") && !strncmp(a, b, n);
}

static const struct frr_attr *attr_of(enum frr_kind kind, const char *line)
{
	char name[64];

	snprintf(name, sizeof name, "%.*s", (int)strcspn(line, " "), line);
	return frr_attr_find(kind, name);
}

/* Members of the bridge that are nothing of ours stay in it. */
static void put_bridge_ports(struct merge *m, const struct fabric_lines *running, const char *line)
{
	const struct fabric_lines *had = fabric_lines_find(running, "bridge-ports");
	MS_AUTO_FREE char *words = strdup(had ? fabric_lines_text(had) + strlen("bridge-ports")
					      : "");
	char *word, *rest = words;

	ms_buf_printf(&m->out, "    %s", line);
	while (words && (word = strsep(&rest, " ")))
		if (*word && frr_kind_of(m->rd.dialect, word, false) == FRR_K_NONE)
			ms_buf_printf(&m->out, " %s", word);
	ms_buf_puts(&m->out, "\n");
}

/* What somebody chose stays where the model has no word for it. */
static bool is_chosen(const struct frr_attr *attr, const char *line)
{
	return attr && attr->constant && !frr_is_bridge_mac(line + strcspn(line, " "));
}

/* Has the stanza such a line that somebody chose? */
static bool has_chosen(enum frr_kind kind, const struct fabric_lines *block, const char *line)
{
	for (size_t i = 0; i < fabric_lines_count(block); i++) {
		const char *other = fabric_lines_text(fabric_lines_at(block, i));

		if (same_word(other, line) && is_chosen(attr_of(kind, other), other))
			return true;
	}
	return false;
}

static void put_attrs(struct merge *m, enum frr_kind kind, const char *name,
		      const struct fabric_lines *running, const struct fabric_lines *target)
{
	for (size_t i = 0; i < fabric_lines_count(target); i++) {
		const char *line = fabric_lines_text(fabric_lines_at(target, i));

		if (has_chosen(kind, running, line))
			continue;
		if (kind == FRR_K_BRIDGE && ms_starts(line, "bridge-ports"))
			put_bridge_ports(m, running, line);
		else
			ms_buf_printf(&m->out, "    %s\n", line);
	}
	for (size_t i = 0; i < fabric_lines_count(running); i++) {
		const char *line = fabric_lines_text(fabric_lines_at(running, i));
		const struct frr_attr *attr = attr_of(kind, line);
		bool hook = kind == FRR_K_VNI && ms_starts(line, "post-up ") &&
			    frr_is_own_hook(name, line + strlen("post-up "));

		if (!hook && (!attr || (is_chosen(attr, line) && target)))
			ms_buf_printf(&m->out, "    %s\n", line);
	}
}

static void blank(struct merge *m)
{
	if (m->out.len)
		ms_buf_puts(&m->out, "\n");
}

static void put_foreign(struct merge *m, const struct fabric_lines *line)
{
	if (fabric_lines_count(line))
		blank(m);
	ms_buf_printf(&m->out, "%s\n", fabric_lines_text(line));
	for (size_t i = 0; i < fabric_lines_count(line); i++)
		ms_buf_printf(&m->out, "    %s\n", fabric_lines_text(fabric_lines_at(line, i)));
}

static void merge_stanza(struct merge *m, const struct fabric_lines *running,
			 const struct fabric_lines *target, const struct fabric_lines *line)
{
	const struct fabric_lines *wanted;
	enum frr_kind kind;
	char name[64];

	name_of(fabric_lines_text(line), name);
	wanted = stanza(target, name);
	kind = kind_of(m, wanted ? target : running, name);
	if (kind == FRR_K_NONE) {
		put_foreign(m, line);
		return;
	}
	if (!wanted && kind != FRR_K_LO)
		return;
	blank(m);
	ms_buf_printf(&m->out, "auto %s\n%s\n", name, fabric_lines_text(line));
	/* A name that comes twice: what is ours stands in the first. */
	put_attrs(m, kind, name, line, stanza(running, name) == line ? wanted : NULL);
}

/* "auto A B": those of ours stand with their stanza. */
static void merge_auto(struct merge *m, const struct fabric_lines *running,
		       const struct fabric_lines *target, const char *line)
{
	MS_AUTO_FREE char *words = strdup(line + strlen("auto "));
	char *word, *rest = words;

	while (words && (word = strsep(&rest, " "))) {
		if (!*word || stanza(target, word))
			continue;
		if (kind_of(m, running, word) == FRR_K_NONE || !strcmp(word, "lo"))
			ms_buf_printf(&m->out, "auto %s\n", word);
	}
}

static void interfaces(struct merge *m, const struct fabric_lines *running,
		       const struct fabric_lines *target)
{
	char name[64];

	for (size_t i = 0; i < fabric_lines_count(running); i++) {
		const struct fabric_lines *line = fabric_lines_at(running, i);
		const char *text = fabric_lines_text(line);

		if (ms_starts(text, "iface "))
			merge_stanza(m, running, target, line);
		else if (ms_starts(text, "auto "))
			merge_auto(m, running, target, text);
		else
			put_foreign(m, line);
	}
	for (size_t i = 0; i < fabric_lines_count(target); i++) {
		const struct fabric_lines *line = fabric_lines_at(target, i);

		if (!ms_starts(fabric_lines_text(line), "iface "))
			continue;
		name_of(fabric_lines_text(line), name);
		if (stanza(running, name))
			continue;
		blank(m);
		ms_buf_printf(&m->out, "auto %s\n", name);
		ms_buf_printf(&m->out, "%s\n", fabric_lines_text(line));
		put_attrs(m, kind_of(m, target, name), name, NULL, line);
	}
}

int frr_merge_interfaces(const struct fabric_dialect *dialect, const char *running,
			 const char *target, char **ret_text, struct ms_err *err)
{
	MS_AUTO_FREE char *a = frr_interfaces_indent(running), *b = frr_interfaces_indent(target);
	struct merge m = merge_new(dialect);

	return with_lines(&m, a, b, ret_text, err, interfaces);
}
