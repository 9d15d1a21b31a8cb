/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Arista EOS: a model rendered and read again is the same model, and what is sent makes one of another. */
#include "cli-fixture.h"
#include "sim/eos/eos.h"

int main(void)
{
	return cli_run(&(struct cli_case){ .platform = "eos", .grammar = &sim_eos_grammar, .show = sim_eos_show });
}
