/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by cli.c, show.c and match.c only. */
#ifndef MS_SIM_CLI_PRIVATE_H
#define MS_SIM_CLI_PRIVATE_H

#include "sim/cli/cli.h"

struct sim_fit {
	unsigned words;      /* that fitted */
	bool whole, short_of;  /* all of both; the line ended too early */
};
struct sim_fit sim_cli_fit(const struct sim_cli *cli, const char *pattern, const char *line);

#endif
