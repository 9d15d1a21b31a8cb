/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A switch that is open: its driver, a login, and the dialect that was chosen by what it says. */
#include <errno.h>
#include "fabric/driver.h"

#define PAUSE_MIN 20

void fabric_close(struct fabric_device *device)
{
	if (!device)
		return;
	if (device->session)
		device->driver->close(device->session);
	json_decref(device->facts);
	*device = (struct fabric_device){ 0 };
}

static int choose_driver(const json_t *sw, struct fabric_device *device, struct ms_err *err)
{
	struct fabric_dialect dialect;
	int r = fabric_dialect_init(&dialect, sw, NULL, err);

	device->driver = r ? NULL : dialect.driver;
	return r;
}

int fabric_open(const struct fabric_env *env, const json_t *sw, struct fabric_device *ret_device,
		struct ms_err *err)
{
	struct fabric_device device = { 0 };
	int r = choose_driver(sw, &device, err);

	if (!r)
		r = device.driver->open(env, sw, &device.session, err);
	if (!r)
		r = device.driver->probe(device.session, &device.facts, err);
	if (!r)
		r = fabric_dialect_init(&device.dialect, sw, device.facts, err);
	if (r) {
		fabric_close(&device);
		return r;
	}
	*ret_device = device;
	return 0;
}

int fabric_read(const struct fabric_device *device, json_t **ret_model, json_t *opaque,
		struct ms_err *err)
{
	json_auto_t *native = NULL;
	int r = device->driver->read(device->session, &native, err);

	json_auto_t *model = NULL;

	if (!r)
		r = device->driver->parse(&device->dialect, native, &model, opaque, err);
	if (!r)
		r = fabric_lacks(&device->dialect, native, model, err);
	if (!r)
		*ret_model = ms_take(model);
	return r;
}

int fabric_pause(const struct fabric_env *env, unsigned *pause)
{
	unsigned longest = env->poll_ms ? env->poll_ms : ms_http_poll_ms(env->http);
	unsigned now = *pause < PAUSE_MIN ? PAUSE_MIN : *pause;

	if (now > longest)
		now = longest;
	*pause = now * 2;
	return ms_task_sleep(env->loop, now);
}
