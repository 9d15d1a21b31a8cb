/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How Steps of msctl-nic are carried out: the engine (state/state.h) does the rest. */
#include "nic/here.h"
#include "state/state.h"

#include <errno.h>

struct device {
	struct nic_env *env;
	struct nic_here here;
	const json_t *nic;
	struct ms_seen seen;         /* its part is an aspect's list of them */
};

static void device_close(void *ctx, void *opaque)
{
	struct device *device = opaque;

	(void)ctx;
	if (!device)
		return;
	nic_here_release(&device->here);
	ms_seen_forget(&device->seen);
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

/* ---- reading ---- */

/* rtnetlink tells of interfaces, and of virtual functions with them. */
static bool is_of_links(nic_get_fn *const *parts)
{
	for (; *parts; parts++)
		if (*parts == nic_link || *parts == nic_sriov)
			return true;
	return false;
}

static int look(struct device *device, nic_get_fn *const *parts, json_t **ret_status,
		struct ms_err *err)
{
	int r = 0;

	if (!device->here.links || is_of_links(parts))
		r = nic_here_read(&device->here, err);
	return r ? r : nic_observe_parts(&device->here, device->nic, parts, ret_status, err);
}

static int read_part(struct device *device, nic_get_fn *const *parts, const json_t *step,
		     struct ms_err *err)
{
	int r = 0;

	if (!ms_seen_serves(&device->seen, parts, step)) {
		ms_seen_forget(&device->seen);
		r = look(device, parts, &device->seen.status, err);
		device->seen.part = parts;
	}
	device->seen.step = step;
	return r;
}

static int step_read(void *ctx, void *opaque, const json_t *step, json_t **ret_now,
		     struct ms_err *err)
{
	const struct nic_aspect *aspect = nic_aspect_of(step, err);
	struct device *device = opaque;
	json_auto_t *state = NULL;
	const char *serial;
	int r = aspect ? read_part(device, aspect->parts, step, err) : err->error;

	(void)ctx;
	if (r)
		return r;
	state = nic_state_new(device->seen.status);
	*ret_now = state ? nic_part_new(state, ms_at(step, "/spec/after")) : NULL;
	if (!*ret_now)
		return ms_nomem(err);
	serial = ms_str(device->seen.status, "/serialNumber", NULL);
	if (serial && ms_at(step, "/spec/expect") &&
	    ms_put(*ret_now, "/identity/serialNumber", json_string(serial))) {
		json_decref(ms_take(*ret_now));
		return ms_nomem(err);
	}
	return 0;
}

/* ---- acting ---- */

/* What is in use now counts, not what was when it was planned. */
static int check_use(struct device *device, enum nic_cut cut, const json_t *want,
		     struct ms_err *err)
{
	static nic_get_fn *const parts[] = { nic_pci, nic_sriov, nic_eswitch, nic_link, nic_use,
					     NULL };
	MS_AUTO_BUF struct ms_buf text = { 0 };
	json_auto_t *uses = json_array(), *status = NULL;
	const json_t *use;
	size_t i;
	int r = uses ? look(device, parts, &status, err) : ms_nomem(err);

	if (!r && nic_uses_cut(cut, status, want, uses))
		r = ms_nomem(err);
	if (r || !json_array_size(uses))
		return r;
	json_array_foreach(uses, i, use)
		ms_buf_printf(&text, "%s%s", i ? ", " : "", json_string_value(use));
	ms_fail(err, -EBUSY, MS_PRECONDITION, "it is in use, and would be cut: %s",
		text.data ? text.data : "");
	ms_hint(err, "when that is wanted: --allow use");
	return -EBUSY;
}

static int act_on(struct device *device, const struct nic_aspect *aspect, const json_t *want,
		  struct ms_err *err)
{
	enum nic_cut cut = aspect->cuts ? aspect->cuts(device->seen.status, want) : NIC_CUT_NOTHING;
	struct nic_act act = {
		.here = &device->here,
		.nic = device->nic,
		.status = device->seen.status,
		.want = want,
		.loop = device->env->loop,
	};
	int r = cut == NIC_CUT_NOTHING || device->env->allow_use
			? 0
			: check_use(device, cut, want, err);

	if (!r)
		r = nic_find(&device->here, device->nic, &act.link, err);
	if (r)
		return r;
	act.pci = nic_pci_of(device->nic, act.link);
	return aspect->act(&act, err);
}

static int step_act(void *ctx, void *opaque, const json_t *step, const json_t *now,
		    struct ms_err *err)
{
	const struct nic_aspect *aspect = nic_aspect_of(step, err);
	struct device *device = opaque;
	int r = aspect ? act_on(device, aspect, ms_at(step, "/spec/after"), err) : err->error;

	(void)ctx;
	(void)now;
	ms_seen_forget(&device->seen);
	/* A driver that was started anew has made its interfaces anew. */
	if (aspect && aspect->cuts)
		ms_links_free(ms_take(device->here.links));
	return r;
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
