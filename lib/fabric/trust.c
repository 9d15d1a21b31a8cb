/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The key that a switch shows, for a person to compare and to write into the site file. */
#include <errno.h>
#include "fabric/driver.h"

#define KEY_SECONDS 20

const char *fabric_protocol(const json_t *sw, const struct fabric_driver *driver)
{
	return ms_str(sw, "/spec/management/protocol",
		      driver->protocol ? driver->protocol : "https");
}

static int trust_tls(const struct fabric_env *env, const json_t *sw,
		     const struct fabric_driver *driver, json_t **ret_facts, struct ms_err *err)
{
	json_t *certificate = NULL;
	struct ms_peer *peer;
	int r = fabric_peer_new(env, sw, "https", driver->port ? driver->port : 443, &peer, err);

	if (r)
		return r;
	r = ms_http_certificate(peer, &certificate, err);
	ms_peer_free(peer);
	if (r)
		return r;
	*ret_facts = json_pack("{s:s, s:s, s:o, s:o}", "type", "tls", "pin",
			       ms_str(certificate, "/pin", ""), "certificate", certificate,
			       "fragment",
			       json_sprintf("management: {tls: {trust: pin, pin: \"%s\"}}",
					    ms_str(certificate, "/pin", "")));
	return *ret_facts ? 0 : ms_nomem(err);
}

/* The strongest of those that are shown, and the first of its type. */
static const char *best_key(const json_t *keys)
{
	static const char *const types[] = { "ssh-ed25519 ", "ecdsa-", "rsa-", "ssh-rsa " };

	for (size_t t = 0; t < MS_ARRAY_SIZE(types); t++) {
		const json_t *key;
		size_t i;

		json_array_foreach(keys, i, key)
			if (ms_starts(json_string_value(key), types[t]))
				return json_string_value(key);
	}
	return json_string_value(json_array_get(keys, 0));
}

static int trust_ssh(const struct fabric_env *env, const json_t *sw, unsigned default_port,
		     json_t **ret_facts, struct ms_err *err)
{
	const char *host = ms_str(sw, "/spec/management/address", NULL), *key;
	unsigned port = (unsigned)ms_int(sw, "/spec/management/port", default_port);
	json_auto_t *keys = NULL;
	int r;

	if (!host) {
		r = ms_fail(err, -EINVAL, MS_INPUT, "Switch %s has no management address",
			    ms_name(sw));
		ms_err_at(err, NULL, "/spec/management/address");
		return r;
	}
	r = ms_ssh_host_keys(env->loop, host, port, KEY_SECONDS, &keys, err);
	if (r)
		return r;
	key = best_key(keys);
	if (!key)
		return ms_fail(err, -ENOENT, MS_INVALID, "%s shows no ssh host key", ms_name(sw));
	*ret_facts = json_pack("{s:s, s:s, s:O, s:o}", "type", "ssh", "hostKey", key, "hostKeys",
			       keys, "fragment",
			       json_sprintf("management: {hostKey: \"%s\"}", key));
	return *ret_facts ? 0 : ms_nomem(err);
}

/* Of a switch that has both, what its other way in shows, too. */
static int trust_both(const struct fabric_env *env, const json_t *sw,
		      const struct fabric_driver *driver, json_t *facts, struct ms_err *err)
{
	json_auto_t *door = NULL, *tls = NULL;
	int r;

	if (!driver->door || !ms_at(sw, "/spec/management/%s", driver->door))
		return 0;
	r = fabric_door(sw, driver->door, &door, err);
	if (!r)
		r = trust_tls(env, door, driver, &tls, err);
	if (r) {
		*err->hint = 0; /* that of a connection says less */
		ms_hint(err,
			"does the switch say `rest api restconf`?  else take management.restconf "
			"out of the site");
		return r;
	}
	json_object_set(facts, "pin", json_object_get(tls, "pin"));
	json_object_set(facts, "certificate", json_object_get(tls, "certificate"));
	return json_object_set_new(
		facts, "fragment",
		json_sprintf(
			"management: {hostKey: \"%s\", restconf: {tls: {trust: pin, pin: \"%s\"}}}",
			ms_str(facts, "/hostKey", ""), ms_str(tls, "/pin", "")));
}

static int trust_ssh_and_more(const struct fabric_env *env, const json_t *sw,
			      const struct fabric_driver *driver, json_t **ret_facts,
			      struct ms_err *err)
{
	json_auto_t *facts = NULL;
	int r = trust_ssh(env, sw, driver->port ? driver->port : 22, &facts, err);

	if (!r)
		r = trust_both(env, sw, driver, facts, err);
	if (!r)
		*ret_facts = ms_take(facts);
	return r;
}

int fabric_trust(const struct fabric_env *env, const json_t *sw, json_t **ret_facts,
		 struct ms_err *err)
{
	struct fabric_dialect dialect;
	int r = fabric_dialect_init(&dialect, sw, NULL, err);
	const char *word;

	if (r)
		return r;
	word = fabric_protocol(sw, dialect.driver);
	if (!strcmp(word, "http"))
		return ms_fail(err, -EPROTONOSUPPORT, MS_UNSUPPORTED,
			       "%s speaks plain http: it shows no key", ms_name(sw));
	if (!strcmp(word, "ssh"))
		return trust_ssh_and_more(env, sw, dialect.driver, ret_facts, err);
	return trust_tls(env, sw, dialect.driver, ret_facts, err);
}
