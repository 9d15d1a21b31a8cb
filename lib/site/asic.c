/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Switching chips, as far as buffers depend on them, and the headroom that comes of it. */
#include "site/roce.h"
#include "site/site.h"

#define KIB 1024u
#define MIB (1024u * 1024u)

/*
 * Cells, MAC and pipeline figures of the Spectrum family are those of SONiC's ASIC table; cells of
 * the others from its platforms' buffer files.  Buffers are as the makers publish them.
 */
static const struct ms_asic asics[] = {
	{ "spectrum", "SN2010|SN2100|SN2410|SN2700|SN2740", 96, 819, 18 * KIB, 16 * MIB, 2 },
	{ "spectrum2", "SN3420|SN3700|SN3750|SN3800", 144, 819, 18 * KIB, 42 * MIB, 2 },
	{ "spectrum3", "SN4410|SN4600|SN4700", 144, 819, 18 * KIB, 64 * MIB, 2 },
	{ "spectrum4", "SN5400|SN5600|SN5610|SN5640", 192, 819, 19 * KIB, 160 * MIB, 2 },
	{ "trident3", "7050X3|7050CX3|7050SX3|S5232|S5248|S5296|QFX5120|93180YC-FX3", 256, 1024,
	  18 * KIB, 32 * MIB, 2 },
	{ "trident4", "7050X4|7050CX4|7050DX4|S5448|QFX5130", 254, 1024, 18 * KIB, 132 * MIB, 2 },
	{ "tomahawk", "7060CX|Z9100|S6100|QFX5200", 208, 1024, 18 * KIB, 16 * MIB, 2 },
	{ "tomahawk2", "7060CX2|7260CX3|Z9264", 208, 1024, 18 * KIB, 42 * MIB, 2 },
	{ "tomahawk3", "7060DX4|7060PX4|Z9332|QFX5220", 254, 1024, 18 * KIB, 64 * MIB, 2 },
	{ "tomahawk4", "7060DX5|7060PX5|Z9432|Z9664|QFX5230", 254, 1024, 18 * KIB, 113 * MIB, 2 },
	{ "tomahawk5", "7060X6|Z9864|QFX5240", 254, 1024, 18 * KIB, 165 * MIB, 2 },
	{ "jericho2", "7280R3|7500R3|7800R3|S9700", 256, 1024, 18 * KIB, 0, 2 },
	{ "cloudscale", "93180YC-FX|9336C-FX2|9332D-GX2|93600CD-GX|9364D-GX2", 208, 1024, 18 * KIB,
	  40 * MIB, 2 },
	/* The largest cell and the smallest buffer: room enough on any of them. */
	{ "generic", NULL, 256, 1024, 19 * KIB, 0, 2 },
};
const char *const ms_asic_words[] = {
	"spectrum",  "spectrum2",  "spectrum3", "spectrum4", "trident3",  "trident4", "tomahawk",
	"tomahawk2", "tomahawk3",  "tomahawk4", "tomahawk5", "jericho2",  "cloudscale",
	"generic",   NULL
};

/* Is one of the words in the name of a model? */
static bool has_word(const char *words, const char *model)
{
	while (words && *words) {
		size_t len = strcspn(words, "|");
		MS_AUTO_FREE char *word = strndup(words, len);

		if (word && strcasestr(model, word))
			return true;
		words += len + (words[len] == '|');
	}
	return false;
}

const struct ms_asic *ms_asic_find(const char *name, const char *model)
{
	size_t i, last = MS_ARRAY_SIZE(asics) - 1;
	const struct ms_asic *found = &asics[last];

	for (i = 0; i < last; i++) {
		if (name && !strcmp(asics[i].name, name))
			return &asics[i];
		/* 7060CX2 is no 7060CX: of several families the one that was listed last wins. */
		if (!name && model && has_word(asics[i].models, model))
			found = &asics[i];
	}
	return found;
}

const struct ms_asic *ms_asic_of(const json_t *sw)
{
	return ms_asic_find(ms_str(sw, "/spec/asic", NULL),
			    ms_str(sw, "/status/switch/model", ms_str(sw, "/spec/model", NULL)));
}

/* Quanta of 512 bits within which a station obeys (802.3, 31B.3.7). */
static unsigned response_quanta(unsigned gbps)
{
	static const struct { unsigned gbps, quanta; } rows[] = {
		{ 1, 2 },     { 10, 67 },   { 25, 80 },   { 40, 118 },
		{ 50, 147 },  { 100, 394 }, { 200, 453 }, { 400, 905 },
	};
	size_t last = MS_ARRAY_SIZE(rows) - 1;

	for (size_t i = 0; i <= last; i++)
		if (gbps <= rows[i].gbps)
			return rows[i].quanta;
	/* Faster than the table: the time is that of 400G, in bits of the faster port. */
	return rows[last].quanta * gbps / rows[last].gbps;
}

#define FRAME_HEAD 38u    /* preamble 8, addresses and type 14, FCS 4, gap 12 */
#define PAUSE_FRAME 84u   /* 64, preamble 8, gap 12 */

static uint64_t round_up(double octets)
{
	uint64_t whole = (uint64_t)octets;

	whole += (double)whole < octets;
	return (whole + KIB - 1) / KIB * KIB;
}

uint64_t ms_roce_headroom(const struct ms_roce_link *link)
{
	double cell = link->asic->cell;
	double factor = cell > 128 ? cell / 64 : 2 * cell / (cell + 1);
	double cable = 2 * 5.05 * link->metres * link->gbps / 8;
	double response = 64.0 * response_quanta(link->gbps);
	double peer = link->rdma_mtu + MS_ROCE_HEADERS + FRAME_HEAD;

	return round_up(peer + factor * (link->mtu + FRAME_HEAD + PAUSE_FRAME + cable + response +
					 link->asic->mac_phy));
}

uint64_t ms_roce_xon(const struct ms_roce_link *link)
{
	return round_up(link->asic->pipeline);
}
