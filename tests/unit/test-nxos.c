/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cisco NX-OS: a model rendered and read again is the same model, and what is sent makes one of another. */
#include "cli-fixture.h"
#include "sim/nxos/nxos.h"

int main(void)
{
	return cli_run(&(struct cli_case){ .platform = "nxos", .grammar = &sim_nxos_grammar, .show = sim_nxos_show });
}
