/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One simulated switch: made of a Switch of the site file, played by its platform.
 */
#include <microhttpd.h>
#include "sim/switch.h"

#define CONFIG_MAX (16u << 20)

struct sim_switch *sim_switch_of(struct sim_device *dev)
{
	return dev && dev->kind == &sim_switch_kind ? (struct sim_switch *)dev : NULL;
}

struct sim_switch *sim_switch_named(struct sim *sim, const char *name)
{
	return sim_switch_of(sim_device_named(sim, &sim_switch_kind, name));
}

void sim_switch_changed(struct sim_switch *sw)
{
	sw->bgp_stale = true;
	sw->bgp_changed = sw->dev.sim->instant ? sw->dev.sim->instant : sim_clock(sw->dev.sim);
	sim_touch(&sw->dev);
}

void sim_switch_cut_off(struct sim_switch *sw)
{
	sim_ssh_cut(sw->dev.sim, &sw->dev);
}

int sim_switch_config(const json_t *resource, char **ret_text, struct ms_err *err)
{
	const char *path = ms_str(resource, "/metadata/annotations/sim~1config", NULL);
	MS_AUTO_BUF struct ms_buf buf = { 0 };
	int r;

	*ret_text = NULL;
	if (!path)
		return 0;
	r = ms_read_file(path, CONFIG_MAX, &buf, err);
	if (!r) {
		*ret_text = ms_buf_steal(&buf);
		r = *ret_text ? 0 : ms_nomem(err);
	}
	return r;
}

/* ---- what the site file says -------------------------------------------------------------------
 */

static const struct sim_switch_platform *platform_find(const char *name)
{
	for (const struct sim_switch_platform *const *p = sim_switch_platforms; *p; p++)
		if (!strcmp((*p)->platform, name))
			return *p;
	return NULL;
}

/* Of the second way in, those of the first unless it has its own. */
static const json_t *login_of(const struct sim_switch *sw)
{
	const json_t *own = ms_at(sw->resource, "/spec/management/%s/credentials",
				  sw->dev.side ? sw->dev.side : "");

	return own ? own : ms_at(sw->resource, "/spec/management/credentials");
}

static int account(struct sim_switch *sw, struct ms_err *err)
{
	const struct sim_opts *opts = &sw->dev.sim->opts;
	const json_t *login = login_of(sw);
	const char *reference = ms_str(login, "/password", NULL), *password = NULL;
	bool asked = !sw->dev.ssh ||
		     (sw->dev.side && ms_at(sw->resource, "/spec/management/%s", sw->dev.side));
	int r = 0;

	if (reference && opts->secrets && asked)
		r = ms_secret_get(opts->secrets, reference, &password, err);
	if (r)
		return r;
	if (!password)
		password = opts->password ? opts->password : "msctl-sim";
	sw->user = strdup(ms_str(login, "/username", opts->user ? opts->user : "admin"));
	sw->password = strdup(password);
	return sw->user && sw->password ? 0 : ms_nomem(err);
}

/* Locally administered, and the same in every run. */
static void make_mac(struct sim_switch *sw)
{
	char d[11];

	sim_digits(&sw->dev, "mac", "0123456789abcdef", d, 10);
	snprintf(sw->mac, sizeof(sw->mac), "02:%.2s:%.2s:%.2s:%.2s:%.2s", d, d + 2, d + 4, d + 6,
		 d + 8);
}

static int describe(struct sim_switch *sw, const json_t *resource, struct ms_err *err)
{
	const struct sim_switch_platform *p = sw->platform;
	const char *protocol, *serial = ms_str(resource, "/spec/serial", NULL);
	int r = sim_device_init(&sw->dev, &sim_switch_kind, sw->dev.sim, ms_name(resource), err);

	if (r)
		return r;
	sw->resource = json_deep_copy(resource);
	sw->state = json_object();
	sw->down = json_object();
	sw->counters = json_object();
	if (!sw->resource || !sw->state || !sw->down || !sw->counters)
		return ms_nomem(err);
	protocol = ms_str(sw->resource, "/spec/management/protocol", p->ssh ? "ssh" : "https");
	sw->dev.ssh = (!strcmp(protocol, "ssh") && (p->exec || p->open)) || !p->answer || p->door;
	sw->dev.side = sw->dev.ssh ? p->door : NULL;
	sw->dev.vendor = p->vendor;
	sw->dev.model = p->model;
	sw->dev.events_more = p->events;
	sw->version = ms_str(sw->resource, "/spec/version", p->version);
	sim_digits(&sw->dev, "serial", "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ", sw->serial, 11);
	if (serial)
		snprintf(sw->serial, sizeof(sw->serial), "%s", serial);
	make_mac(sw);
	r = account(sw, err);
	return r || !p->start ? r : p->start(sw, sw->resource, err);
}

static int make(struct sim *sim, json_t *resource, struct sim_device **ret_dev, struct ms_err *err)
{
	const char *name = ms_str(resource, "/spec/platform", "");
	const struct sim_switch_platform *platform = platform_find(name);
	struct sim_switch *sw = platform ? calloc(1, sizeof(*sw)) : NULL;
	int r;

	if (!platform)
		return ms_fail(err, -ENOTSUP, MS_INPUT,
			       "%s: switches of platform %s cannot be played", ms_name(resource),
			       name);
	if (!sw)
		return ms_nomem(err);
	sw->platform = platform;
	sw->dev.kind = &sim_switch_kind;
	sw->dev.sim = sim;
	r = describe(sw, resource, err);
	if (r)
		sim_device_free(&sw->dev);
	else
		*ret_dev = &sw->dev;
	return r;
}

/* The second way in is said where the site asks for it, with what ssh is about to replace; an
 * annotation always says it. */
static int fill_side(struct sim_device *dev, json_t *resource, struct ms_err *err)
{
	json_t *management = ms_at(resource, "/spec/management"),
	       *side = json_object_get(management, dev->side);
	const char *scheme = dev->sim->opts.plain ? "http" : "https";
	char path[64], pin[64];

	snprintf(path, sizeof(path), "/metadata/annotations/sim~1%s", dev->side);
	if (ms_put(resource, path,
		   json_sprintf("%s://%s:%u/%s", scheme, ms_str(management, "/address", ""),
				dev->side_port, dev->side)))
		return ms_nomem(err);
	if (!side)
		return 0;
	if (sim_key_pin(dev, pin))
		return ms_nomem(err);
	if (!json_object_get(side, "credentials") && json_object_get(management, "credentials") &&
	    json_object_set(side, "credentials", json_object_get(management, "credentials")))
		return ms_nomem(err);
	return ms_put(side, "/port", json_integer(dev->side_port)) ||
			       ms_put(side, "/tls",
				      json_pack("{s:s, s:s}", "trust", "pin", "pin", pin))
		       ? ms_nomem(err)
		       : 0;
}

static int fill(struct sim_device *dev, json_t *resource, struct ms_err *err)
{
	int r = dev->side ? fill_side(dev, resource, err) : 0;

	return r || !dev->ssh ? r : sim_ssh_fill(dev, ms_at(resource, "/spec/management"), err);
}

/* ---- requests ----------------------------------------------------------------------------------
 */

bool sim_switch_login(const struct sim_req *req)
{
	const struct sim_switch *sw = sim_switch_of(req->dev);
	char *password = NULL,
	     *user = MHD_basic_auth_get_username_password(req->connection, &password);
	bool good = user && password && !strcmp(user, sw->user) && !strcmp(password, sw->password);

	MHD_free(user);
	MHD_free(password);
	return good;
}

/* At a switch that is spoken to by ssh, and has no second way in, only /sim answers HTTP. */
static void answer(struct sim_req *req)
{
	const struct sim_switch *sw = sim_switch_of(req->dev);

	if ((sw->dev.ssh && !sw->dev.side) || !sw->platform->answer)
		req->reply.status = 404;
	else
		sw->platform->answer(req);
}

static double delay(struct sim_req *req)
{
	const struct sim_switch *sw = sim_switch_of(req->dev);

	return sw->platform->delay && (!sw->dev.ssh || sw->dev.side) ? sw->platform->delay(req) : 0;
}

/* ---- /sim --------------------------------------------------------------------------------------
 */

static json_t *inspect(struct sim_device *dev)
{
	struct sim_switch *sw = sim_switch_of(dev);
	json_t *facts = json_pack("{s:s, s:s, s:s, s:s, s:I, s:o}", "platform",
				  sw->platform->platform, "version", sw->version, "serial",
				  sw->serial, "mac", sw->mac, "connections",
				  (json_int_t)sim_ssh_connections(dev->sim, dev), "sessions",
				  json_array());
	json_auto_t *own = sw->platform->inspect ? sw->platform->inspect(sw) : NULL;

	if (own)
		json_object_update(facts, own);
	return facts;
}

/* {cable: {PORT: END or null}}. */
static int plug(struct sim_switch *sw, const json_t *cables)
{
	const char *port;
	json_t *end;
	int r = 0;

	json_object_foreach((json_t *)cables, port, end) {
		r = r ? r : sim_cable_plug(sw, port, json_string_value(end));
	}
	return r;
}

/* {link: {PORT: "up" or "down"}}. */
static int set_links(struct sim_switch *sw, const json_t *links)
{
	const char *port;
	json_t *word;

	json_object_foreach((json_t *)links, port, word) {
		if (ms_streq(json_string_value(word), "down"))
			json_object_set_new(sw->down, port, json_true());
		else
			json_object_del(sw->down, port);
	}
	sim_switch_changed(sw);
	return 0;
}

/* {away: SECONDS}: it restarts, or cannot be reached. */
static int go_away(struct sim_switch *sw, double seconds)
{
	sw->dev.away_until = sim_clock(sw->dev.sim) + (int64_t)(seconds * 1000);
	sim_switch_cut_off(sw);
	return 0;
}

static int pull(struct sim_device *dev, const char *lever, const json_t *value)
{
	struct sim_switch *sw = sim_switch_of(dev);

	if (!strcmp(lever, "cable"))
		return plug(sw, value);
	if (!strcmp(lever, "link"))
		return set_links(sw, value);
	if (!strcmp(lever, "away"))
		return go_away(sw, json_number_value(value));
	if (!strcmp(lever, "counters"))
		return sim_counter_pull(sw, value);
	return sw->platform->pull ? sw->platform->pull(sw, lever, value) : -EINVAL;
}

/* ---- state -------------------------------------------------------------------------------------
 */

static json_t *save(const struct sim_device *dev)
{
	const struct sim_switch *sw = (const struct sim_switch *)dev;
	json_t *row = json_pack("{s:O, s:O, s:O}", "state", sw->state, "down", sw->down,
				"counters", sw->counters);
	json_auto_t *own = sw->platform->save ? sw->platform->save(sw) : NULL;

	if (own)
		json_object_update(row, own);
	return row;
}

static void take(json_t **into, const json_t *from)
{
	if (!json_is_object(from))
		return;
	json_decref(*into);
	*into = json_deep_copy(from);
}

static void load(struct sim_device *dev, const json_t *row)
{
	struct sim_switch *sw = sim_switch_of(dev);

	take(&sw->state, json_object_get(row, "state"));
	take(&sw->down, json_object_get(row, "down"));
	take(&sw->counters, json_object_get(row, "counters"));
	if (sw->platform->load)
		sw->platform->load(sw, row);
	sim_switch_changed(sw);
}

/* ---- life --------------------------------------------------------------------------------------
 */

static void switch_free(struct sim_device *dev)
{
	struct sim_switch *sw = sim_switch_of(dev);

	if (sw->platform->free)
		sw->platform->free(sw);
	json_decref(sw->resource);
	json_decref(sw->state);
	json_decref(sw->down);
	json_decref(sw->counters);
	json_decref(sw->bgp);
	free(sw->user);
	free(sw->password);
	free(sw);
}

static void release(struct sim *sim)
{
	sim_ssh_stop(sim);
	sim_cable_release(sim);
}

const struct sim_kind sim_switch_kind = {
	.name = "switch",
	.plural = "switches",
	.resource = "Switch",
	.match = "switch",
	.at = "/spec/management",
	.realm = "switch",
	.make = make,
	.fill = fill,
	.delay = delay,
	.answer = answer,
	.inspect = inspect,
	.pull = pull,
	.save = save,
	.load = load,
	.free = switch_free,
	.release = release,
};
