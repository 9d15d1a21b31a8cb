/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Change: one difference between two sites, as `msctl-site diff` tells it. */
#include "site/kinds.h"

static const char *const ops[] = { "add", "remove", "change", NULL };

static const struct ms_field change[] = {
	{ .name = "op", .type = MS_F_ENUM, .words = ops, .required = true,
	  .help = "what happened to the value" },
	{ .name = "target", .type = MS_F_STRING, .required = true,
	  .help = "KIND/NAME of the resource" },
	{ .name = "path", .type = MS_F_STRING,
	  .help = "JSON pointer of the value; the whole resource when absent" },
	{ .name = "before", .type = MS_F_ANY, .help = "value in the old site" },
	{ .name = "after", .type = MS_F_ANY, .help = "value in the new site" },
	MS_FIELD_END
};

static const char *const commands[] = { "msctl-site", NULL };
const struct ms_kind ms_kind_change = {
	"Change", "one difference between two sites", change, commands, false,
};
