/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Power takes time; so does POST, at whose end pending settings come into force; an operating
 * system shuts down when it is asked, if it likes.
 */
#include "sim/engine.h"

const char *sim_power_word(const struct sim_bmc *bmc)
{
	static const char *const words[] = {
		[SIM_OFF] = "Off",
		[SIM_POWERING_ON] = "PoweringOn",
		[SIM_ON] = "On",
		[SIM_POWERING_OFF] = "PoweringOff",
	};
	bool plain = !ms_bool(bmc->shape->model->behaviour, "/power/transitions", false);

	/* Many say Off until it is on, and On until it is off. */
	if (plain && bmc->power == SIM_POWERING_ON)
		return "Off";
	if (plain && bmc->power == SIM_POWERING_OFF)
		return "On";
	return words[bmc->power];
}

static double seconds(const struct sim_bmc *bmc, const char *what, double otherwise)
{
	const json_t *value = ms_at(bmc->shape->model->behaviour, "/power/%s", what);

	return json_is_number(value) ? json_number_value(value) : otherwise;
}

/* ---- events ------------------------------------------------------------------------------------
 */

static void begin_post(struct sim_bmc *bmc)
{
	bmc->power = SIM_ON;
	bmc->boot = SIM_BOOT_POST;
	bmc->reset_at = sim_wall(&bmc->dev);
	sim_settings_running(bmc);
	sim_event_add(&bmc->dev, seconds(bmc, "post", 60), "post", NULL);
}

static void on_on(struct sim_device *dev, const json_t *arg)
{
	struct sim_bmc *bmc = sim_bmc_of(dev);

	(void)arg;
	sim_log(bmc, "power", "OK", "The server power is on.");
	begin_post(bmc);
}

static void on_off(struct sim_device *dev, const json_t *arg)
{
	struct sim_bmc *bmc = sim_bmc_of(dev);

	bmc->power = SIM_OFF;
	bmc->boot = SIM_BOOT_NONE;
	bmc->off_at = sim_clock(bmc->dev.sim);
	sim_log(bmc, "power", "OK", "The server power is off.");
	if (ms_streq(json_string_value(arg), "on")) {
		bmc->power = SIM_POWERING_ON;
		sim_event_add(&bmc->dev, seconds(bmc, "on", 3), "on", NULL);
	}
}

static void on_post(struct sim_device *dev, const json_t *arg)
{
	struct sim_bmc *bmc = sim_bmc_of(dev);

	(void)arg;
	sim_settings_apply(bmc);
	sim_boot_consume(bmc);
	bmc->boots++;
	bmc->boot = SIM_BOOT_LOADER;
	sim_event_add(&bmc->dev, seconds(bmc, "os", 30), "os", NULL);
}

static void on_os(struct sim_device *dev, const json_t *arg)
{
	struct sim_bmc *bmc = sim_bmc_of(dev);

	(void)arg;
	bmc->boot = SIM_BOOT_OS;
}

/* The operating system has ended; a restart goes on with POST, without power being off. */
static void on_down(struct sim_device *dev, const json_t *arg)
{
	struct sim_bmc *bmc = sim_bmc_of(dev);

	if (ms_streq(json_string_value(arg), "restart"))
		begin_post(bmc);
	else
		on_off(dev, arg);
}

static void on_back(struct sim_device *dev, const json_t *arg)
{
	(void)arg;
	dev->away_until = 0;
}

const struct sim_event_kind sim_bmc_events[] = {
	{ "on", SIM_EVENT_POWER, on_on },
	{ "off", SIM_EVENT_POWER, on_off },
	{ "post", SIM_EVENT_POWER, on_post },
	{ "os", SIM_EVENT_POWER, on_os },
	{ "down", SIM_EVENT_POWER, on_down },
	{ "back", SIM_EVENT_LASTING, on_back },
	{ "task", SIM_EVENT_LASTING, sim_task_step },
	{ "certificate", SIM_EVENT_LASTING, sim_cert_install },
	{ "update", SIM_EVENT_LASTING, sim_update_install },
	{ "csr", SIM_EVENT_LASTING, sim_csr_ready },
	{ NULL, 0, NULL },
};

/* ---- orders ------------------------------------------------------------------------------------
 */

static void go_on(struct sim_bmc *bmc)
{
	sim_event_drop(&bmc->dev, SIM_EVENT_POWER);
	bmc->power = SIM_POWERING_ON;
	sim_event_add(&bmc->dev, seconds(bmc, "on", 3), "on", NULL);
}

static void go_off(struct sim_bmc *bmc, const char *then)
{
	sim_event_drop(&bmc->dev, SIM_EVENT_POWER);
	bmc->power = SIM_POWERING_OFF;
	bmc->boot = SIM_BOOT_NONE;
	sim_event_add(&bmc->dev, seconds(bmc, "off", 2), "off", json_string(then));
}

static void go_restart(struct sim_bmc *bmc)
{
	sim_event_drop(&bmc->dev, SIM_EVENT_POWER);
	sim_log(bmc, "power", "OK", "The server was reset.");
	begin_post(bmc);
}

/* Asks the operating system; before it runs nobody hears it, and some never do. */
static void ask(struct sim_bmc *bmc, const char *then)
{
	const char *restart = ms_str(bmc->shape->model->behaviour, "/power/graceful_restart",
				     "restart");

	if (bmc->boot != SIM_BOOT_OS || bmc->stubborn)
		return;
	if (!strcmp(then, "restart") && strcmp(restart, "restart"))
		then = restart;
	bmc->boot = SIM_BOOT_NONE;
	if (strcmp(then, "restart"))
		bmc->power = SIM_POWERING_OFF;
	sim_event_add(&bmc->dev, seconds(bmc, "graceful", 20), "down", json_string(then));
}

static void press(struct sim_bmc *bmc)
{
	if (bmc->power == SIM_OFF || bmc->power == SIM_POWERING_OFF)
		go_on(bmc);
	else
		ask(bmc, "off");
}

/* The words of Resource.ResetType. */
int sim_power_force(struct sim_bmc *bmc, const char *type)
{
	bool on = bmc->power == SIM_ON || bmc->power == SIM_POWERING_ON;

	if (!strcmp(type, "On") || !strcmp(type, "ForceOn"))
		go_on(bmc);
	else if (!strcmp(type, "ForceOff"))
		go_off(bmc, "off");
	else if (!strcmp(type, "GracefulShutdown"))
		ask(bmc, "off");
	else if (!strcmp(type, "GracefulRestart"))
		ask(bmc, "restart");
	else if (!strcmp(type, "ForceRestart"))
		go_restart(bmc);
	else if (!strcmp(type, "PowerCycle") || !strcmp(type, "FullPowerCycle"))
		on ? go_off(bmc, "on") : go_on(bmc);
	else if (!strcmp(type, "PushPowerButton"))
		press(bmc);
	else if (!strcmp(type, "Nmi"))
		sim_log(bmc, "power", "Warning", "A non-maskable interrupt was sent.");
	else
		return -EINVAL;
	return 0;
}

/* Off when it is off and on when it is on: an error, or nothing. */
static bool already(struct sim_req *req, const char *type)
{
	const struct sim_bmc *bmc = req->bmc;
	bool off = bmc->power == SIM_OFF;
	bool turn_on = !strcmp(type, "On") || !strcmp(type, "ForceOn");
	bool works_when_off = turn_on || !strcmp(type, "PushPowerButton") ||
			      !strcmp(type, "PowerCycle") || !strcmp(type, "FullPowerCycle");

	if (off ? works_when_off : !turn_on || bmc->power == SIM_POWERING_OFF)
		return false;
	if (ms_bool(bmc->shape->model->behaviour, "/power/already_is_fine", false))
		sim_done(req, 204);
	else
		sim_say(req, "already", NULL, off ? "off" : "on", NULL);
	return true;
}

/* Some cannot be switched on for a while after they were switched off. */
static bool settling(const struct sim_bmc *bmc, const char *type)
{
	double settle = seconds(bmc, "settle", 0);

	return !strcmp(type, "On") && settle > 0 && bmc->off_at &&
	       sim_clock(bmc->dev.sim) < bmc->off_at + (int64_t)(settle * 1000);
}

void sim_power_reset(struct sim_req *req)
{
	const char *type = ms_str(req->json, "/ResetType", NULL);

	if (!type)
		type = ms_str(req->bmc->shape->model->behaviour, "/power/default", NULL);
	if (!type) {
		sim_say(req, "action_missing", NULL, "ComputerSystem.Reset", "ResetType", NULL);
		return;
	}
	if (req->bmc->boot == SIM_BOOT_POST && strcmp(type, "ForceOff") &&
	    ms_bool(req->bmc->shape->model->behaviour, "/power/post_refuses", false)) {
		sim_say(req, "post", NULL, NULL);
		return;
	}
	if (already(req, type))
		return;
	if (settling(req->bmc, type)) {
		sim_say(req, "settling", NULL, NULL);
		return;
	}
	if (sim_power_force(req->bmc, type)) {
		sim_say(req, "action_value", NULL, type, "ResetType", NULL);
		return;
	}
	sim_touch(&req->bmc->dev);
	sim_done(req, (unsigned)ms_int(req->bmc->shape->model->behaviour, "/power/status", 204));
}

/* The BMC itself restarts: no answer for a while, sessions and event streams are gone. */
void sim_manager_reset(struct sim_req *req)
{
	const json_t *how = req->bmc->shape->model->behaviour;
	double away = (double)ms_int(how, "/manager/reset_seconds", 60);

	if (ms_bool(how, "/manager/reset_plain", false) &&
	    json_object_get(req->json, "ResetType")) {
		sim_say(req, "action_parameter", NULL, "Manager.Reset", "ResetType", NULL);
		return;
	}
	sim_sessions_drop(req->bmc);
	sim_streams_close(req->dev);
	if (ms_bool(how, "/events/forgotten", false))
		sim_subscriptions_drop(req->bmc);
	sim_done(req, (unsigned)ms_int(how, "/manager/reset_status", 204));
	req->bmc->dev.away_until = sim_clock(req->sim) + (int64_t)(away * 1000);
	sim_event_add(&req->bmc->dev, away, "back", NULL);
	req->reply.close = true;
}
