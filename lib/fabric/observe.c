/* SPDX-License-Identifier: GPL-2.0-or-later */
/* status.switch: what a switch says of itself, section by section. */
#include <errno.h>
#include "fabric/driver.h"

const char *const fabric_sections[] = { "config", "ports", "bgp", "pending",
					"counters", NULL };

bool fabric_wants(const char *const *only, const char *section)
{
	if (!only)
		return true;
	for (; *only; only++)
		if (!strcmp(*only, section))
			return true;
	return false;
}

/* A section that cannot be read costs only itself. */
static void refuse(json_t *status, const char *section, struct ms_err *why)
{
	json_t *refused = json_object_get(status, "refused");

	if (!refused) {
		refused = json_object();
		json_object_set_new(status, "refused", refused);
	}
	json_object_set_new(refused, section,
			    json_pack("{s:s, s:s}", "code", ms_code_name(why->code), "message",
				      why->message));
	ms_err_clear(why);
}

/* No answer at all is not a section's refusal: the switch is gone. */
static bool is_gone(const struct ms_err *why)
{
	return why->code == MS_UNREACHABLE || why->code == MS_CANCELLED || why->code == MS_AUTH ||
	       why->code == MS_TLS || why->error == -ENOMEM;
}

static int put_config(const struct fabric_device *device, json_t *status, struct ms_err *err)
{
	static const char *const config[] = { "config", NULL };
	json_auto_t *opaque = json_array(), *model = NULL;
	int r = opaque ? fabric_read(device, &model, opaque, err) : ms_nomem(err);

	if (r)
		return r;
	json_object_set(status, "config", model);
	if (json_array_size(opaque))
		json_object_set(status, "opaque", opaque);
	/* Whether it is saved. */
	return device->driver->facts(device->session, &device->dialect, config, status, err);
}

static int put_pending(const struct fabric_device *device, json_t *status, struct ms_err *err)
{
	json_t *pending = NULL;
	int r = device->driver->pending(device->session, &pending, err);

	if (!r && pending)
		json_object_set_new(status, "pending", pending);
	return r;
}

/* Whose a queue is says the configuration, which may be no part of what was asked for. */
static int put_counters(const struct fabric_device *device, json_t *status, struct ms_err *err)
{
	static const char *const counters[] = { "counters", NULL };
	json_auto_t *facts = json_object(), *model = json_incref(json_object_get(status, "config"));
	json_t *seen;
	int r = facts ? 0 : ms_nomem(err);

	if (!r && !model)
		r = fabric_read(device, &model, NULL, err);
	if (!r && json_object_set(facts, "config", model))
		r = ms_nomem(err);
	if (!r)
		r = device->driver->facts(device->session, &device->dialect, counters, facts, err);
	seen = json_object_get(facts, "counters");
	if (!r && seen && json_object_set_new(status, "counters", fabric_sorted(seen)))
		r = ms_nomem(err);
	return r;
}

static int put_section(const struct fabric_device *device, const char *section, json_t *status,
		       struct ms_err *err)
{
	const char *const one[] = { section, NULL };

	if (!strcmp(section, "config"))
		return put_config(device, status, err);
	if (!strcmp(section, "pending"))
		return put_pending(device, status, err);
	if (!strcmp(section, "counters"))
		return put_counters(device, status, err);
	return device->driver->facts(device->session, &device->dialect, one, status, err);
}

/* What names and words depend on, so that plan and render choose the same without the switch. */
static json_t *dialect_facts(const struct fabric_dialect *dialect)
{
	return json_pack("{s:I, s:s, s:s, s:i, s:i, s:i}", "variant", (json_int_t)dialect->variant,
			 "prefix", dialect->prefix ? dialect->prefix : "", "part",
			 dialect->part ? dialect->part : "", "first", dialect->first, "step",
			 dialect->step, "firstPart", dialect->first_part);
}

static const char *trust_word(const json_t *sw, const struct fabric_driver *driver)
{
	static const char *const words[] = {
		[MS_TRUST_CA] = "ca", [MS_TRUST_PIN] = "pin", [MS_TRUST_SKIP] = "skip",
	};
	enum ms_trust trust = fabric_tls_trust(sw);

	if (ms_streq(ms_str(sw, "/spec/management/restconf/tls/trust", NULL), "skip"))
		return words[MS_TRUST_SKIP];
	if (!strcmp(fabric_protocol(sw, driver), "ssh") && trust != MS_TRUST_SKIP)
		return "hostkey";
	return words[trust];
}

static int put_identity(const struct fabric_device *device, const json_t *sw, json_t *status,
			struct ms_err *err)
{
	static const char *const members[] = { "version",    "model",    "serialNumber",
					       "macAddress", "hostname", "names" };
	int bad = json_object_set_new(status, "platform", json_string(device->driver->platform));

	for (size_t i = 0; i < MS_ARRAY_SIZE(members); i++) {
		json_t *value = json_object_get(device->facts, members[i]);

		if (value)
			bad |= json_object_set(status, members[i], value);
	}
	bad |= json_object_set_new(status, "dialect", dialect_facts(&device->dialect));
	bad |= json_object_set_new(status, "trust", json_string(trust_word(sw, device->driver)));
	return bad ? ms_nomem(err) : 0;
}

/* A switch that was exchanged, or two addresses that were: better seen here than after a write. */
static void warn_serial(const json_t *sw, json_t *status)
{
	const char *want = ms_str(sw, "/spec/serial", NULL);
	const char *seen = ms_str(status, "/serialNumber", NULL);
	json_t *warnings;

	if (!want || !seen || !strcmp(want, seen))
		return;
	warnings = json_object_get(status, "warnings");
	if (!warnings) {
		warnings = json_array();
		json_object_set_new(status, "warnings", warnings);
	}
	json_array_append_new(warnings, json_sprintf("another switch than the one that is meant: "
						     "its serial number is %s, not %s",
						     seen, want));
}

static int observe_open(const struct fabric_device *device, const json_t *sw,
			const char *const *only, json_t *status, struct ms_err *err)
{
	const char *const *section;
	int r = put_identity(device, sw, status, err);

	for (section = fabric_sections; !r && *section; section++) {
		struct ms_err why = MS_ERR_INIT;

		if (!fabric_wants(only, *section) || !put_section(device, *section, status, &why))
			continue;
		if (is_gone(&why)) {
			*err = why;
			return err->error;
		}
		refuse(status, *section, &why);
	}
	warn_serial(sw, status);
	return r;
}

int fabric_observe(const struct fabric_env *env, const json_t *sw, const char *const *only,
		   json_t **ret_status, struct ms_err *err)
{
	json_auto_t *status = json_object();
	struct fabric_device device;
	int r = status ? fabric_open(env, sw, &device, err) : ms_nomem(err);

	if (r)
		return r;
	r = observe_open(&device, sw, only, status, err);
	fabric_close(&device);
	if (!r)
		*ret_status = ms_take(status);
	return r;
}
