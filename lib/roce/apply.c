/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How Steps of msctl-roce are carried out on this machine: the engine (state/state.h) does the
 * rest. */
#include "roce/aspect.h"

#include <errno.h>

struct device {
	struct roce_here here;
	const json_t *nic;
};

static int find(const json_t *step, const struct roce_aspect **ret_aspect, struct ms_err *err)
{
	*ret_aspect = roce_aspect_of(step);
	return *ret_aspect ? 0
			   : ms_fail(err, -EINVAL, MS_INPUT, "msctl-roce knows no action \"%s\"",
				     ms_str(step, "/spec/action", ""));
}

static void device_close(void *ctx, void *opaque)
{
	struct device *device = opaque;

	(void)ctx;
	if (device)
		roce_here_close(&device->here);
	free(device);
}

static int device_open(void *ctx, const json_t *target, void **ret_device, struct ms_err *err)
{
	struct device *device = calloc(1, sizeof(*device));
	int r = device ? roce_here_open(ctx, &device->here, err) : ms_nomem(err);

	if (r < 0) {
		free(device);
		return r;
	}
	device->nic = target;
	*ret_device = device;
	return 0;
}

static int device_key(void *ctx, const json_t *target, char *buf, size_t size, struct ms_err *err)
{
	(void)ctx;
	if ((size_t)snprintf(buf, size, "nic/%s", ms_name(target)) < size)
		return 0;
	return ms_fail(err, -ENAMETOOLONG, MS_INPUT, "%s: the name is too long", ms_name(target));
}

/* ---- reading ---- */

static int look(struct roce_here *here, const json_t *nic, roce_get_fn *part, struct ms_err *err)
{
	int r = 0;

	ms_seen_forget(&here->seen);
	/* What rtnetlink and RDMA netlink say of the interface. */
	if (part == roce_get_link || part == roce_get_rdma)
		r = roce_here_refresh(here, err);
	if (!r)
		r = roce_observe_part(here, nic, part, &here->seen.status, err);
	here->seen.part = (const void *)part;
	return r;
}

int roce_step_read(struct roce_here *here, const json_t *nic, const json_t *step, json_t **ret_now,
		   struct ms_err *err)
{
	const struct roce_aspect *aspect;
	int r = find(step, &aspect, err);

	if (!r && !ms_seen_serves(&here->seen, (const void *)aspect->part, step))
		r = look(here, nic, aspect->part, err);
	if (r < 0)
		return r;
	here->seen.step = step;
	*ret_now = roce_aspect_view(aspect, here->seen.status, ms_at(step, "/spec/after"));
	return *ret_now ? 0 : ms_nomem(err);
}

int roce_step_act(struct roce_here *here, const json_t *nic, const json_t *step, const json_t *now,
		  struct ms_err *err)
{
	const struct roce_aspect *aspect;
	struct roce_act act = { .here = here };
	int r = find(step, &aspect, err);

	ms_seen_forget(&here->seen);
	if (!r)
		r = ms_link_of_nic(here->links, nic, &act.link, err);
	if (r < 0)
		return r;
	act.port = roce_port_of(here, act.link);
	act.after = ms_at(step, "/spec/after/%s", aspect->key);
	act.now = json_object_get(now, aspect->key);
	return aspect->act(&act, err);
}

/* ---- the engine's ---- */

static int step_read(void *ctx, void *opaque, const json_t *step, json_t **ret_now,
		     struct ms_err *err)
{
	struct device *device = opaque;

	(void)ctx;
	return roce_step_read(&device->here, device->nic, step, ret_now, err);
}

static int step_act(void *ctx, void *opaque, const json_t *step, const json_t *now,
		    struct ms_err *err)
{
	struct device *device = opaque;

	(void)ctx;
	return roce_step_act(&device->here, device->nic, step, now, err);
}

static bool step_holds(const json_t *step, const json_t *now, const json_t *want)
{
	const struct roce_aspect *aspect = roce_aspect_of(step);

	return aspect && roce_aspect_holds(aspect, now, want);
}

const struct ms_step_ops roce_step_ops = {
	.command = "msctl-roce",
	.open = device_open,
	.close = device_close,
	.device = device_key,
	.read = step_read,
	.act = step_act,
	.holds = step_holds,
	/* The kernel answers when it is done; a link may take longer to come back. */
	.verify_seconds = 20,
};
