/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What Steps of one device read, once for several of them. */
#include "state/state.h"

bool ms_seen_serves(const struct ms_seen *seen, const void *part, const json_t *step)
{
	return seen->status && seen->part == part && seen->step != step &&
	       !json_array_size(ms_at(step, "/spec/needs"));
}

void ms_seen_forget(struct ms_seen *seen)
{
	json_decref(seen->status);
	*seen = (struct ms_seen){ 0 };
}
