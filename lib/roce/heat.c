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

/* NICs that share a row, and how many rows there are of them. */
static size_t step_of(const struct roce_rail *rail)
{
	return (rail->n_nodes + ROCE_HEAT_SIDE - 1) / ROCE_HEAT_SIDE;
}

static size_t rows_of(const struct roce_rail *rail)
{
	return rail->n_nodes ? (rail->n_nodes + step_of(rail) - 1) / step_of(rail) : 0;
}

/* In percent of what is usual, and below what nobody measured, and what is not reached. */
static double share_of(const struct roce_rail *rail, enum roce_measure m,
		       const struct roce_cell *cell)
{
	double value = (double)cell->values[m], median = (double)rail->usual[m].median;

	if (!cell->connected)
		return -2;
	if (value <= 0 || median <= 0)
		return -1;
	return m == ROCE_BANDWIDTH ? value * 100 / median : median * 100 / value;
}

static const char *color_of(double share)
{
	for (size_t i = 0; i < MS_ARRAY_SIZE(shades); i++)
		if (share >= (double)shades[i].share)
			return shades[i].color;
	return share < -1 ? FAILED : UNKNOWN;
}

/* The worst path from a row to a column, and how many there are. */
struct worst {
	const struct roce_cell *cell;
	size_t from, to, n;
	double share;
};

static struct worst worst_of(const struct roce_rail *rail, enum roce_measure m, size_t row,
			     size_t column)
{
	size_t step = step_of(rail), all = rail->n_nodes;
	struct worst worst = { 0 };

	for (size_t from = row * step; from < all && from < (row + 1) * step; from++)
		for (size_t to = column * step; to < all && to < (column + 1) * step; to++) {
			const struct roce_cell *cell = &rail->cells[from * all + to];
			double share = share_of(rail, m, cell);

			if (!cell->there)
				continue;
			worst.n++;
			if (worst.cell && share >= worst.share)
				continue;
			worst.cell = cell;
			worst.from = from;
			worst.to = to;
			worst.share = share;
		}
	return worst;
}

static void put_cell(struct ms_buf *svg, const struct roce_rail *rail, enum roce_measure m,
		     size_t row, size_t column)
{
	struct worst worst = worst_of(rail, m, row, column);

	if (!worst.n)
		return;
	ms_buf_printf(svg,
		      "<rect x=\"%zu\" y=\"%zu\" width=\"%d\" height=\"%d\" fill=\"%s\"><title>",
		      LABEL + column * CELL, LABEL + row * CELL, CELL - 1, CELL - 1,
		      color_of(worst.share));
	put_text(svg, rail->nodes[worst.from].name);
	ms_buf_puts(svg, " to ");
	put_text(svg, rail->nodes[worst.to].name);
	ms_buf_puts(svg, ": ");
	if (worst.cell->values[m] >= 0)
		ms_buf_printf(svg, "%lld %s", (long long)worst.cell->values[m],
			      m == ROCE_BANDWIDTH ? "Mb/s" : "ns");
	else
		put_text(svg, worst.cell->why ? worst.cell->why : "not measured");
	if (worst.n > 1)
		ms_buf_printf(svg, ", the worst of %zu", worst.n);
	ms_buf_puts(svg, "</title></rect>\n");
}

/* The first of a row, and how many more there are in it. */
static void put_label(struct ms_buf *svg, const struct roce_rail *rail, size_t row)
{
	size_t first = row * step_of(rail), left = rail->n_nodes - first;
	size_t more = (left < step_of(rail) ? left : step_of(rail)) - 1;

	put_text(svg, rail->nodes[first].name);
	if (more)
		ms_buf_printf(svg, " +%zu", more);
	ms_buf_puts(svg, "</text>\n");
}

static void put_labels(struct ms_buf *svg, const struct roce_rail *rail)
{
	for (size_t row = 0; row < rows_of(rail); row++) {
		size_t middle = LABEL + row * CELL + CELL - 5;

		ms_buf_printf(svg, "<text x=\"%d\" y=\"%zu\" text-anchor=\"end\">", LABEL - 5,
			      middle);
		put_label(svg, rail, row);
		ms_buf_printf(svg, "<text transform=\"translate(%zu,%d) rotate(-90)\">", middle,
			      LABEL - 5);
		put_label(svg, rail, row);
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
	for (size_t row = 0; row < rows_of(rail); row++)
		for (size_t column = 0; column < rows_of(rail); column++)
			put_cell(svg, rail, m, row, column);
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
	return LABEL + rows_of(rail) * CELL + GAP;
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
