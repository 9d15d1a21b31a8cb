/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finding: one rule broken, as `check` reports it. */
#include "site/kinds.h"

static const char *const severities[] = { "error", "warning", "info", NULL };

static const struct ms_field object[] = {
	{ .name = "kind", .type = MS_F_STRING, .required = true, .help = "its kind" },
	{ .name = "name", .type = MS_F_STRING, .required = true, .help = "its name" },
	MS_FIELD_END
};
static const struct ms_field finding[] = {
	{ .name = "rule", .type = MS_F_STRING, .required = true, .help = "id of the rule: S04" },
	{ .name = "severity", .type = MS_F_ENUM, .words = severities, .required = true,
	  .help = "how bad it is" },
	{ .name = "objects", .type = MS_F_LIST, .fields = object,
	  .help = "the resources concerned" },
	{ .name = "message", .type = MS_F_STRING, .required = true,
	  .help = "what is wrong, with the values" },
	{ .name = "hint", .type = MS_F_STRING, .help = "what to type" },
	{ .name = "at", .type = MS_F_STRING,
	  .help = "where a site file says what it is about: FILE:LINE:COLUMN" },
	MS_FIELD_END
};

static const char *const commands[] = { "every command", NULL };
const struct ms_kind ms_kind_finding = {
	"Finding", "one rule broken", finding, commands, false,
};
