/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Things that happen later.  Nothing runs in the background: whoever looks at a device first lets
 * everything happen that is due, in order.
 */
#include "sim/device.h"

static const struct sim_event_kind *find_in(const struct sim_event_kind *kind, const char *name)
{
	for (; kind && kind->name; kind++)
		if (!strcmp(kind->name, name))
			return kind;
	return NULL;
}

static const struct sim_event_kind *find(const struct sim_device *dev, const char *name)
{
	const struct sim_event_kind *kind = find_in(dev->kind->events, name);

	return kind ? kind : find_in(dev->events_more, name);
}

static int add_at(struct sim_device *dev, int64_t due, const struct sim_event_kind *kind,
		  json_t *arg)
{
	struct sim_event *more = realloc(dev->events, (dev->n_events + 1) * sizeof(*more));
	size_t i;

	if (!more) {
		json_decref(arg);
		return -ENOMEM;
	}
	dev->events = more;
	for (i = dev->n_events; i > 0 && more[i - 1].due > due; i--)
		more[i] = more[i - 1];
	more[i] = (struct sim_event){ due, kind, arg };
	dev->n_events++;
	return 0;
}

/* What follows from an event starts when that event was due, however late somebody looks. */
static int64_t instant(const struct sim *sim)
{
	return sim->instant ? sim->instant : sim_clock(sim);
}

int sim_event_add(struct sim_device *dev, double seconds, const char *name, json_t *arg)
{
	const struct sim_event_kind *kind = find(dev, name);

	sim_touch(dev);
	if (!kind) {
		json_decref(arg);
		return -EINVAL;
	}
	return add_at(dev, instant(dev->sim) + (int64_t)(seconds * 1000), kind, arg);
}

static void take_first(struct sim_device *dev, struct sim_event *ret_event)
{
	*ret_event = dev->events[0];
	dev->n_events--;
	memmove(dev->events, dev->events + 1, dev->n_events * sizeof(*dev->events));
}

void sim_event_drop(struct sim_device *dev, unsigned group)
{
	size_t kept = 0;

	for (size_t i = 0; i < dev->n_events; i++) {
		if (dev->events[i].kind->group == group)
			json_decref(dev->events[i].arg);
		else
			dev->events[kept++] = dev->events[i];
	}
	dev->n_events = kept;
}

void sim_settle(struct sim_device *dev)
{
	int64_t now = sim_clock(dev->sim);

	while (dev->n_events && dev->events[0].due <= now) {
		struct sim_event event;

		take_first(dev, &event);
		dev->sim->instant = event.due;
		event.kind->fn(dev, event.arg);
		json_decref(event.arg);
		sim_touch(dev);
	}
	dev->sim->instant = 0;
}
