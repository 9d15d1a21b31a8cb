/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How Steps of msctl-nic are carried out: the engine (state/state.h) does the rest. */
#include "nic/here.h"
#include "state/state.h"

#include <errno.h>

struct device {
	struct nic_env *env;
	struct nic_here here;
	const json_t *nic;
	json_t *status;              /* as read last */
};

static void device_close(void *ctx, void *opaque)
{
	struct device *device = opaque;

	(void)ctx;
	if (!device)
		return;
	nic_here_release(&device->here);
	json_decref(device->status);
	free(device);
}

static int device_open(void *ctx, const json_t *target, void **ret_device, struct ms_err *err)
{
	struct device *device = calloc(1, sizeof(*device));

	if (!device)
		return ms_nomem(err);
	device->env = ctx;
	device->here.host = device->env->host;
	device->here.loop = device->env->loop;
	device->nic = target;
	*ret_device = device;
	return 0;
}

static int device_key(void *ctx, const json_t *target, char *buf, size_t size, struct ms_err *err)
{
	(void)ctx;
	if ((size_t)snprintf(buf, size, "nic/%s", ms_name(target)) >= size)
		return ms_fail(err, -ENAMETOOLONG, MS_INPUT, "%s: the name is too long",
			       ms_name(target));
	return 0;
}

static int look(struct device *device, struct ms_err *err)
{
	int r = nic_here_read(&device->here, err);

	json_decref(ms_take(device->status));
	return r ? r : nic_observe(&device->here, device->nic, &device->status, err);
}

static int step_read(void *ctx, void *opaque, const json_t *step, json_t **ret_now,
		     struct ms_err *err)
{
	struct device *device = opaque;
	json_auto_t *state = NULL;
	const char *serial;
	int r = look(device, err);

	(void)ctx;
	if (r)
		return r;
	state = nic_state_new(device->status);
	*ret_now = state ? nic_part_new(state, ms_at(step, "/spec/after")) : NULL;
	if (!*ret_now)
		return ms_nomem(err);
	serial = ms_str(device->status, "/serialNumber", NULL);
	if (serial && ms_at(step, "/spec/expect") &&
	    ms_put(*ret_now, "/identity/serialNumber", json_string(serial))) {
		json_decref(ms_take(*ret_now));
		return ms_nomem(err);
	}
	return 0;
}

/* What is in use now counts, not what was when it was planned. */
static int check_use(const struct device *device, const struct nic_aspect *aspect,
		     const json_t *want, struct ms_err *err)
{
	MS_AUTO_BUF struct ms_buf text = { 0 };
	json_auto_t *uses = json_array();
	const json_t *use;
	size_t i;

	if (device->env->allow_use || !aspect->cuts)
		return 0;
	if (!uses || aspect->cuts(device->status, want, uses))
		return ms_nomem(err);
	if (!json_array_size(uses))
		return 0;
	json_array_foreach(uses, i, use)
		ms_buf_printf(&text, "%s%s", i ? ", " : "", json_string_value(use));
	ms_fail(err, -EBUSY, MS_PRECONDITION, "it is in use, and would be cut: %s",
		text.data ? text.data : "");
	ms_hint(err, "when that is wanted: --allow use");
	return -EBUSY;
}

static int step_act(void *ctx, void *opaque, const json_t *step, const json_t *now,
		    struct ms_err *err)
{
	struct device *device = opaque;
	const struct nic_aspect *aspect = nic_aspect_of(step, err);
	struct nic_act act = {
		.here = &device->here,
		.nic = device->nic,
		.status = device->status,
		.want = ms_at(step, "/spec/after"),
		.loop = device->env->loop,
	};
	int r;

	(void)ctx;
	(void)now;
	if (!aspect)
		return err->error;
	r = nic_find(&device->here, device->nic, &act.link, err);
	if (!r)
		r = check_use(device, aspect, act.want, err);
	if (r)
		return r;
	act.pci = nic_pci_of(device->nic, act.link);
	return aspect->act(&act, err);
}

const struct ms_step_ops nic_step_ops = {
	.command = "msctl-nic",
	.open = device_open,
	.close = device_close,
	.device = device_key,
	.read = step_read,
	.act = step_act,
	.verify_seconds = 60,
};
