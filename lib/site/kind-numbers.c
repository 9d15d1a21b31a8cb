/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers: what was given out of a Site's pools, recorded beside the site file so that it stays. */
#include "site/kinds.h"

static const struct ms_field pool[] = {
	{ .name = "name", .type = MS_F_NAME, .required = true,
	  .help = "name of the pool in the Site" },
	{ .name = "taken", .type = MS_F_MAP, .item = MS_F_ANY, .required = true,
	  .help = "number or address by owner: Server/node01/bmc/address" },
	{ .name = "released", .type = MS_F_MAP, .item = MS_F_ANY,
	  .help = "what owners had that the Site no longer names: held back until it is pruned" },
	MS_FIELD_END
};
static const struct ms_field numbers[] = {
	{ .name = "pools", .type = MS_F_LIST, .fields = pool, .required = true,
	  .help = "one entry per pool" },
	MS_FIELD_END
};

static const char *const commands[] = { "msctl-site", NULL };
const struct ms_kind ms_kind_numbers = {
	"Numbers", "what was given out of a Site's pools", numbers, commands, false,
};
