/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Racks as one sees them from the front, and what is cabled to what, as text for Graphviz. */
#include <errno.h>
#include <inttypes.h>
#include "site/graph.h"

void ms_graph_quote(struct ms_buf *buf, const char *text)
{
	ms_buf_puts(buf, "\"");
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			ms_buf_puts(buf, "\\");
		ms_buf_add(buf, (unsigned char)*text < ' ' ? " " : text, 1);
	}
	ms_buf_puts(buf, "\"");
}

/* Text inside an HTML-like label. */
static void put_html(struct ms_buf *buf, const char *text)
{
	for (; *text; text++) {
		switch (*text) {
		case '&': ms_buf_puts(buf, "&amp;"); break;
		case '<': ms_buf_puts(buf, "&lt;"); break;
		case '>': ms_buf_puts(buf, "&gt;"); break;
		case '"': ms_buf_puts(buf, "&quot;"); break;
		default: ms_buf_add(buf, (unsigned char)*text < ' ' ? " " : text, 1);
		}
	}
}

/* ---- racks ---- */

static int64_t unit_of(const json_t *res)
{
	return ms_int(res, "/spec/unit", 0);
}

static int64_t top_of(const json_t *res)
{
	return unit_of(res) + ms_int(res, "/spec/height", 1) - 1;
}

/* From the top down; what has no unit lies beside. */
static int by_unit(const void *a, const void *b)
{
	const json_t *x = *(const json_t *const *)a, *y = *(const json_t *const *)b;

	return unit_of(x) > unit_of(y)	 ? -1
	       : unit_of(x) < unit_of(y) ? 1
					 : strcmp(ms_name(x), ms_name(y));
}

static void put_units(struct ms_buf *buf, int64_t first, int64_t last)
{
	ms_buf_puts(buf, "      <TR><TD ALIGN=\"RIGHT\">");
	if (first && first == last)
		ms_buf_printf(buf, "%" PRId64, first);
	else if (first)
		ms_buf_printf(buf, "%" PRId64 "-%" PRId64, first, last);
	ms_buf_puts(buf, "</TD>");
}

static void put_free(struct ms_buf *buf, int64_t first, int64_t last)
{
	if (first > last)
		return;
	put_units(buf, first, last);
	ms_buf_puts(buf, "<TD BGCOLOR=\"lightgrey\"> </TD></TR>\n");
}

static void put_box(struct ms_buf *buf, const json_t *res, size_t port)
{
	const char *vendor = ms_str(res, "/spec/bmc/vendor", ms_str(res, "/spec/platform", NULL));

	put_units(buf, unit_of(res), top_of(res));
	ms_buf_printf(buf, "<TD PORT=\"s%zu\" ALIGN=\"LEFT\">", port);
	put_html(buf, ms_name(res));
	if (vendor) {
		ms_buf_puts(buf, " (");
		put_html(buf, vendor);
		ms_buf_puts(buf, ")");
	}
	ms_buf_puts(buf, "</TD></TR>\n");
}

/* {server: [rack, port]} so that cables find the row. */
static int remember(json_t *ends, const json_t *res, const char *rack, size_t port)
{
	return json_object_set_new(ends, ms_name(res), json_pack("[s, I]", rack, (json_int_t)port));
}

static bool is_switch(const json_t *res)
{
	return ms_streq(ms_kind(res), "Switch");
}

static int put_rack(struct ms_buf *buf, const char *rack, int64_t units, const json_t *members,
		    json_t *ends)
{
	size_t n = json_array_size(members), i;
	MS_AUTO_FREE const json_t **sorted = calloc(n + 1, sizeof(*sorted));
	const json_t *res;

	if (!sorted)
		return -ENOMEM;
	json_array_foreach(members, i, res)
		sorted[i] = res;
	qsort(sorted, n, sizeof(*sorted), by_unit);
	ms_buf_puts(buf, "  ");
	ms_graph_quote(buf, rack);
	ms_buf_puts(buf, " [shape=plain, label=<\n"
			 "    <TABLE CELLBORDER=\"1\" CELLSPACING=\"0\">\n"
			 "      <TR><TD COLSPAN=\"2\">");
	put_html(buf, rack + strlen("rack "));
	ms_buf_puts(buf, "</TD></TR>\n");
	for (i = 0; i < n; i++) {
		if (unit_of(sorted[i]))
			put_free(buf, top_of(sorted[i]) + 1, units);
		put_box(buf, sorted[i], i);
		if (!is_switch(sorted[i]) && remember(ends, sorted[i], rack, i))
			return -ENOMEM;
		units = unit_of(sorted[i]) ? unit_of(sorted[i]) - 1 : units;
	}
	put_free(buf, 1, units);
	ms_buf_puts(buf, "    </TABLE>>];\n");
	return buf->failed;
}

static int64_t units_of(const struct ms_site_set *set, const char *rack)
{
	const json_t *entry;
	size_t i;

	for (size_t s = 0; s < set->n_sites; s++)
		json_array_foreach(ms_at(set->sites[s].root, "/spec/racks"), i, entry)
			if (ms_streq(ms_str(entry, "/name", NULL), rack))
				return ms_int(entry, "/units", 42);
	return 0;
}

/* {rack: [servers and switches]} in order of first sight, the described racks first; what stands in
 * none under
 * "". */
static json_t *by_rack(const struct ms_site_set *set, bool *failed)
{
	json_t *racks = json_object(), *res, *entry;
	size_t i;

	for (size_t s = 0; s < set->n_sites; s++)
		json_array_foreach(ms_at(set->sites[s].root, "/spec/racks"), i, entry)
			ms_build_set(failed, racks, ms_str(entry, "/name", ""), json_array());
	json_array_foreach(set->resources, i, res) {
		const char *rack = ms_str(res, "/spec/rack", "");

		if (!ms_streq(ms_kind(res), "Server") && !(is_switch(res) && *rack))
			continue;
		if (!json_object_get(racks, rack))
			ms_build_set(failed, racks, rack, json_array());
		ms_build_add(failed, json_object_get(racks, rack), json_incref(res));
	}
	return racks;
}

static int put_racks(struct ms_buf *buf, const struct ms_site_set *set, json_t *ends)
{
	bool failed = false;
	json_auto_t *racks = by_rack(set, &failed);
	const char *name;
	const json_t *members, *res;
	size_t i;
	int r = failed ? -ENOMEM : 0;

	json_object_foreach(racks, name, members) {
		MS_AUTO_FREE char *rack = ms_asprintf("rack %s", name);

		if (*name && !r)
			r = rack ? put_rack(buf, rack, units_of(set, name), members, ends)
				 : -ENOMEM;
		if (*name)
			continue;
		json_array_foreach(members, i, res) {
			ms_buf_puts(buf, "  ");
			ms_graph_quote(buf, ms_name(res));
			ms_buf_puts(buf, " [shape=box];\n");
		}
	}
	return r;
}

/* ---- cables ---- */

static void put_end(struct ms_buf *buf, const json_t *ends, const json_t *res)
{
	const json_t *end = json_object_get(ends, ms_name(res));

	ms_graph_quote(buf, end ? json_string_value(json_array_get(end, 0)) : ms_name(res));
	if (end)
		ms_buf_printf(buf, ":s%" JSON_INTEGER_FORMAT,
			      json_integer_value(json_array_get(end, 1)));
}

static int put_cable(struct ms_buf *buf, json_t *switches, const json_t *ends, const json_t *res,
		     const json_t *nic)
{
	const char *cable = ms_str(nic, "/cable", NULL), *colon = cable ? strchr(cable, ':') : NULL;
	MS_AUTO_FREE char *peer = colon ? ms_asprintf("switch %.*s", (int)(colon - cable), cable)
					: NULL;

	if (!colon)
		return 0;
	if (!peer)
		return -ENOMEM;
	if (!json_object_get(switches, peer)) {
		if (json_object_set_new(switches, peer, json_true()))
			return -ENOMEM;
		ms_buf_puts(buf, "  ");
		ms_graph_quote(buf, peer);
		ms_buf_puts(buf, " [shape=box3d, label=");
		ms_graph_quote(buf, peer + strlen("switch "));
		ms_buf_puts(buf, "];\n");
	}
	ms_buf_puts(buf, "  ");
	put_end(buf, ends, res);
	ms_buf_puts(buf, " -> ");
	ms_graph_quote(buf, peer);
	ms_buf_puts(buf, " [dir=none, taillabel=");
	ms_graph_quote(buf, ms_str(nic, "/name", ms_str(nic, "/mac", "")));
	ms_buf_puts(buf, ", headlabel=");
	ms_graph_quote(buf, colon + 1);
	ms_buf_puts(buf, "];\n");
	return buf->failed;
}

int ms_site_graph(const struct ms_site_set *set, char **ret_text, struct ms_err *err)
{
	json_auto_t *ends = json_object(), *switches = json_object();
	MS_AUTO_BUF struct ms_buf buf = { 0 };
	const json_t *res, *nic;
	size_t i, j;
	int r;

	ms_buf_puts(
		&buf,
		"digraph site {\n  rankdir=LR;\n  ranksep=2;\n  node [fontname=\"sans-serif\"];\n"
		"  edge [fontname=\"sans-serif\", fontsize=9];\n");
	r = put_racks(&buf, set, ends);
	if (!r)
		r = ms_graph_fabric(&buf, set, switches);
	json_array_foreach(set->resources, i, res)
		json_array_foreach(ms_at(res, "/spec/nics"), j, nic)
			if (!r)
				r = put_cable(&buf, switches, ends, res, nic);
	ms_buf_puts(&buf, "}\n");
	if (r || buf.failed)
		return ms_nomem(err);
	*ret_text = ms_buf_steal(&buf);
	return 0;
}
