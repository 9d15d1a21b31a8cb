/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Is the fabric as well as before?  A switch that was changed is asked until its configuration
 * reads back, its sessions are up and its neighbours are there, or the time for it is over.
 */
#include <errno.h>
#include "fabric/transaction/transaction.h"

#define SPARE_MS 2000 /* of the timers, for confirming */
#define GRACE_MS 500

/* ---- who is at the other end ----------------------------------------------------------------- */

/* The name of the switch at the other end of a session, and how it calls the session; false when
 * nobody knows. */
static bool far_end(const struct tx *tx, const char *name, const char *key, char far[static 256],
		    char *ret_key, size_t size)
{
	const char *end, *colon;
	char buf[300];

	*ret_key = 0;
	if (!ms_starts(key, "port:")) {
		end = json_string_value(json_object_get(tx->addresses, key));
		snprintf(far, 256, "%s", end ? end : "");
		return end;
	}
	snprintf(buf, sizeof(buf), "%s:%s", name, key + 5);
	end = json_string_value(json_object_get(tx->cables, buf));
	colon = end ? strchr(end, ':') : NULL;
	if (!colon)
		return false;
	snprintf(ret_key, size, "port:%s", colon + 1);
	snprintf(far, 256, "%.*s", (int)(colon - end), end);
	return true;
}

/* The member of the transaction at the other end; NULL. */
static struct tx_switch *peer_of(const struct tx_switch *s, const char *key, char *ret_key,
				 size_t size)
{
	const json_t *at;
	char far[256];

	if (!far_end(s->tx, ms_name(s->sw), key, far, ret_key, size))
		return NULL;
	at = json_object_get(s->tx->by_name, far);
	return at ? &s->tx->switches[json_integer_value(at)] : NULL;
}

/* Is one of the sessions of a model with us?  By its key, or by an address of ours. */
static bool wants_us(const json_t *model, const struct tx_switch *s, const char *key)
{
	const json_t *neighbors = ms_at(model, "/bgp/neighbors");
	const char *address;
	json_t *neighbor;

	if (*key)
		return json_object_get(neighbors, key) != NULL;
	json_object_foreach((json_t *)neighbors, address, neighbor)
		if (ms_streq(json_string_value(json_object_get(s->tx->addresses, address)),
			     ms_name(s->sw)))
			return true;
	return false;
}

/* ---- sessions -------------------------------------------------------------------------------- */

static bool is_up(const json_t *facts, const char *key)
{
	const json_t *session = json_object_get(json_object_get(facts, "bgp"), key);

	return ms_streq(ms_str(session, "/state", ""), "Established");
}

static bool is_unchanged(const struct tx_switch *s, const char *key)
{
	const json_t *old = ms_at(s->now, "/bgp"), *new = ms_at(s->target_model, "/bgp");

	return json_equal(json_object_get(old, "asn"), json_object_get(new, "asn")) &&
	       json_equal(json_object_get(json_object_get(old, "neighbors"), key),
			  json_object_get(json_object_get(new, "neighbors"), key));
}

/* With somebody who has nothing to change: does he have the session already? */
static bool other_wants_us(const struct tx_switch *s, const char *key, const char **ret_peer)
{
	const json_t *sw;
	char far[256], far_key[128];

	if (!far_end(s->tx, ms_name(s->sw), key, far, far_key, sizeof(far_key)))
		return false;
	sw = json_object_get(s->tx->others, far);
	*ret_peer = sw ? ms_name(sw) : NULL;
	return sw && wants_us(ms_at(sw, "/status/switch/config"), s, far_key);
}

/* With a peer whose turn comes later, only what neither end changes can be up now. */
static bool is_needed(const struct tx_switch *s, const char *key, const char **ret_peer)
{
	bool was = is_up(s->seen, key);
	char peer_key[128];
	const struct tx_switch *peer = peer_of(s, key, peer_key, sizeof(peer_key));

	*ret_peer = peer ? ms_name(peer->sw) : NULL;
	if (!peer)
		return other_wants_us(s, key, ret_peer) || was;
	if (peer->already || peer->state == TX_COMMITTED)
		return was || wants_us(peer->target_model, s, peer_key);
	return was && is_unchanged(s, key);
}

static int check_sessions(const struct tx_switch *s, const json_t *facts, struct ms_err *err)
{
	const json_t *neighbors = ms_at(s->target_model, "/bgp/neighbors");
	const char *key, *peer;
	json_t *neighbor;

	json_object_foreach((json_t *)neighbors, key, neighbor) {
		const json_t *session = json_object_get(json_object_get(facts, "bgp"), key);

		if (is_up(facts, key) || !is_needed(s, key, &peer))
			continue;
		ms_fail(err, -ENODATA, MS_UNVERIFIED, "BGP session %s%s%s is %s%s", key,
			peer ? " with " : "", peer ? peer : "", ms_str(session, "/state", "gone"),
			is_up(s->seen, key) ? ", and was Established before"
					    : ", though both ends are configured");
		return -ENODATA;
	}
	return 0;
}

/* ---- neighbours (IEEE 802.1AB) --------------------------------------------------------------- */

/* Does one of the ends switch this port off? */
static bool is_disabled(const struct tx_switch *s, const char *port)
{
	const json_t *mine = json_object_get(ms_at(s->target_model, "/ports"), port);
	char key[140], peer_key[128];
	const struct tx_switch *peer;

	if (!ms_bool(mine, "/enabled", true))
		return true;
	snprintf(key, sizeof(key), "port:%.120s", port);
	peer = peer_of(s, key, peer_key, sizeof(peer_key));
	return peer && !ms_bool(json_object_get(ms_at(peer->target_model, "/ports"), peer_key + 5),
				"/enabled", true);
}

/* lldpd tells a port without description by its address, and describes it by its name; once it has
 * a description, the name is what tells it. */
static bool same_port(const json_t *old, const json_t *new)
{
	const char *was = ms_str(old, "/portId", NULL), *is = ms_str(new, "/portId", NULL);

	return !was || ms_streq(was, is) || ms_streq(ms_str(old, "/portDescription", NULL), is) ||
	       ms_streq(was, ms_str(new, "/portDescription", NULL));
}

static bool same_neighbour(const json_t *old, const json_t *new)
{
	const char *member = json_object_get(old, "chassisId") ? "chassisId" : "systemName";

	return json_equal(json_object_get(old, member), json_object_get(new, member)) &&
	       same_port(old, new);
}

static int check_neighbours(const struct tx_switch *s, const json_t *facts, struct ms_err *err)
{
	const json_t *now_ports = json_object_get(facts, "ports");
	const char *port;
	json_t *was;

	json_object_foreach(json_object_get(s->seen, "ports"), port, was) {
		const json_t *old = json_object_get(was, "lldp");
		const json_t *new = json_object_get(json_object_get(now_ports, port), "lldp");

		if (!json_object_size(old) || same_neighbour(old, new) || is_disabled(s, port))
			continue;
		ms_fail(err, -ENODATA, MS_UNVERIFIED,
			"LLDP neighbour of port %s is %s, and was %s %s before", port,
			ms_str(new, "/systemName", new ? "another" : "gone"),
			ms_str(old, "/systemName", ms_str(old, "/chassisId", "?")),
			ms_str(old, "/portId", ""));
		return -ENODATA;
	}
	return 0;
}

/* ---- all of it ------------------------------------------------------------------------------- */

static int look(struct tx_switch *s, struct ms_err *err)
{
	static const char *const only[] = { "ports", "bgp", NULL };
	json_auto_t *facts = json_object();
	int r = 0;

	if (!facts)
		return ms_nomem(err);
	if (!s->verified)
		r = tx_reads(s, ms_at(s->spec, "/after"), err);
	if (r < 0)
		return r;
	s->verified = true;
	if (s->tx->opts.no_verify || !json_object_size(s->seen))
		return 0;
	r = s->device.driver->facts(s->device.session, &s->device.dialect, only, facts, err);
	if (r < 0)
		return r;
	json_decref(s->looked);
	s->looked = json_incref(facts);
	r = check_sessions(s, facts, err);
	return r < 0 ? r : check_neighbours(s, facts, err);
}

static int64_t verify_end(const struct tx *tx, int64_t now)
{
	int64_t end = now + tx->opts.verify_ms, latest = tx->deadline - SPARE_MS;

	return end < latest ? end : latest;
}

/* The last look may begin at the end, and has GRACE_MS. */
static int verify(struct tx_switch *s, struct ms_err *err)
{
	int64_t end = verify_end(s->tx, ms_clock_ms());
	unsigned pause = 0;
	int r;

	for (;;) {
		ms_err_clear(err);
		r = look(s, err);
		if (r == 0 || ms_clock_ms() + pause > end)
			return r;
		if (fabric_pause(s->tx->env, &pause) < 0) {
			ms_err_clear(err);
			return ms_fail(err, -ECANCELED, MS_CANCELLED, "cancelled");
		}
	}
}

int tx_verify(struct tx_switch *s, struct ms_err *err)
{
	return tx_within(s, verify_end(s->tx, ms_clock_ms()) + GRACE_MS, verify, err);
}
