/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Things that happen later.  Nothing runs in the background: whoever looks at a BMC first lets
 * everything happen that is due, in order.
 */
#include "sim/engine.h"

const struct sim_event_kind *sim_event_kind_find(const char *name)
{
	for (const struct sim_event_kind *kind = sim_event_kinds; kind->name; kind++)
		if (!strcmp(kind->name, name))
			return kind;
	return NULL;
}

static int add_at(struct sim_bmc *bmc, int64_t due, const struct sim_event_kind *kind, json_t *arg)
{
	struct sim_event *more = realloc(bmc->events, (bmc->n_events + 1) * sizeof(*more));
	size_t i;

	if (!more) {
		json_decref(arg);
		return -ENOMEM;
	}
	bmc->events = more;
	for (i = bmc->n_events; i > 0 && more[i - 1].due > due; i--)
		more[i] = more[i - 1];
	more[i] = (struct sim_event){ due, kind, arg };
	bmc->n_events++;
	return 0;
}

/* What follows from an event starts when that event was due, however late somebody looks. */
static int64_t instant(const struct sim *sim)
{
	return sim->instant ? sim->instant : sim_clock(sim);
}

int sim_event_add(struct sim_bmc *bmc, double seconds, const char *name, json_t *arg)
{
	const struct sim_event_kind *kind = sim_event_kind_find(name);

	sim_bmc_touch(bmc);
	if (!kind) {
		json_decref(arg);
		return -EINVAL;
	}
	return add_at(bmc, instant(bmc->sim) + (int64_t)(seconds * 1000), kind, arg);
}

static void take_first(struct sim_bmc *bmc, struct sim_event *ret_event)
{
	*ret_event = bmc->events[0];
	bmc->n_events--;
	memmove(bmc->events, bmc->events + 1, bmc->n_events * sizeof(*bmc->events));
}

void sim_event_drop_power(struct sim_bmc *bmc)
{
	size_t kept = 0;

	for (size_t i = 0; i < bmc->n_events; i++) {
		if (bmc->events[i].kind->power)
			json_decref(bmc->events[i].arg);
		else
			bmc->events[kept++] = bmc->events[i];
	}
	bmc->n_events = kept;
}

void sim_settle(struct sim_bmc *bmc)
{
	int64_t now = sim_clock(bmc->sim);

	while (bmc->n_events && bmc->events[0].due <= now) {
		struct sim_event event;

		take_first(bmc, &event);
		bmc->sim->instant = event.due;
		event.kind->fn(bmc, event.arg);
		json_decref(event.arg);
		sim_bmc_touch(bmc);
	}
	bmc->sim->instant = 0;
}
