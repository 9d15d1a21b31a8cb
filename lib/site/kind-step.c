/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Step: one change that `plan` proposes and `apply` carries out. */
#include "site/kinds.h"

static const char *const risks[] = { "none", "link", "reboot", "data", NULL };

static const struct ms_field step[] = {
	{ .name = "id", .type = MS_F_STRING, .required = true,
	  .help = "hash of what it does: the same change has the same id" },
	{ .name = "command", .type = MS_F_STRING, .required = true,
	  .help = "command whose `apply` carries it out" },
	{ .name = "target", .type = MS_F_STRING, .required = true, .pattern = "[^/]+/.+",
	  .help = "KIND/NAME of the resource" },
	{ .name = "action", .type = MS_F_STRING, .required = true,
	  .help = "what is done, in the command's words" },
	{ .name = "summary", .type = MS_F_STRING, .help = "the change in words, for people" },
	{ .name = "before", .type = MS_F_ANY, .help = "what was seen when it was planned" },
	{ .name = "after", .type = MS_F_ANY, .help = "what is wanted" },
	{ .name = "expect", .type = MS_F_MAP, .item = MS_F_ANY,
	  .help = "identity the device must show: serial, WWN or NQN" },
	{ .name = "risk", .type = MS_F_ENUM, .words = risks,
	  .help = "what it may cost; reboot and data need --allow" },
	{ .name = "needs", .type = MS_F_LIST, .item = MS_F_STRING,
	  .help = "ids of Steps that must be done before" },
	{ .name = "undo", .type = MS_F_ANY, .help = "how to take it back, where that can be done" },
	MS_FIELD_END
};

static const char *const commands[] = { "every command", NULL };
const struct ms_kind ms_kind_step = {
	"Step", "one change, planned or carried out", step, commands, false,
};
