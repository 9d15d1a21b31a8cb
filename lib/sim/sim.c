/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The simulated site: takes resources, makes devices of them and starts to answer.
 */
#include <sys/resource.h>
#include "sim/engine.h"
#include "sim/switch.h"

#define FIRST_ADDRESS 0x7f020001u /* 127.2.0.1 */

const struct sim_kind *const sim_kinds[] = { &sim_bmc_kind, &sim_switch_kind, NULL };

int sim_new(struct ms_loop *loop, const struct sim_opts *opts, struct sim **ret_sim,
	    struct ms_err *err)
{
	struct sim *sim = calloc(1, sizeof(*sim));

	if (!sim)
		return ms_nomem(err);
	sim->loop = loop;
	sim->opts = *opts;
	sim->speed = opts->speed > 0 ? opts->speed : 1;
	sim->start = ms_clock_ms();
	sim->seed = strdup(opts->seed ? opts->seed : "msctl");
	sim->next_address = FIRST_ADDRESS;
	sim->by_name = json_object();
	sim->faults = json_array();
	if (!sim->seed || !sim->by_name || !sim->faults) {
		sim_free(sim);
		return ms_nomem(err);
	}
	*ret_sim = sim;
	return 0;
}

void sim_free(struct sim *sim)
{
	if (!sim)
		return;
	sim_http_stop(sim);
	ms_timer_free(sim->save_timer);
	/* What a kind shares first: its connections still speak to the devices. */
	for (const struct sim_kind *const *kind = sim_kinds; *kind; kind++)
		if ((*kind)->release)
			(*kind)->release(sim);
	for (size_t i = 0; i < sim->n_devices; i++)
		sim_device_free(sim->devices[i]);
	sim_key_release(sim);
	free(sim->devices);
	free(sim->by_address);
	json_decref(sim->by_name);
	json_decref(sim->faults);
	free(sim->save_path);
	free(sim->seed);
	free(sim);
}

int sim_add(struct sim *sim, json_t *resource, struct ms_err *err)
{
	const struct sim_kind *const *kind = sim_kinds;
	struct sim_device *dev;
	int r;

	if (!strcmp(ms_kind(resource), "Link"))
		return sim_cable_add(sim, resource, err);
	if (!strcmp(ms_kind(resource), "Server")) {
		r = sim_cable_nics(sim, resource, err);
		if (r)
			return r;
	}
	while (*kind && strcmp((*kind)->resource, ms_kind(resource)))
		kind++;
	if (!*kind)
		return ms_fail(err, -ENOTSUP, MS_INPUT, "a %s cannot be played",
			       ms_kind(resource));
	r = (*kind)->make(sim, resource, &dev, err);
	return r ? r : sim_device_add(dev, resource, err);
}

/* A connection is a descriptor: take all that the system gives. */
static void raise_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

int sim_start(struct sim *sim, struct ms_err *err)
{
	int r = sim_fault_start(sim, err);

	raise_limit();
	return r ? r : sim_http_start(sim, err);
}
