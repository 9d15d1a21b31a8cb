/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is to be sent: a merge patch between two renderings, and, against what runs, a JSON Patch
 * (RFC 6902). */
#include <errno.h>
#include "fabric/sonic/sonic.h"

/* What refers stands before what it refers to: removed in this order, added in the reverse. */
static const char *const tables[] = {
	"PFC_WD", "PORT_QOS_MAP", "QUEUE", "BUFFER_PG", "BUFFER_QUEUE", "BUFFER_PROFILE",
	"WRED_PROFILE", "SCHEDULER", "DSCP_TO_TC_MAP", "DOT1P_TO_TC_MAP", "TC_TO_QUEUE_MAP",
	"TC_TO_PRIORITY_GROUP_MAP", "MAP_PFC_PRIORITY_TO_QUEUE",
	"PFC_PRIORITY_TO_PRIORITY_GROUP_MAP", "CABLE_LENGTH", "MCLAG_INTERFACE",
	"MCLAG_DOMAIN", "VXLAN_EVPN_NVO", "VXLAN_TUNNEL_MAP", "VXLAN_TUNNEL", "VLAN_INTERFACE",
	"VLAN_MEMBER", "VLAN", "PORTCHANNEL_INTERFACE", "INTERFACE",
	"PORTCHANNEL_MEMBER", "PORTCHANNEL", "SAG", "VRF", "LOOPBACK_INTERFACE", "BREAKOUT_CFG",
	"PORT", "DEVICE_METADATA",
};

/* The last of the tables that RoCE has for itself. */
#define LAST_OF_ROCE "CABLE_LENGTH"

bool sonic_of_roce(const char *table)
{
	for (size_t i = 0; i < MS_ARRAY_SIZE(tables); i++) {
		if (!strcmp(tables[i], table))
			return true;
		if (!strcmp(tables[i], LAST_OF_ROCE))
			break;
	}
	return false;
}

/* A port cannot go: one that is not wanted is shut, and as it came. */
static int shut_ports(json_t *merge)
{
	json_t *rows = json_object_get(merge, "PORT"), *row;
	const char *name;

	json_object_foreach(rows, name, row) {
		if (!json_is_null(row))
			continue;
		row = json_pack("{s:s,s:o,s:n,s:n}", "admin_status", "down", "mtu",
				json_sprintf("%d", SONIC_MTU), "description", "autoneg");
		if (json_object_set_new(rows, name, row)) /* in place: the walk goes on */
			return -ENOMEM;
	}
	return 0;
}

/* Ports and the box itself are always there, with fields that have no default. */
static void spare(json_t *merge, const char *table)
{
	static const char *const lasting[] = { "mtu", "admin_status", "speed", "hostname" };
	json_t *rows = json_object_get(merge, table), *row;
	const char *name;
	void *next;

	json_object_foreach_safe(rows, next, name, row) {
		for (size_t i = 0; i < MS_ARRAY_SIZE(lasting); i++)
			if (json_is_null(json_object_get(row, lasting[i])))
				json_object_del(row, lasting[i]);
		if (!json_object_size(row))
			json_object_del(rows, name);
	}
	if (!json_object_size(rows))
		json_object_del(merge, table);
}

/* A cable has its length whoever looks after the port. */
static void spare_lengths(json_t *merge)
{
	json_t *row = json_object_get(json_object_get(merge, SONIC_CABLES), "AZURE"), *length;
	const char *port;
	void *next;

	json_object_foreach_safe(row, next, port, length)
		if (json_is_null(length))
			json_object_del(row, port);
	if (!json_object_size(row))
		json_object_del(merge, SONIC_CABLES);
}

int sonic_name_rows(const json_t *now, json_t *merge)
{
	const char *table, *key;
	json_t *part, *row;

	json_object_foreach(merge, table, part) {
		json_t *rows;

		if (!json_is_null(part))
			continue;
		rows = json_object();
		json_object_foreach(json_object_get(now, table), key, row)
			if (json_object_set_new(rows, key, json_null()))
				return json_decref(rows), -ENOMEM;
		if (json_object_set_new(merge, table, rows)) /* in place: the walk goes on */
			return -ENOMEM;
	}
	return 0;
}

int sonic_delta(const struct fabric_dialect *dialect, const json_t *now, const json_t *target,
		json_t **ret_delta, struct ms_err *err)
{
	const char *text = ms_str(now, "/frr.conf", ""), *wanted = ms_str(target, "/frr.conf", "");
	json_auto_t *before = NULL, *after = NULL, *delta = json_object();
	int r = fabric_diff(json_object_get(now, "config_db"), json_object_get(target, "config_db"),
			    &before, &after, err);

	(void)dialect;
	if (r)
		return r;
	if (sonic_name_rows(json_object_get(now, "config_db"), after) || shut_ports(after))
		return ms_nomem(err);
	spare(after, "PORT");
	spare(after, "DEVICE_METADATA");
	spare_lengths(after);
	if (json_object_size(after) && json_object_set(delta, "config_db", after))
		return ms_nomem(err);
	if (strcmp(text, wanted) &&
	    json_object_set_new(delta, "frr",
				json_pack("{s:s,s:s}", "now", text, "target", wanted)))
		return ms_nomem(err);
	*ret_delta = ms_take(delta);
	return *ret_delta ? 0 : ms_nomem(err);
}

/* ---- JSON Patch
 * ------------------------------------------------------------------------------------ */

static void pointer_add(struct ms_buf *buf, const char *token)
{
	ms_buf_printf(buf, "/");
	for (; *token; token++)
		if (*token == '~' || *token == '/')
			ms_buf_printf(buf, "~%c", *token == '~' ? '0' : '1');
		else
			ms_buf_printf(buf, "%c", *token);
}

/* One operation; NULL tokens end the path early; value is lent, NULL for a removal. */
static int add_op(json_t *patch, const char *op, const char *table, const char *key,
		  const char *field, const json_t *value)
{
	MS_AUTO_BUF struct ms_buf path = { 0 };
	json_t *entry;

	pointer_add(&path, table);
	if (key)
		pointer_add(&path, key);
	if (key && field)
		pointer_add(&path, field);
	if (path.failed)
		return -ENOMEM;
	entry = json_pack("{s:s,s:s,s:O*}", "op", op, "path", path.data, "value", value);
	return json_array_append_new(patch, entry);
}

static int change_fields(json_t *patch, const char *table, const char *key, const json_t *row,
			 const json_t *merge)
{
	const char *field;
	json_t *value;
	int bad = 0;

	json_object_foreach((json_t *)merge, field, value) {
		const json_t *has = json_object_get(row, field);

		if (json_is_null(value))
			bad |= has ? add_op(patch, "remove", table, key, field, NULL) : 0;
		else if (!has || !json_equal(has, value))
			bad |= add_op(patch, has ? "replace" : "add", table, key, field, value);
	}
	return bad;
}

/* Keys that go; the whole table when nothing is left of it. */
static int remove_keys(json_t *patch, const char *table, const json_t *rows, const json_t *merge)
{
	size_t going = 0, coming = 0;
	const char *key;
	json_t *row;
	int bad = 0;

	json_object_foreach((json_t *)merge, key, row) {
		bool has = json_object_get(rows, key) != NULL;

		going += json_is_null(row) && has;
		coming += !json_is_null(row) && !has;
	}
	if (going && !coming && going == json_object_size(rows))
		return add_op(patch, "remove", table, NULL, NULL, NULL);
	json_object_foreach((json_t *)merge, key, row)
		if (json_is_null(row) && json_object_get(rows, key))
			bad |= add_op(patch, "remove", table, key, NULL, NULL);
	return bad;
}

static int add_keys(json_t *patch, const char *table, const json_t *rows, const json_t *merge)
{
	json_auto_t *fresh = json_object();
	const char *key;
	json_t *row;
	int bad = fresh ? 0 : -ENOMEM;

	json_object_foreach((json_t *)merge, key, row) {
		const json_t *has = json_object_get(rows, key);

		if (json_is_null(row))
			continue;
		if (has)
			bad |= change_fields(patch, table, key, has, row);
		else if (rows)
			bad |= add_op(patch, "add", table, key, NULL, row);
		else
			bad |= json_object_set(fresh, key, row);
	}
	if (!bad && json_object_size(fresh))
		bad = add_op(patch, "add", table, NULL, NULL, fresh);
	return bad;
}

int sonic_patch(const json_t *running, const json_t *merge, json_t **ret_patch, struct ms_err *err)
{
	json_auto_t *patch = json_array();
	size_t n = MS_ARRAY_SIZE(tables), i;
	int bad = patch ? 0 : -ENOMEM;

	for (i = 0; i < n; i++)
		bad |= remove_keys(patch, tables[i], json_object_get(running, tables[i]),
				   json_object_get(merge, tables[i]));
	for (i = n; i-- > 0;)
		bad |= add_keys(patch, tables[i], json_object_get(running, tables[i]),
				json_object_get(merge, tables[i]));
	if (bad)
		return ms_nomem(err);
	*ret_patch = ms_take(patch);
	return 0;
}
