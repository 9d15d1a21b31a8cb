/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Paths as a picture.  Integers only, and everything in the order of the stream: the same bytes for
 * the same paths. */
#include "roce/paths.h"

#define CELL 18
#define LABEL 170
#define GAP 40
#define LEGEND 40

/* From well to bad: share of the median that is still there, in percent. */
static const struct shade {
	int64_t share;
	const char *color;
} shades[] = {
	{ 95, "#1a9850" }, { 90, "#66bd63" }, { 80, "#a6d96a" }, { 70, "#fee08b" },
	{ 50, "#fdae61" }, { 25, "#f46d43" }, { 0, "#d73027" },
};
#define FAILED "#404040"
#define UNKNOWN "#d9d9d9"

static void put_text(struct ms_buf *svg, const char *text)
{
	for (; *text; text++)
		switch (*text) {
		case '<': ms_buf_puts(svg, "&lt;"); break;
		case '>': ms_buf_puts(svg, "&gt;"); break;
		case '&': ms_buf_puts(svg, "&amp;"); break;
		case '"': ms_buf_puts(svg, "&quot;"); break;
		default:
			/* Control characters are not in XML 1.0. */
			if ((unsigned char)*text >= ' ')
				ms_buf_add(svg, text, 1);
		}
}

static const char *color_of(const struct roce_rail *rail, enum roce_measure m, const json_t *path)
{
	int64_t value = roce_measured(path, m), median = rail->usual[m].median, share;

	if (!ms_bool(path, "/status/roce/connected", false))
		return FAILED;
	if (value <= 0 || median <= 0)
		return UNKNOWN;
	share = m == ROCE_BANDWIDTH ? (int64_t)((double)value * 100 / (double)median)
				    : (int64_t)((double)median * 100 / (double)value);
	for (size_t i = 0; i < MS_ARRAY_SIZE(shades); i++)
		if (share >= shades[i].share)
			return shades[i].color;
	return UNKNOWN;
}

static void put_cell(struct ms_buf *svg, const struct roce_rail *rail, enum roce_measure m,
		     size_t from, size_t to)
{
	const json_t *path = rail->paths[from * rail->n_nodes + to];
	int64_t value = path ? roce_measured(path, m) : -1;

	if (!path)
		return;
	ms_buf_printf(svg,
		      "<rect x=\"%zu\" y=\"%zu\" width=\"%d\" height=\"%d\" fill=\"%s\"><title>",
		      LABEL + to * CELL, LABEL + from * CELL, CELL - 1, CELL - 1,
		      color_of(rail, m, path));
	put_text(svg, rail->nodes[from].name);
	ms_buf_puts(svg, " to ");
	put_text(svg, rail->nodes[to].name);
	ms_buf_puts(svg, ": ");
	if (value >= 0)
		ms_buf_printf(svg, "%lld %s", (long long)value,
			      m == ROCE_BANDWIDTH ? "Mb/s" : "ns");
	else
		put_text(svg, ms_str(path, "/status/roce/error/message", "not measured"));
	ms_buf_puts(svg, "</title></rect>\n");
}

static void put_labels(struct ms_buf *svg, const struct roce_rail *rail)
{
	for (size_t i = 0; i < rail->n_nodes; i++) {
		size_t middle = LABEL + i * CELL + CELL - 5;

		ms_buf_printf(svg, "<text x=\"%d\" y=\"%zu\" text-anchor=\"end\">", LABEL - 5,
			      middle);
		put_text(svg, rail->nodes[i].name);
		ms_buf_printf(svg,
			      "</text>\n<text transform=\"translate(%zu,%d) rotate(-90)\">", middle,
			      LABEL - 5);
		put_text(svg, rail->nodes[i].name);
		ms_buf_puts(svg, "</text>\n");
	}
}

static void put_square(struct ms_buf *svg, const struct roce_rail *rail, enum roce_measure m,
		       size_t x, size_t y)
{
	ms_buf_printf(svg, "<g transform=\"translate(%zu,%zu)\">\n<text x=\"0\" y=\"14\" "
			   "font-weight=\"bold\">",
		      x, y);
	put_text(svg, *rail->fabric ? rail->fabric : "paths");
	ms_buf_puts(svg, *rail->rail ? " " : "");
	put_text(svg, rail->rail);
	ms_buf_printf(svg, ": %s, median %lld %s, rows to columns</text>\n",
		      m == ROCE_BANDWIDTH ? "bandwidth" : "latency",
		      (long long)rail->usual[m].median, m == ROCE_BANDWIDTH ? "Mb/s" : "ns");
	put_labels(svg, rail);
	for (size_t from = 0; from < rail->n_nodes; from++)
		for (size_t to = 0; to < rail->n_nodes; to++)
			put_cell(svg, rail, m, from, to);
	ms_buf_puts(svg, "</g>\n");
}

static void put_legend(struct ms_buf *svg, size_t y)
{
	size_t x = 10;

	for (size_t i = 0; i < MS_ARRAY_SIZE(shades); i++, x += 70)
		ms_buf_printf(svg,
			      "<rect x=\"%zu\" y=\"%zu\" width=\"14\" height=\"14\" fill=\"%s\"/>"
			      "<text x=\"%zu\" y=\"%zu\">%lld %%</text>\n",
			      x, y, shades[i].color, x + 18, y + 11, (long long)shades[i].share);
	ms_buf_printf(svg,
		      "<rect x=\"%zu\" y=\"%zu\" width=\"14\" height=\"14\" fill=\"" FAILED "\"/>"
		      "<text x=\"%zu\" y=\"%zu\">unreachable</text>\n",
		      x, y, x + 18, y + 11);
}

static size_t side_of(const struct roce_rail *rail)
{
	return LABEL + rail->n_nodes * CELL + GAP;
}

int roce_heat(const struct roce_paths *paths, struct ms_buf *svg, struct ms_err *err)
{
	size_t width = 680, y = 10;

	for (size_t i = 0; i < paths->n; i++) {
		size_t side = side_of(&paths->rails[i]);

		width = 2 * side > width ? 2 * side : width;
		y += side;
	}
	ms_buf_printf(svg,
		      "<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\" width=\"%zu\" "
		      "height=\"%zu\" font-family=\"sans-serif\" font-size=\"11\">\n"
		      "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n",
		      width, y + LEGEND);
	y = 10;
	for (size_t i = 0; i < paths->n; i++) {
		const struct roce_rail *rail = &paths->rails[i];

		put_square(svg, rail, ROCE_BANDWIDTH, 10, y);
		put_square(svg, rail, ROCE_LATENCY, 10 + side_of(rail), y);
		y += side_of(rail);
	}
	put_legend(svg, y);
	ms_buf_puts(svg, "</svg>\n");
	return svg->failed ? ms_nomem(err) : 0;
}
