/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Dell OS10: what is sent makes one model of another at the simulator's command line, which takes nothing away that is used. */
#include "cli-fixture.h"
#include "sim/os10/os10.h"

/* VLT domains end at 255. */
static void tune(json_t *model)
{
	json_t *mlag = json_object_get(model, "mlag");

	if (mlag)
		json_object_set_new(mlag, "domain", json_integer(ms_int(mlag, "/domain", 0) % 255 + 1));
}

int main(void)
{
	return cli_run(&(struct cli_case){
		.platform = "os10", .grammar = &sim_os10_grammar, .show = sim_os10_text, .tune = tune });
}
