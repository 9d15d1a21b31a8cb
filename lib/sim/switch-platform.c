/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The platforms that can be played: one line each. */
#include "sim/switch.h"

const struct sim_switch_platform *const sim_switch_platforms[] = {
	&sim_cumulus,
	&sim_junos,
	&sim_eos,
	&sim_nxos,
	&sim_sonic,
	&sim_frr,
	&sim_os10,
	NULL,
};
