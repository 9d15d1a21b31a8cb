/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How Steps of msctl-bmc are carried out: the engine (state/state.h) does the rest. */
#include "bmc/aspect.h"

static const struct bmc_aspect *aspect_of(const json_t *step, struct ms_err *err)
{
	const char *action = ms_str(step, "/spec/action", "");
	const struct bmc_aspect *const *a;

	for (a = bmc_aspects; *a; a++)
		if (!strcmp((*a)->action, action))
			return *a;
	ms_fail(err, -EINVAL, MS_INPUT, "msctl-bmc knows no action \"%s\"", action);
	return NULL;
}

static void device_close(void *ctx, void *opaque)
{
	struct bmc_device *device = opaque;

	(void)ctx;
	if (!device)
		return;
	bmc_close(device->bmc);
	json_decref(device->logins);
	json_decref(device->ahead);
	free(device);
}

static int device_open(void *ctx, const json_t *target, void **ret_device, struct ms_err *err)
{
	struct bmc_device *device = calloc(1, sizeof *device);
	int r;

	if (!device)
		return ms_nomem(err);
	device->env = ctx;
	device->target = target;
	device->logins = json_object();
	r = device->logins ? bmc_open(device->env, target, &device->bmc, err) : ms_nomem(err);
	if (r) {
		device_close(ctx, device);
		return r;
	}
	*ret_device = device;
	return 0;
}

/* The BMC, not the server, is what takes one writer: two Servers may share one (several Systems).
 */
static int device_key(void *ctx, const json_t *target, char *buf, size_t size, struct ms_err *err)
{
	const char *address = ms_str(target, "/spec/bmc/address", NULL);

	(void)ctx;
	if (!address)
		return ms_fail(err, -EINVAL, MS_INPUT, "%s has no spec.bmc.address",
			       ms_name(target));
	if ((size_t)snprintf(buf, size, "bmc/%s:%jd", address,
			     (intmax_t)ms_int(target, "/spec/bmc/port", 443)) >= size)
		return ms_fail(err, -ENAMETOOLONG, MS_INPUT, "%s: spec.bmc.address is too long",
			       ms_name(target));
	return 0;
}

static int step_read(void *ctx, void *opaque, const json_t *step, json_t **ret_now,
		     struct ms_err *err)
{
	const struct bmc_aspect *aspect = aspect_of(step, err);
	struct bmc_device *device = opaque;
	const json_t *want = ms_at(step, "/spec/after");
	json_auto_t *facts = NULL;
	int r;

	(void)ctx;
	if (!aspect)
		return err->error;
	if (aspect->read)
		return aspect->read(device, want, ret_now, err);
	r = bmc_look(device->bmc, NULL, aspect->section, &facts, err);
	if (r)
		return r;
	*ret_now = aspect->view(facts, want);
	return *ret_now ? 0 : ms_nomem(err);
}

static void steps_ahead(void *ctx, void *opaque, const json_t *steps)
{
	struct bmc_device *device = opaque;

	(void)ctx;
	json_decref(device->ahead);
	device->ahead = json_incref((json_t *)steps);
}

/* What cannot be staged now (a job that blocks it, Secure Boot before UEFI is in force) is left to
 * its own Step. */
static void stage_ahead(struct bmc_device *device)
{
	struct ms_err ignored = MS_ERR_INIT;
	size_t i;
	json_t *step;

	json_array_foreach(device->ahead, i, step) {
		const struct bmc_aspect *aspect = aspect_of(step, &ignored);

		ms_err_clear(&ignored);
		if (!aspect || !aspect->stage)
			continue;
		if (aspect->stage(device, ms_at(step, "/spec/after"), &ignored))
			ms_debug("%s: %s has to wait for its own turn: %s",
				 ms_name(device->target), aspect->action, ignored.message);
		ms_err_clear(&ignored);
	}
	json_array_clear(device->ahead);
}

int bmc_restart(struct bmc_device *device, struct ms_err *err)
{
	stage_ahead(device);
	return bmc_reboot(device->bmc, device->env->force, err);
}

static int step_act(void *ctx, void *opaque, const json_t *step, const json_t *now,
		    struct ms_err *err)
{
	const struct bmc_aspect *aspect = aspect_of(step, err);

	(void)ctx;
	return aspect ? aspect->act(opaque, ms_at(step, "/spec/after"), now, err) : err->error;
}

/* Every member is as it was when it was planned, or as it is wanted: a restart for an earlier Step
 * may have brought part of this one. */
static bool on_the_way(const json_t *now, const json_t *before, const json_t *after)
{
	const char *key;
	json_t *value;

	if (ms_step_holds(now, before) || ms_step_holds(now, after))
		return true;
	if (!json_is_object(now) || !json_is_object(before) || !json_is_object(after))
		return false;
	json_object_foreach((json_t *)before, key, value)
		if (!on_the_way(json_object_get(now, key), value, json_object_get(after, key)))
			return false;
	return true;
}

static bool step_holds(const json_t *step, const json_t *now, const json_t *want)
{
	struct ms_err ignored = MS_ERR_INIT;
	const struct bmc_aspect *aspect = aspect_of(step, &ignored);
	const json_t *before = ms_at(step, "/spec/before");
	bool planned = json_equal(want, before);

	if (aspect && aspect->holds)
		return aspect->holds(now, want, planned);
	return planned ? on_the_way(now, before, ms_at(step, "/spec/after"))
		       : ms_step_holds(now, want);
}

const struct ms_step_ops bmc_step_ops = {
	.command = "msctl-bmc",
	.open = device_open,
	.close = device_close,
	.device = device_key,
	.read = step_read,
	.act = step_act,
	.ahead = steps_ahead,
	.holds = step_holds,
	.verify_seconds = 120,
};
