/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Racks, what stands in them, and what is cabled to what, as text for Graphviz. */
#include <inttypes.h>
#include "site/kinds.h"

/* A quoted string of the DOT language, where only the quote and the backslash are special; control characters have
 * no business in a name. */
static void put_quoted(struct ms_buf *buf, const char *text)
{
	ms_buf_puts(buf, "\"");
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			ms_buf_puts(buf, "\\");
		ms_buf_add(buf, (unsigned char)*text < ' ' ? " " : text, 1);
	}
	ms_buf_puts(buf, "\"");
}

static void put_node(struct ms_buf *buf, const char *indent, const json_t *res)
{
	const char *vendor = ms_str(res, "/spec/bmc/vendor", NULL);
	int64_t unit = ms_int(res, "/spec/unit", 0), height = ms_int(res, "/spec/height", 1);
	MS_AUTO_BUF struct ms_buf label = { 0 };

	ms_buf_puts(&label, ms_name(res));
	if (vendor)
		ms_buf_printf(&label, " (%s)", vendor);
	if (unit && height > 1)
		ms_buf_printf(&label, " U%" PRId64 "-%" PRId64, unit, unit + height - 1);
	else if (unit)
		ms_buf_printf(&label, " U%" PRId64, unit);
	ms_buf_puts(buf, indent);
	put_quoted(buf, ms_name(res));
	ms_buf_puts(buf, " [shape=box, label=");
	put_quoted(buf, label.data ? label.data : "");
	ms_buf_puts(buf, "];\n");
}

/* From the top of the rack down, as one sees it. */
static int by_unit(const void *a, const void *b)
{
	int64_t x = ms_int(*(const json_t *const *)a, "/spec/unit", 0), y = ms_int(*(const json_t *const *)b, "/spec/unit", 0);

	return x > y ? -1 : x < y;
}

static void put_rack(struct ms_buf *buf, const char *rack, const json_t *members)
{
	size_t n = json_array_size(members), i;
	MS_AUTO_FREE const json_t **sorted = calloc(n + 1, sizeof(*sorted));
	const json_t *res;

	if (!sorted) {
		buf->failed = -12;
		return;
	}
	json_array_foreach(members, i, res)
		sorted[i] = res;
	qsort(sorted, n, sizeof(*sorted), by_unit);
	ms_buf_puts(buf, "  subgraph ");
	MS_AUTO_FREE char *cluster = ms_asprintf("cluster_%s", rack);
	put_quoted(buf, cluster ? cluster : "cluster");
	ms_buf_puts(buf, " {\n    label=");
	put_quoted(buf, rack);
	ms_buf_puts(buf, ";\n");
	for (i = 0; i < n; i++)
		put_node(buf, "    ", sorted[i]);
	for (i = 1; i < n; i++) {
		ms_buf_puts(buf, "    ");
		put_quoted(buf, ms_name(sorted[i - 1]));
		ms_buf_puts(buf, " -> ");
		put_quoted(buf, ms_name(sorted[i]));
		ms_buf_puts(buf, " [style=invis, dir=none];\n");
	}
	ms_buf_puts(buf, "  }\n");
}

static void put_cable(struct ms_buf *buf, json_t *switches, const json_t *res, const json_t *nic)
{
	const char *cable = ms_str(nic, "/cable", NULL), *colon = cable ? strchr(cable, ':') : NULL;

	if (!colon)
		return;
	MS_AUTO_FREE char *peer = strndup(cable, (size_t)(colon - cable));

	if (peer && !json_object_get(switches, peer)) {
		json_object_set_new(switches, peer, json_true());
		ms_buf_puts(buf, "  ");
		put_quoted(buf, peer);
		ms_buf_puts(buf, " [shape=box3d];\n");
	}
	ms_buf_puts(buf, "  ");
	put_quoted(buf, ms_name(res));
	ms_buf_puts(buf, " -> ");
	put_quoted(buf, peer ? peer : "");
	ms_buf_puts(buf, " [dir=none, taillabel=");
	put_quoted(buf, ms_str(nic, "/name", ms_str(nic, "/mac", "")));
	ms_buf_puts(buf, ", headlabel=");
	put_quoted(buf, colon + 1);
	ms_buf_puts(buf, "];\n");
}

/* {rack: [servers]}; those without a rack under "". */
static json_t *by_rack(const json_t *resources)
{
	json_t *racks = json_object(), *res;
	size_t i;

	json_array_foreach(resources, i, res) {
		const char *rack = ms_str(res, "/spec/rack", "");
		json_t *members = json_object_get(racks, rack);

		if (!ms_streq(ms_kind(res), ms_kind_server.name))
			continue;
		if (!members) {
			members = json_array();
			json_object_set_new(racks, rack, members);
		}
		json_array_append(members, res);
	}
	return racks;
}

int ms_site_graph(const json_t *resources, char **ret_text, struct ms_err *err)
{
	json_auto_t *racks = by_rack(resources), *switches = json_object();
	MS_AUTO_BUF struct ms_buf buf = { 0 };
	const json_t *members, *res, *nic;
	const char *rack;
	size_t i, j;

	ms_buf_puts(&buf, "digraph site {\n  rankdir=LR;\n  node [fontname=\"sans-serif\"];\n  edge [fontname=\"sans-serif\", "
			  "fontsize=9];\n");
	json_object_foreach(racks, rack, members) {
		if (*rack) {
			put_rack(&buf, rack, members);
			continue;
		}
		json_array_foreach(members, i, res)
			put_node(&buf, "  ", res);
	}
	json_array_foreach(resources, i, res)
		json_array_foreach(ms_at(res, "/spec/nics"), j, nic)
			put_cable(&buf, switches, res, nic);
	ms_buf_puts(&buf, "}\n");
	if (buf.failed || !racks)
		return ms_nomem(err);
	*ret_text = ms_buf_steal(&buf);
	return 0;
}
