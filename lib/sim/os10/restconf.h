/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to lib/sim: RESTCONF of the simulated OS10, which runs where its configuration says `rest api restconf`. */
#ifndef MS_SIM_OS10_RESTCONF_H
#define MS_SIM_OS10_RESTCONF_H

#include "sim/restconf/restconf.h"

/* data.c: what there is. */
extern const struct sim_restconf_top sim_os10_tops[];
extern const struct sim_restconf_list sim_os10_lists[];
/* "ethernet1/1/1" -> its type; NULL when it is the name of none. */
const char *sim_os10_type(const char *name);

/* write.c: what writes of ietf-interfaces become: lines of the command line, all of them or none. */
void sim_os10_write(struct sim_req *req, const struct sim_restconf_path *path);

/* restconf.c */
void sim_os10_answer(struct sim_req *req);
double sim_os10_delay(struct sim_req *req);

#endif
